// What the README shows beside its quickstart, as it stands, against the ledger of the testing kit.
import assert from "node:assert/strict";
import { shown } from "../../readme.mjs";

export const manifest = { type: "module" };

export async function run(project) {
  // One's own buckets want keys, which the ledger of this row has none of; and the token wants a server.
  await project.write("daily.js", withLocal(await shown("daily")));
  assert.equal(await project.node("daily.js"), "my-app 1\n500 480n\n");
  const asked = `await shardd.credit("my-app", "user:alice", 5);\nawait shardd.getBalances("my-app");\nconsole.log(tokens);\n`;
  await project.write("token.js", withLocal(`${await shown("token")}\n${asked}`));
  // Once per call, and once more for the first, whose token had expired.
  assert.equal(await project.node("token.js"), "3\n");
  await compiles(project, ["daily", "token"]);
  return `Node ${process.versions.node}, and its types`;
}

/** As a strict TypeScript project has it, too. */
async function compiles(project, names) {
  await project.write("node.d.ts", "declare const process: { env: Record<string, string | undefined> };\n");
  for (const name of names) await project.write(`${name}.ts`, await shown(name));
  const how = "--strict --noEmit --target es2020 --lib es2020,dom --module esnext --moduleResolution bundler".split(" ");
  const files = ["node.d.ts", ...names.map((name) => `${name}.ts`)];
  await project.node(project.toolPath("typescript", "bin", "tsc"), ...how, ...files);
}

/** The same with a ledger of its own behind each client, and a server that gives tokens. */
function withLocal(code) {
  return `import { localShardd } from "shardd-wasm/testing";
import { Shardd as Client, ShardError } from "shardd-wasm";

process.env.SHARDD_API_KEY = "good";
delete process.env.SHARDD_EDGES;
const local = localShardd({ regions: 1, keys: [{ token: "good" }] });
let tokens = 0;
globalThis.fetch = async (url) => {
  if (url !== "/ledger-token") throw new TypeError("nobody else is asked");
  return new Response(tokens++ === 0 ? "expired" : "good");
};
class Shardd extends Client {
  constructor(key, options) {
    super(key, { edges: local.edges, fetch: local.fetch, ...options });
  }
}

${code.replace(/^import [^;]+;\n/gm, "")}`;
}
