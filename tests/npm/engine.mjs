// The same pages in an engine other than Chromium.
import { cp } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Driven } from "../page/webdriver.mjs";
import { Site, page } from "./pages.mjs";
import { bring, heard, setting } from "./told.mjs";

/** A plain page, one bundled by esbuild, and the two kinds of Web Worker: the files of the rows that open them in Chromium. */
export async function inEngine(project, engine) {
  await bring(project);
  for (const file of ["page-plain/page.js", "page-esbuild/page.js", "web-worker/worker.js", "web-worker/module.js", "web-worker/classic.js"]) {
    await cp(resolve("tests", "npm", "rows", file), join(project.folder, file.replace("/page.js", ".js").replace("web-worker/", "")));
  }
  const bundle = (entry, outfile, format) =>
    project.tool("esbuild").build({ entryPoints: [join(project.folder, entry)], outfile: join(project.folder, outfile), bundle: true, format });
  await bundle("page-esbuild.js", "esbuild.js", "iife");
  await bundle("worker.js", "module-worker.js", "esm");
  await bundle("worker.js", "classic-worker.js", "iife");
  const pages = { "/plain": page("/page-plain.js"), "/esbuild": page("/esbuild.js", " defer"), "/module": page("/module.js"), "/classic": page("/classic.js") };
  const site = await Site.open(project.folder, pages);
  try {
    return await tellAll(project, engine, Object.keys(pages).map((path) => site.origin + path));
  } finally {
    site.close();
  }
}

async function tellAll(project, engine, addresses) {
  const browser = await Driven.open(engine);
  try {
    for (const address of addresses) {
      const place = new URL(address).pathname;
      heard(project, await browser.shown(`${address}#${encodeURIComponent(setting(project, `${engine}${place}`))}`), `${engine}, ${place}`);
    }
    return browser.version;
  } finally {
    await browser.close();
  }
}
