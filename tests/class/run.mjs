// What wasm-pack built of the class, as people use it: `node run.mjs <folder of the builds>`, with `SHARDD_EDGES` and `SHARDD_NPM_TOOLS`.
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { brotliCompressSync } from "node:zlib";

const [builds] = process.argv.slice(2);
const edges = process.env.SHARDD_EDGES.split(",");
const beside = (file) => new URL(file, import.meta.url);
const script = new Function("make", "edges", "scene", `return (async () => {\n${readFileSync(beside("calls.js"), "utf8")}\n})()`);
let [passed, failed] = [0, 0];

async function passes(title, run) {
  try {
    await run();
    passed += 1;
    console.log(`test ${title} ... ok`);
  } catch (error) {
    failed += 1;
    console.log(`test ${title} ... FAILED\n${error.stack ?? error}`);
  }
}

async function plays(target, Shardd) {
  const make = (key, options) => new Shardd(key, options);
  for (const scene of await script(make, edges)) await passes(`${target}: ${scene}`, () => script(make, edges, scene));
}

// Each compiler that the typings promise to satisfy.
function compiles(compiler) {
  const tsc = join(process.env.SHARDD_NPM_TOOLS, "node_modules", compiler, "bin", "tsc");
  const file = join(builds, "web", "typings.ts");
  copyFileSync(beside("typings.ts"), file);
  const options = ["--noEmit", "--strict", "--exactOptionalPropertyTypes", "--target", "es2020", "--lib", "es2020,dom", "--module", "es2020", "--moduleResolution", "bundler"];
  try {
    execFileSync(process.execPath, [tsc, ...options, file], { encoding: "utf8" });
  } catch (error) {
    throw new Error(error.stdout || error.message);
  }
}

const wasm = readFileSync(join(builds, "web", "shardd_wasm_bg.wasm"));
await passes("the bundler's build has its parts", () => {
  for (const file of ["shardd_wasm.js", "shardd_wasm_bg.js", "shardd_wasm_bg.wasm", "shardd_wasm.d.ts"]) {
    if (!existsSync(join(builds, "bundler", file))) throw new Error(`${file} is missing`);
  }
});
for (const compiler of ["typescript-oldest", "typescript"]) await passes(`typings under ${compiler}`, () => compiles(compiler));
await plays("nodejs", createRequire(import.meta.url)(join(builds, "nodejs", "shardd_wasm.js")).Shardd);
const web = await import(pathToFileURL(join(builds, "web", "shardd_wasm.js")));
web.initSync({ module: wasm });
await plays("web", web.Shardd);

const kilobytes = (bytes) => `${(bytes.length / 1000).toFixed(1)} KB`;
console.log(`the class's wasm: ${kilobytes(wasm)}, ${kilobytes(brotliCompressSync(wasm))} in brotli`);
console.log(`${passed} passed, ${failed} failed`);
if (failed > 0) process.exitCode = 1;
