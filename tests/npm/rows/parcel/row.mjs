// Parcel without a configuration, which does not look at `exports`: the client, and a subpath.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { chromiumSite, page } from "../../pages.mjs";
import { bring } from "../../told.mjs";

export const manifest = { type: "module" };

export async function run(project) {
  await bring(project);
  await project.write("index.html", page("page.js"));
  // Else it leaves a folder at the root of the repository around it.
  await project.node(project.bundlerPath("parcel", "lib", "bin.js"), "build", "index.html", "--no-cache", "--cache-dir", ".parcel");
  const built = await readFile(join(project.folder, "dist", "index.html"), "utf8");
  const { version } = project.bundler("parcel/package.json");
  return `Parcel ${version}, ${await chromiumSite(project, join(project.folder, "dist"), { "/": built })}`;
}
