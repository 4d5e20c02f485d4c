// A process with a store that tells other tabs of its changes ends by itself, open or closed: a channel would keep Node, Bun and Deno.
import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";

const SCRIPT = `
import * as idb from "./indexeddb.js";
import { indexedDbStore } from "shardd-wasm/stores";

Object.assign(globalThis, idb, { indexedDB: new idb.IDBFactory() });
const [store, other] = [indexedDbStore("app"), indexedDbStore("app")];
const put = () => store.update("key", () => ({ put: Uint8Array.of(1), expiresAtUnixMs: Infinity }));
const woken = other.watch("key");
await put();
await woken;
other.close();
await put();
console.log("woken by another store");
`;

/** `indexeddb.js` in a project without an IndexedDB: its own tool, imported by its path. */
export function withIndexedDb(project) {
  const { href } = pathToFileURL(project.toolPath("fake-indexeddb", "build", "esm", "index.js"));
  return project.write("indexeddb.js", `export * from ${JSON.stringify(href)};\n`);
}

/** Runs the script by this command; one that does not end fails the row. */
export async function endsByItself(project, command, args) {
  await withIndexedDb(project);
  await project.write("ends.js", SCRIPT);
  assert.equal(await project.run(command, [...args, "ends.js"]), "woken by another store\n");
}
