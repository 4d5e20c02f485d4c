// What each entry promises: nothing at import, the wasm from wherever it comes, one sentence where it cannot, a short one where nobody catches it,
// a page that has extended Object.prototype, and builds for old engines.
import { oldest } from "./oldest.mjs";
import { uncaught } from "./uncaught.mjs";

export const manifest = { type: "module" };

/** What a runtime may lack, and the error's reason. */
const MISSING = { TextDecoder: "no_text_decoder", TextEncoder: "no_text_decoder", WebAssembly: "no_webassembly", crypto: "no_random", "crypto.getRandomValues": "no_random" };

/** What a page has added to Object.prototype: see added.js. */
const VALUES = ["number", "text", "object", "function"];

export async function run(project) {
  for (const script of ["lazy.js", "slim.js", "realm.js", "sentences.js", "forbidden.js", "no-fetch.js"]) await project.node(script);
  for (const [missing, reason] of Object.entries(MISSING)) await project.node("missing.js", missing, reason);
  await project.node("extended.cjs");
  for (const response of ["own", "plain"]) for (const value of VALUES) await project.node("extended.js", response, value);
  await uncaught(project);
  await oldest(project);
  return `Node ${process.versions.node}, every entry`;
}
