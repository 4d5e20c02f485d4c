// Rollup with the one plugin that it needs to find packages at all: an ES module, and an IIFE in one file.
import { join } from "node:path";
import { chromiumSite, page } from "../../pages.mjs";
import { bring } from "../../told.mjs";

export const manifest = { type: "module" };

export async function run(project) {
  await bring(project);
  const { rollup, VERSION } = project.bundler("rollup");
  const { nodeResolve: resolve } = project.bundler("@rollup/plugin-node-resolve");
  const warnings = [];
  const bundle = await rollup({ input: join(project.folder, "page.js"), plugins: [resolve()], onwarn: ({ message }) => warnings.push(message) });
  for (const format of ["es", "iife"]) await bundle.write({ file: join(project.folder, `${format}.js`), format });
  await bundle.close();
  if (warnings.length > 0) throw new Error(`Rollup warns: ${warnings.join("\n")}`);
  const chromium = await chromiumSite(project, project.folder, { "/es": page("/es.js"), "/iife": page("/iife.js", " defer") });
  return `Rollup ${VERSION}, ${chromium}`;
}
