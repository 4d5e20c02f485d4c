// The testing kit in a page: the README's example in Chromium, with no network allowed; and a page that only imports the
// client carries none of it.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { once } from "node:events";
import { join } from "node:path";
import { readFile } from "node:fs/promises";
import { openPage } from "../../../page/browser.mjs";
import { shown } from "../../readme.mjs";
import { TESTING, TESTING_TIME } from "../testing-node/row.mjs";

const CSP = "default-src 'self'; connect-src 'none'; script-src 'self' 'wasm-unsafe-eval'";
/** What is in every bundle of the testing kit, by its own words. */
const MARKS = [/\.shardd\.test/, /localShardd/, /black-hole/];

export const manifest = { type: "module" };

export async function run(project) {
  const versions = [];
  for (const [name, output] of [["testing", TESTING], ["testing-time", TESTING_TIME]]) {
    // Imports come first, wherever they stand.
    await bundled(project, name, `console.log = (line) => document.body.append(line + "\\n");\n${await shown(name)}`);
    versions.push(await shows(project, name, output));
  }
  await carriesNothing(project);
  return versions[0];
}

async function carriesNothing(project) {
  const kit = await bundled(project, "kit", await shown("testing"));
  const client = await bundled(project, "client", `import { Shardd } from "shardd-wasm"; globalThis.Shardd = Shardd;`);
  assert.deepEqual(kit.files, ["dist/index.js", "dist/testing.js"]);
  assert.deepEqual(client.files, ["dist/index.js"]);
  for (const mark of MARKS) {
    assert.match(kit.text, mark);
    assert.doesNotMatch(client.text, mark, "a bundle of the client carries the testing kit");
  }
}

/** The bundle of a script, and what of the package went into it. */
async function bundled(project, name, code) {
  await project.write(`${name}.js`, code);
  const outfile = join(project.folder, `${name}.bundle.js`);
  const entry = join(project.folder, `${name}.js`);
  const { metafile } = await project.tool("esbuild").build({ entryPoints: [entry], outfile, bundle: true, format: "esm", metafile: true });
  const files = Object.keys(metafile.inputs).map((file) => file.split("node_modules/shardd-wasm/")[1]);
  return { text: await readFile(outfile, "utf8"), files: files.filter(Boolean).sort() };
}

async function shows(project, name, output) {
  const server = createServer((request, response) => serve(project, name, request.url, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { page, errors, version, close } = await openPage(`http://127.0.0.1:${server.address().port}/`);
  try {
    const lines = output.split("\n").length - 1;
    await page.waitForFunction((n) => document.body.textContent.split("\n").length > n, lines);
    assert.equal(await page.textContent("body"), output);
    assert.deepEqual(errors, []);
    return version;
  } catch (error) {
    throw new Error(`${error.message}\n${errors.join("\n")}`);
  } finally {
    await close();
    server.close();
  }
}

async function serve(project, name, url, response) {
  const script = url.startsWith("/page.js");
  response.setHeader("content-type", script ? "text/javascript" : "text/html");
  response.setHeader("content-security-policy", CSP);
  const page = `<!doctype html><body></body><script type="module" src="/page.js"></script>`;
  response.end(script ? await readFile(join(project.folder, `${name}.bundle.js`)) : page);
}
