// webpack without a configuration, for production and for development; and the wasm as a file.
import { join } from "node:path";
import { promisify } from "node:util";
import { CSP, chromiumSite, page } from "../../pages.mjs";
import { bring } from "../../told.mjs";

/** Its development builds evaluate strings; the wasm comes from where the page does. */
const CSPS = {
  production: CSP,
  development: CSP.replace("'wasm-unsafe-eval'", "'unsafe-eval'"),
  slim: CSP.replace("connect-src", "connect-src 'self'"),
};

export const manifest = { type: "module" };

export async function run(project) {
  await bring(project);
  const webpack = project.bundler("webpack");
  let chromium;
  for (const [name, csp] of Object.entries(CSPS)) {
    await built(project, webpack, name);
    chromium = await chromiumSite(project, join(project.folder, name), { [`/${name}`]: page("/main.js", " defer") }, csp);
  }
  return `webpack ${webpack.version}, ${chromium}`;
}

async function built(project, webpack, name) {
  const [mode, entry] = name === "slim" ? ["production", "./slim.js"] : [name, "./page.js"];
  const output = { path: join(project.folder, name) };
  const stats = await promisify(webpack)({ mode, context: project.folder, entry, output, performance: false });
  if (stats.hasErrors() || stats.hasWarnings()) throw new Error(`webpack says: ${stats.toString("errors-warnings")}`);
}
