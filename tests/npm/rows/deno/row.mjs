// Deno, from npm: the README's quickstart as it stands, resolved through node_modules, and the story.
import assert from "node:assert/strict";
import { endsByItself } from "../../ends.mjs";
import { shown } from "../../readme.mjs";
import { TELL, tell } from "../../told.mjs";
import { TESTING } from "../testing-node/row.mjs";

const RUN = ["run", "--quiet", "--allow-env", "--allow-net=127.0.0.1"];

export const manifest = { type: "module" };

export async function run(project) {
  await project.run("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error", "deno"]);
  await project.write("quickstart.js", await shown("quickstart"));
  const deno = "node_modules/.bin/deno";
  const output = await project.run(deno, [...RUN, "quickstart.js"]);
  assert.equal(output, "balance 500\n500 credits are left\n");
  await project.write("testing.js", await shown("testing"));
  assert.equal(await project.run(deno, ["run", "--quiet", "testing.js"]), TESTING);
  await endsByItself(project, deno, ["run", "--quiet"]);
  await project.write("tell.js", TELL);
  await tell(project, "tell.js", deno, RUN);
  const version = await project.run(deno, ["--version"]);
  return `Deno ${/deno (\S+)/.exec(version)[1]}`;
}
