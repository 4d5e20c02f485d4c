// webpack without a configuration, for production and for development.
import { join } from "node:path";
import { promisify } from "node:util";
import { chromiumSite, page } from "../../pages.mjs";
import { bring } from "../../told.mjs";

export const manifest = { type: "module" };

export async function run(project) {
  await bring(project);
  const webpack = project.bundler("webpack");
  for (const mode of ["production", "development"]) {
    const output = { path: join(project.folder, mode) };
    const stats = await promisify(webpack)({ mode, context: project.folder, entry: "./page.js", output, performance: false });
    if (stats.hasErrors() || stats.hasWarnings()) throw new Error(`webpack says: ${stats.toString("errors-warnings")}`);
  }
  // Its development builds evaluate strings.
  const csp = "default-src 'self'; script-src 'self' 'unsafe-eval'; connect-src http://127.0.0.1:*";
  const chromium = await chromiumSite(project, project.folder, { "/production": page("/production/main.js", " defer") });
  await chromiumSite(project, project.folder, { "/development": page("/development/main.js", " defer") }, csp);
  return `webpack ${webpack.version}, ${chromium}`;
}
