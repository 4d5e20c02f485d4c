// A page without a bundler: a plain `<script type="module">` that imports the installed file, under a strict CSP.
import { chromiumSite, page } from "../../pages.mjs";
import { bring } from "../../told.mjs";

export const manifest = { type: "module" };

export async function run(project) {
  await bring(project);
  return chromiumSite(project, project.folder, { "/": page("/page.js") });
}
