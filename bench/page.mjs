// The same in a page, in Chromium: start, and decoding. The page measures itself; here is what serves it.
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { openPage } from "../tests/page/browser.mjs";
import { OURS, PLAIN, bundle } from "./bundle.mjs";
import { BEGIN } from "./start.mjs";

const SLIM = `export { init } from "${OURS}/slim"; import wasm from "${OURS}/wasm"; export const url = wasm;`;
const CLIENT = `export { Shardd } from "${OURS}";`;
/** The wasm inside the one file. */
const INLINED = /(?<=")[A-Za-z0-9+/=]{10000,}(?=")/;

// Isolated from other origins: only there the page's clock is finer than a tenth of a millisecond.
const HEADERS = { "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" };

export async function page({ project, peer, say }) {
  const server = createServer(await visitors(project, peer));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    const { page, version, close } = await openPage(`http://127.0.0.1:${server.address().port}/`);
    try {
      say(`start in ${version}`);
      const sides = ["floor", "ours", ...(peer ? ["peer"] : [])];
      const started = await page.evaluate(visit, sides);
      say(`decoding in ${version}`);
      const decoded = await page.evaluate(decode);
      return [...started, ...decoded].map((row) => ({ ...row, note: `${row.note} · ${version}` }));
    } finally {
      await close();
    }
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

// These two run in the page.

async function visit(sides) {
  const { compile, start } = await import("/bench/visit.mjs");
  return [await compile(), await start(sides)];
}

async function decode() {
  const { Shardd } = await import("/client.js");
  const { decode } = await import("/bench/decode.mjs");
  return decode({ Shardd, where: "Chromium" });
}

/** The server's listener: bundles made once, their wasm made another one for each request. */
async function visitors(project, peer) {
  const bundled = async (code) => (await bundle(project, code))[0].text;
  const [slim, wasm] = await bundle(project, SLIM);
  const client = await bundled(CLIENT);
  const ours = await bundled(BEGIN.ours);
  const floor = await bundled(BEGIN.of(PLAIN));
  const theirs = peer && (await bundled(BEGIN.of(peer.file)));
  if (!INLINED.test(ours)) throw new Error("The one file holds no base64 any more: INLINED in bench/page.mjs must find the wasm.");
  const answers = {
    "/": () => ["text/html", "<!doctype html><title>bench</title>"],
    "/wasm": () => ["application/wasm", unlike(wasm.contents)],
    "/slim.js": () => ["text/javascript", slim.text],
    "/client.js": () => ["text/javascript", client],
    "/ours.js": () => ["text/javascript", ours.replace(INLINED, (text) => unlike(Buffer.from(text, "base64")).toString("base64"))],
    "/floor.js": () => ["text/javascript", floor + mark()],
    "/peer.js": () => ["text/javascript", theirs + mark()],
  };
  return async (request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    const file = /^\/bench\/([a-z-]+\.mjs)$/.exec(pathname)?.[1];
    const answer = file ? ["text/javascript", await read(file)] : answers[pathname]?.();
    const [type, body] = answer ?? ["text/plain", ""];
    response.writeHead(answer ? 200 : 404, { ...HEADERS, "content-type": type });
    response.end(body);
  };
}

const read = (file) => readFile(fileURLToPath(new URL(file, import.meta.url)));

/** The same module with a custom section at its end, which no other has. */
function unlike(wasm) {
  const name = Buffer.from("bench");
  const payload = crypto.getRandomValues(new Uint8Array(16));
  return Buffer.concat([wasm, Uint8Array.of(0, 1 + name.length + payload.length, name.length), name, payload]);
}

const mark = () => `\n// ${crypto.randomUUID()}\n`;
