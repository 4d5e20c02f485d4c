// A page without a bundler: a plain `<script type="module">` that imports the installed file, under a strict CSP,
// the strictest there is: no string ever becomes code.
import { CSP, chromiumSite, page } from "../../pages.mjs";
import { bring } from "../../told.mjs";

export const manifest = { type: "module" };

export async function run(project) {
  await bring(project);
  return chromiumSite(project, project.folder, { "/": page("/page.js") }, `${CSP}; require-trusted-types-for 'script'; trusted-types 'none'`);
}
