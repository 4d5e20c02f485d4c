// Every entry in a build for es2015, as Vite, esbuild and Babel are told to make, loads and works: such a build leaves no newer syntax in, and
// makes other things of what it knows, `2n ** 63n` for one.
import assert from "node:assert/strict";
import { join } from "node:path";

const USE = `
import { InsufficientFundsError, Shardd } from "ENTRY";
import { Idempotency } from "shardd-wasm/idempotency";
import { memoryStore } from "shardd-wasm/stores";
import { localShardd } from "shardd-wasm/testing";
INIT
const local = localShardd({ regions: 2, keys: [{ token: "key" }] });
const shardd = new Shardd("key", { edges: local.edges, fetch: local.fetch, store: memoryStore(), integers: "bigint" });
const said = [];
said.push((await shardd.credit("b", "a", 2n ** 40n)).balance === 2n ** 40n);
said.push(await shardd.charge("b", "a", 2n ** 62n).then(() => false, (error) => error instanceof InsufficientFundsError && error.code === "insufficient_funds"));
said.push(await shardd.charge("b", "a", 2n ** 63n).then(() => false, ({ message }) => /beyond/.test(message)));
said.push(await shardd.credit("b", "a\\ud800", 1).then(() => false, ({ message }) => /surrogate/.test(message)));
for await (const { amount } of shardd.myEvents()) said.push(amount === 2n ** 40n);
await local.settled();
said.push((await shardd.listEvents("b")).events.length === 1 && (await shardd.pending()).length === 0);
const once = new Idempotency(memoryStore());
for (let time = 0; time < 2; time++) said.push((await once.execute("k", { operation: "x" }, () => 7)).value === 7);
local.dispose();
console.log(said.join(" "));
`;

export async function oldest(project) {
  const { build } = project.tool("esbuild");
  const init = `import { init } from "shardd-wasm/slim";\nimport { readFileSync } from "node:fs";\nawait init(readFileSync(process.argv[2]));`;
  for (const [entry, start] of [["shardd-wasm", ""], ["shardd-wasm/slim", init]]) {
    const name = entry.replace("/", "-");
    const outfile = join(project.folder, `${name}.es2015.mjs`);
    // The package is built for es2015; the script beside it, with its own bigints and awaits, is not.
    const lower = { name: "lower", setup: (own) => own.onLoad({ filter: /shardd-wasm.dist.*\.js$/ }, ({ path }) => lowered(build, path)) };
    const contents = USE.replace("ENTRY", entry).replace("INIT", start);
    await build({ stdin: { contents, resolveDir: project.folder }, plugins: [lower], bundle: true, platform: "node", format: "esm", outfile, logLevel: "error" });
    const wasm = join(project.folder, "node_modules/shardd-wasm/dist/shardd_wasm_bg.wasm");
    assert.match(await project.node(outfile, wasm), /^true( true)+\n$/, entry);
  }
}

async function lowered(build, path) {
  const { outputFiles: [{ text }], warnings } = await build({ entryPoints: [path], bundle: true, write: false, format: "esm", target: "es2015", logLevel: "silent" });
  assert.deepEqual(warnings.map(({ text }) => text), [], path);
  return { contents: text };
}
