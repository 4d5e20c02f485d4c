// Who does not import it does not carry it.
import assert from "node:assert/strict";
import { join } from "node:path";
import { readFile } from "node:fs/promises";

/** What is in every bundle of the idempotency part, by its own words. */
const MARKS = [/idempotency-key/i, /IdempotencyError/, /problem\+json/, /HMGET|valkeyStore wants/];

export const manifest = { type: "module" };

export async function run(project) {
  const all = await bundled(project, "all", `export * from "shardd-wasm/idempotency";`);
  const client = await bundled(project, "client", `import { Shardd } from "shardd-wasm"; globalThis.Shardd = Shardd;`);
  assert.deepEqual(all.files, ["dist/idempotency.js"]);
  assert.deepEqual(client.files, ["dist/index.js"]);
  assert.doesNotMatch(all.text, /conformance/i, "the tests' build was packed");
  for (const mark of MARKS) {
    assert.match(all.text, mark);
    assert.doesNotMatch(client.text, mark, "a bundle of the client carries the idempotency part");
  }
  return `esbuild, ${Math.round(all.text.length / 1024)} KiB apart from the client's ${Math.round(client.text.length / 1024)}`;
}

/** The bundle of a script, and what of the package went into it. */
async function bundled(project, name, code) {
  await project.write(`${name}.js`, code);
  const outfile = join(project.folder, `${name}.bundle.js`);
  const entryPoints = [join(project.folder, `${name}.js`)];
  const { metafile } = await project.tool("esbuild").build({ entryPoints, outfile, bundle: true, format: "esm", metafile: true });
  const files = Object.keys(metafile.inputs).map((file) => file.split("node_modules/shardd-wasm/")[1]);
  return { text: await readFile(outfile, "utf8"), files: files.filter(Boolean).sort() };
}
