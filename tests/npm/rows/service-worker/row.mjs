// The client in a service worker.
import { join } from "node:path";
import { chromiumSite, page } from "../../pages.mjs";
import { bring } from "../../told.mjs";

export const manifest = { type: "module" };

export async function run(project) {
  await bring(project);
  const [entry, outfile] = ["worker.js", "service-worker.js"].map((file) => join(project.folder, file));
  await project.tool("esbuild").build({ entryPoints: [entry], outfile, bundle: true, format: "iife" });
  return chromiumSite(project, project.folder, { "/": page("/page.js") });
}
