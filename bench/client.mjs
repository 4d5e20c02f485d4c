// The client under measurement: the packed package, installed as a user installs it.
import { mkdir, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Project } from "../tests/npm/project.mjs";

const FOLDER = fileURLToPath(new URL("../target/bench", import.meta.url));

/** What to import once the package is installed. */
export const CLIENT = pathToFileURL(join(FOLDER, "client.mjs")).href;

/** Installs the tarball into an empty project, and gives that. */
export async function install(tarball) {
  const project = new Project("bench", { edges: [] });
  project.folder = FOLDER;
  await rm(FOLDER, { recursive: true, force: true });
  await mkdir(FOLDER, { recursive: true });
  await project.write("package.json", JSON.stringify({ name: "bench", private: true, type: "module" }));
  // Resolved from inside the project, so that the package's own `exports` choose the entry.
  await project.write("client.mjs", 'export * from "shardd-wasm";\n');
  const flags = ["--offline", "--no-audit", "--no-fund", "--loglevel=error"];
  await project.run("npm", ["install", ...flags, resolve(tarball)]);
  return project;
}
