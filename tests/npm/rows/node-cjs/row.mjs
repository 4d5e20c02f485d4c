// Node with CommonJS: the same code behind a require.
import assert from "node:assert/strict";
import { asCommonJs, shown } from "../../readme.mjs";
import { tell } from "../../told.mjs";

export const manifest = { type: "commonjs" };

export async function run(project) {
  await project.write("quickstart.js", asCommonJs(await shown("quickstart")));
  const output = await project.node("quickstart.js");
  assert.equal(output, "balance 500\n500 credits are left\n");
  // A module of each kind in one process is two copies of the package, which must know each other's errors.
  await project.write("copies.cjs", COPIES);
  assert.equal(await project.node("copies.cjs"), "true false\n");
  await project.write("tell.cjs", TELL);
  await tell(project, "tell.cjs", process.execPath);
  return `Node ${process.versions.node}`;
}

const COPIES = `const one = require("shardd-wasm");
import("shardd-wasm").then((two) => {
  try { new one.Shardd("") } catch (error) { console.log(two.isShardError(error), error instanceof two.ShardError) }
});
`;

export const TELL = `const shardd = require("shardd-wasm");
import("./story.mjs")
  .then(({ story }) => story(shardd, JSON.parse(process.env.SHARDD_STORY)))
  .then((chapters) => console.log(JSON.stringify(chapters)));
`;
