// Vite without a configuration: its development server, which bundles dependencies beforehand, and its build; and the wasm as a file.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { CSP, chromium, chromiumSite, page } from "../../pages.mjs";
import { bring } from "../../told.mjs";

export const manifest = { type: "module" };

export async function run(project) {
  await bring(project);
  const vite = await import(pathToFileURL(project.bundlerPath("vite", "dist", "node", "index.js")));
  await project.write("index.html", page("/page.js"));
  await project.write("slim/index.html", page("/page.js"));
  await developed(project, vite);
  await built(project, vite, join(project.folder, "slim"), CSP.replace("connect-src", "connect-src 'self'"));
  return `Vite ${vite.version}, ${await built(project, vite, project.folder)}`;
}

async function developed(project, { createServer }) {
  const server = await createServer({ root: project.folder, logLevel: "error", server: { host: "127.0.0.1", port: 0 } });
  try {
    await server.listen();
    await chromium(project, server.resolvedUrls.local[0], "vite dev");
  } finally {
    await server.close();
  }
}

async function built(project, { build }, root, csp) {
  await build({ root, logLevel: "error" });
  const pages = { [`/${root.endsWith("slim") ? "slim" : ""}`]: await readFile(join(root, "dist", "index.html"), "utf8") };
  return chromiumSite(project, join(root, "dist"), pages, csp);
}
