// What an error that nobody catches writes: the line that threw, the message and its figures; never the wasm, which stands on a line of its own.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";

const LOCAL = `const local = localShardd({ regions: 1 });\nconst shardd = new Shardd("key", { edges: local.edges, fetch: local.fetch });\n`;
const IMPORTS = `import { Shardd } from "shardd-wasm";\nimport { localShardd } from "shardd-wasm/testing";\n`;
const REQUIRES = `const { Shardd } = require("shardd-wasm");\nconst { localShardd } = require("shardd-wasm/testing");\n`;
const CHARGE = `await shardd.charge("app", "alice", 5);\n`;
/** By name: the script, what is in it, what its output must name. */
const SCRIPTS = {
  "blank.mjs": [`${IMPORTS}new Shardd("");\n`, /InvalidInputError: The API key is blank[^]*blank\.mjs:3:1/],
  "blank.cjs": [`${REQUIRES}new Shardd("");\n`, /InvalidInputError: The API key is blank[^]*blank\.cjs:3:1/],
  "funds.mjs": [`${IMPORTS}${LOCAL}${CHARGE}`, /^file:.*funds\.mjs:5\nawait shardd\.charge[^]*InsufficientFundsError: [^]*funds\.mjs:5:1/],
  "funds.cjs": [`${REQUIRES}${LOCAL}(async function pay() {\n${CHARGE}})();\n`, /funds\.cjs:6\nawait shardd\.charge[^]*InsufficientFundsError: [^]*at async pay \(.*funds\.cjs:6:1\)/],
  "unawaited.mjs": [`${IMPORTS}${LOCAL}shardd.charge("app", "alice", -5);\n`, /InvalidInputError: /],
  "region.mjs": [`${IMPORTS}localShardd({ regions: [{ delayMs: -1 }] });\n`, /TypeError: "delayMs of a region" must be/],
  "once.mjs": [`import { Idempotency } from "shardd-wasm/idempotency";\nnew Idempotency({});\n`, /IdempotencyError: Idempotency wants a store[^]*once\.mjs:2:1/],
};
const MAX_BYTES = 2_048;
/** More than any line of the package that is no wasm. */
const LINE_MAX = 3_000;

/** Not `spawnSync`: other rows' servers live in this process. */
const ended = (script, cwd) => new Promise((resolve) => {
  execFile(process.execPath, [script], { cwd }, (error, _, stderr) => resolve({ stderr, status: error ? error.code : 0 }));
});

export async function uncaught(project) {
  for (const [name, [text, said]] of Object.entries(SCRIPTS)) {
    await project.write(name, text);
    const { stderr, status } = await ended(name, project.folder);
    assert.equal(status, 1, stderr.slice(0, MAX_BYTES));
    assert.match(stderr, said, name);
    assert.ok(Buffer.byteLength(stderr) < MAX_BYTES, `${name} writes ${Buffer.byteLength(stderr)} bytes`);
  }
  const dist = join(project.folder, "node_modules", "shardd-wasm", "dist");
  let wasms = 0;
  for (const name of (await readdir(dist)).filter((name) => /\.c?js$/.test(name))) {
    for (const line of (await readFile(join(dist, name), "utf8")).split("\n").filter(({ length }) => length > LINE_MAX)) {
      assert.match(line, /^"[A-Za-z0-9+/=]+"$/, `${name} has a line of ${line.length} characters: ${line.slice(0, 80)}`);
      wasms++;
    }
  }
  assert.equal(wasms, 6, "three entries, for import and for require");
}
