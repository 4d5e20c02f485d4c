// Node with ES modules: the README's quickstart as it stands.
import assert from "node:assert/strict";
import { shown } from "../../readme.mjs";

export const manifest = { type: "module" };

export async function run(project) {
  await project.write("quickstart.js", await shown("quickstart"));
  const output = await project.node("quickstart.js");
  assert.equal(output, "balance 500\nshort 500 credits\n");
  return `Node ${process.versions.node}, import`;
}
