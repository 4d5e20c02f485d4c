// A page bundled by esbuild without a plugin or an option, as an ES module and as a classic script, opened in Chromium under a strict
// CSP; and what is said where that CSP forbids WebAssembly.
import assert from "node:assert/strict";
import { join } from "node:path";
import { openPage } from "../../../page/browser.mjs";
import { CSP, Site, chromiumSite, page } from "../../pages.mjs";
import { bring, setting } from "../../told.mjs";

export const manifest = { type: "module" };

export async function run(project) {
  await bring(project);
  const { build, version } = project.tool("esbuild");
  for (const format of ["esm", "iife"]) {
    const [entry, outfile] = ["page.js", `${format}.js`].map((file) => join(project.folder, file));
    await build({ entryPoints: [entry], outfile, bundle: true, minify: true, format });
  }
  const chromium = await chromiumSite(project, project.folder, { "/esm": page("/esm.js"), "/iife": page("/iife.js", " defer") });
  await refuses(project);
  await staysOne(project, build);
  return `esbuild ${version}, ${chromium}`;
}

/** Whoever imports in one file and requires in another still gets one copy, whose errors are of one class. */
async function staysOne(project, build) {
  const [entry, outfile] = ["both.cjs", "both-bundle.cjs"].map((file) => join(project.folder, file));
  await build({ entryPoints: [entry], outfile, bundle: true, platform: "node", format: "cjs", logLevel: "error" });
  assert.equal(await project.node(outfile), "one copy\n");
  // And nothing at all of it where nothing is used.
  const stdin = { contents: `import { Shardd } from "shardd-wasm"; console.log("unused");`, resolveDir: project.folder };
  const { outputFiles } = await build({ stdin, bundle: true, write: false, format: "esm", logLevel: "error" });
  assert.ok(!outputFiles[0].text.includes("Shardd"), "an unused import");
}

async function refuses(project) {
  const site = await Site.open(project.folder, { "/": page("/esm.js") }, CSP.replace(" 'wasm-unsafe-eval'", ""));
  try {
    const { page: tab, close } = await openPage(`${site.origin}/#${encodeURIComponent(setting(project, "refused"))}`);
    await tab.waitForFunction(() => document.body.textContent !== "");
    const [sentence] = (await tab.textContent("body")).split("\n");
    await close();
    assert.equal(sentence, "UnsupportedError: The page's Content-Security-Policy forbids WebAssembly: add 'wasm-unsafe-eval' to its script-src.");
  } finally {
    site.close();
  }
}
