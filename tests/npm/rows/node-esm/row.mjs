// Node with ES modules: the README's quickstart as it stands, and the story.
import assert from "node:assert/strict";
import { shown } from "../../readme.mjs";
import { TELL, tell } from "../../told.mjs";

export const manifest = { type: "module" };

export async function run(project) {
  await project.write("quickstart.js", await shown("quickstart"));
  const output = await project.node("quickstart.js");
  assert.equal(output, "balance 500\n500 credits are left\n");
  await project.write("tell.js", TELL);
  await tell(project, "tell.js", process.execPath);
  return `Node ${process.versions.node}`;
}
