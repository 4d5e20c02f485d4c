// The client in a Web Worker: a module worker, and a classic one.
import { join } from "node:path";
import { chromiumSite, page } from "../../pages.mjs";
import { bring } from "../../told.mjs";

export const manifest = { type: "module" };

export async function run(project) {
  await bring(project);
  const bundle = (entryPoint, outfile, format) =>
    project.tool("esbuild").build({ entryPoints: [join(project.folder, entryPoint)], outfile: join(project.folder, outfile), bundle: true, format });
  await bundle("worker.js", "module-worker.js", "esm");
  await bundle("worker.js", "classic-worker.js", "iife");
  return chromiumSite(project, project.folder, { "/module": page("/module.js"), "/classic": page("/classic.js") });
}
