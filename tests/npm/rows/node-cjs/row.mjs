// Node with CommonJS: the same code behind a require.
import assert from "node:assert/strict";
import { asCommonJs, shown } from "../../readme.mjs";

export const manifest = { type: "commonjs" };

export async function run(project) {
  await project.write("quickstart.js", asCommonJs(await shown("quickstart")));
  const output = await project.node("quickstart.js");
  assert.equal(output, "balance 500\nshort 500 credits\n");
  // A module of each kind in one process is two copies of the package, which must know each other's errors.
  await project.write("copies.cjs", COPIES);
  assert.equal(await project.node("copies.cjs"), "true false\n");
  return `Node ${process.versions.node}, require`;
}

const COPIES = `const one = require("shardd-wasm");
import("shardd-wasm").then((two) => {
  try { new one.Shardd("") } catch (error) { console.log(two.isShardError(error), error instanceof two.ShardError) }
});
`;
