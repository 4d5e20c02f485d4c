// Vite without a configuration: its development server, which bundles dependencies beforehand, and its build.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium, chromiumSite, page } from "../../pages.mjs";
import { bring } from "../../told.mjs";

export const manifest = { type: "module" };

export async function run(project) {
  await bring(project);
  await project.write("index.html", page("/page.js"));
  const { build, createServer, version } = await import(pathToFileURL(project.bundlerPath("vite", "dist", "node", "index.js")));
  const root = project.folder;
  const server = await createServer({ root, logLevel: "error", server: { host: "127.0.0.1", port: 0 } });
  try {
    await server.listen();
    await chromium(project, server.resolvedUrls.local[0], "vite dev");
  } finally {
    await server.close();
  }
  await build({ root, logLevel: "error" });
  const built = await readFile(join(root, "dist", "index.html"), "utf8");
  return `Vite ${version}, ${await chromiumSite(project, join(root, "dist"), { "/": built })}`;
}
