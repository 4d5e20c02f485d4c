// The newest Node that npm has, by import and by require.
import { TELL as REQUIRED } from "../node-cjs/row.mjs";
import { endsByItself } from "../../ends.mjs";
import { TELL, tell } from "../../told.mjs";

export const manifest = { type: "module" };

export async function run(project) {
  await project.run("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error", "node@latest"]);
  const node = "node_modules/node/bin/node";
  await endsByItself(project, node, []);
  await project.write("tell.js", TELL);
  await project.write("tell.cjs", REQUIRED);
  for (const script of ["tell.js", "tell.cjs"]) await tell(project, script, node);
  return `Node ${(await project.run(node, ["--version"])).trim().slice(1)}`;
}
