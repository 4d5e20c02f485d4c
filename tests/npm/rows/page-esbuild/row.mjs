// A page bundled by esbuild without a plugin or an option, opened in Chromium under a strict CSP.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { once } from "node:events";
import { join } from "node:path";
import { readFile } from "node:fs/promises";
import { openPage } from "../../../page/browser.mjs";

const NO_WASM = "default-src 'self'; connect-src http://127.0.0.1:*";
const CSP = `${NO_WASM}; script-src 'self' 'wasm-unsafe-eval'`;

export const manifest = { type: "module" };

export async function run(project) {
  const { build, version } = project.tool("esbuild");
  const entry = join(project.folder, "page.js");
  await build({ entryPoints: [entry], outfile: join(project.folder, "bundle.js"), bundle: true, format: "esm" });
  const server = createServer((request, response) => serve(project, request.url, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = `http://127.0.0.1:${server.address().port}`;
  const query = `?edges=${encodeURIComponent(project.env.SHARDD_EDGES)}`;
  try {
    const chromium = await shows(`${address}/${query}`, "balance 500");
    const refusal = "InternalError: The page's Content-Security-Policy forbids WebAssembly: add 'wasm-unsafe-eval' to its script-src.";
    await shows(`${address}/no-wasm${query}`, refusal, /Content Security Policy/);
    return `esbuild ${version}, ${chromium}`;
  } finally {
    server.close();
  }
}

async function shows(url, text, expectedError = /^$/) {
  const { page, errors, version, close } = await openPage(url);
  try {
    await page.waitForFunction(() => document.body.textContent !== "");
    assert.equal(await page.textContent("body"), text);
    assert.deepEqual(errors.filter((error) => !expectedError.test(error)), []);
    return version;
  } finally {
    await close();
  }
}

async function serve(project, url, response) {
  const script = url.startsWith("/bundle.js");
  response.setHeader("content-type", script ? "text/javascript" : "text/html");
  response.setHeader("content-security-policy", url.startsWith("/no-wasm") ? NO_WASM : CSP);
  const page = `<!doctype html><body></body><script type="module" src="/bundle.js"></script>`;
  response.end(script ? await readFile(join(project.folder, "bundle.js")) : page);
}
