// Bun, from npm: the README's quickstart as it stands, and the story.
import assert from "node:assert/strict";
import { endsByItself } from "../../ends.mjs";
import { shown } from "../../readme.mjs";
import { TELL, tell } from "../../told.mjs";
import { TESTING } from "../testing-node/row.mjs";

export const manifest = { type: "module" };

export async function run(project) {
  await project.run("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error", "bun"]);
  await project.write("quickstart.js", await shown("quickstart"));
  const bun = "node_modules/.bin/bun";
  const output = await project.run(bun, ["quickstart.js"]);
  assert.equal(output, "balance 500\n500 credits are left\n");
  await project.write("testing.js", await shown("testing"));
  assert.equal(await project.run(bun, ["testing.js"]), TESTING);
  await endsByItself(project, bun, []);
  await project.write("tell.js", TELL);
  await tell(project, "tell.js", bun);
  return `Bun ${(await project.run(bun, ["--version"])).trim()}`;
}
