// What a user downloads: each entry in a bundle of its own, every file compressed by itself as it travels. The floor
// is the plain client, bundled the same way.
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { OURS, PLAIN, bundle } from "./bundle.mjs";
import { row, within } from "./rounds.mjs";

const CLIENT = (entry) => `import { Shardd } from "${entry}"; globalThis.client = Shardd;`;
const WHOLE = (entry) => `export * from "${entry}";`;
const SLIM = `import { init, Shardd } from "${OURS}/slim"; import wasm from "${OURS}/wasm"; globalThis.client = { init, Shardd, wasm };`;

const ENTRIES = [
  { measure: "size, one file: import { Shardd }", code: CLIENT(OURS), bar: within(36) },
  { measure: "size, wasm + glue: /slim", code: SLIM, bar: within(34) },
  { measure: "size, wasm + glue: in a Worker", code: CLIENT(OURS), conditions: ["workerd"], bar: within(34) },
  { measure: "size, all of /stores", code: WHOLE(`${OURS}/stores`) },
  { measure: "size, all of /idempotency", code: WHOLE(`${OURS}/idempotency`) },
  { measure: "size, /idempotency in a Worker", code: WHOLE(`${OURS}/idempotency`), conditions: ["workerd"], bar: within(30) },
  { measure: "size, all of /testing", code: WHOLE(`${OURS}/testing`) },
];

export async function sizes({ project, peer }) {
  const factory = (module) => weigh(project, `import { createClient } from ${JSON.stringify(module)}; globalThis.client = createClient;`);
  const plain = await factory(PLAIN);
  const theirs = peer && (await factory(peer.file));
  const rows = [];
  for (const { measure, code, conditions, bar } of ENTRIES) {
    const ours = await weigh(project, code, conditions);
    const samples = { floor: [plain.brotli], ours: [ours.brotli], peer: theirs ? [theirs.brotli] : [] };
    rows.push(row(measure, samples, { bar, unit: "KB", note: noteOf(ours) }));
  }
  return rows;
}

async function weigh(project, code, conditions) {
  const sum = { files: [], gzip: 0, brotli: 0 };
  for (const { contents } of await bundle(project, code, conditions)) {
    const brotli = brotliCompressSync(contents, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: 11,
        [constants.BROTLI_PARAM_LGWIN]: 22,
        [constants.BROTLI_PARAM_SIZE_HINT]: contents.length,
      },
    });
    sum.files.push({ raw: contents.length, brotli: brotli.length });
    sum.gzip += kb(gzipSync(contents, { level: 9 }).length);
    sum.brotli += kb(brotli.length);
  }
  return sum;
}

function noteOf({ files, gzip }) {
  const list = files.map(({ raw, brotli }) => `${brotli} of ${raw}`).join(" + ");
  return `brotli: ${list} bytes · gzip ${gzip.toFixed(1)} KB`;
}

const kb = (bytes) => bytes / 1000;
