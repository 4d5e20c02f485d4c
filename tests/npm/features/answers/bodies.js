// Bodies of every kind that a fetch gives: read by what they have, and counted as they come in.
import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { Shardd } from "shardd-wasm";
import { localShardd } from "shardd-wasm/testing";
import { failure } from "./failure.js";

const local = localShardd({ regions: 1 });

/** A client whose fetch gives answers of another make; `made` gets their bytes. */
function client(made, options) {
  const fetch = async (url, init) => {
    const response = await local.fetch(url, init);
    const bytes = new Uint8Array(await response.arrayBuffer());
    const headers = { get: (name) => (name.toLowerCase() === "content-length" ? null : response.headers.get(name)) };
    return { status: response.status, headers, ...made(bytes) };
  };
  return new Shardd("key", { edges: local.edges, fetch, ...options });
}

const half = (bytes) => [bytes.subarray(0, bytes.length >> 1), bytes.subarray(bytes.length >> 1)];
const text = (bytes) => new TextDecoder().decode(bytes);
const unread = () => { throw new Error("this body has a stream"); };

const KINDS = {
  "node-fetch 2: a Node stream of Buffers": (bytes) => ({ body: Readable.from(half(bytes).map((part) => Buffer.from(part))), arrayBuffer: unread }),
  "a Node stream of text": (bytes) => ({ body: Readable.from(half(bytes).map(text)), arrayBuffer: unread }),
  "an async iterable": (bytes) => ({ body: (async function* () { yield* half(bytes); })(), arrayBuffer: unread }),
  "a web stream": (bytes) => ({ body: new Response(bytes).body, arrayBuffer: unread }),
  "React Native: no body": (bytes) => ({ arrayBuffer: async () => bytes.slice().buffer }),
  "a body of null": (bytes) => ({ body: null, arrayBuffer: async () => bytes.slice().buffer }),
  "a body that is none": (bytes) => ({ body: text(bytes), arrayBuffer: async () => bytes.slice().buffer }),
};

for (const [kind, made] of Object.entries(KINDS)) {
  const shardd = client(made);
  const { meta, balance } = await shardd.credit("bodies", kind, 5);
  assert.deepEqual([balance, meta.attempts], [5, 1], kind);
  assert.equal((await shardd.getAccount("bodies", kind)).balance, 5, kind);
  const small = client(made, { maxBodyBytes: 20 });
  const error = await failure(small.credit("bodies", kind, 1));
  assert.deepEqual([error.code, error.attempts], ["decode", 1], kind);
}

// What is no answer is named.
for (const given of [undefined, null, "text", {}, { status: 200 }, { status: "200", headers: new Headers() }, { headers: new Headers() }]) {
  const shardd = new Shardd("key", { edges: local.edges, fetch: async () => given, maxAttempts: 1 });
  const error = await failure(shardd.credit("bodies", "none", 1));
  assert.deepEqual([error.code, error.outcome], ["network", "unknown"]);
  assert.match(error.cause.message, /fetch gave no response: give a function that resolves to/);
}

// Bytes are counted whatever is announced: the length of a compressed body says nothing of what comes out of it.
for (const announced of ["405", null]) {
  let given = 0;
  const chunk = new Uint8Array(64 * 1024).fill(32);
  const endless = () => new ReadableStream({ pull: (controller) => {
    given += chunk.length;
    controller.enqueue(chunk);
  } });
  const bomb = async (url, init) => (url.endsWith("/health") ? local.fetch(url, init) : { status: 200, headers: { get: (name) => (name === "content-length" ? announced : null) }, body: endless() });
  const error = await failure(new Shardd("key", { edges: local.edges, fetch: bomb, maxBodyBytes: 2 ** 20 }).getBalances("b"));
  assert.deepEqual([error.code, error.attempts], ["decode", 1]);
  assert.ok(given < 2 * 2 ** 20, `${given} bytes were taken`);
}

// A framework that keeps answers (Next.js 13 and 14 do) is told to keep none; a runtime that knows no such member is not.
{
  const seen = new Set();
  const watching = (url, init) => {
    seen.add(init.cache);
    return local.fetch(url, init);
  };
  const calls = async () => {
    const shardd = new Shardd("key", { edges: local.edges, fetch: watching });
    await shardd.credit("bodies", "cache", 1);
    await shardd.getBalances("bodies");
  };
  await calls();
  assert.deepEqual([...seen], ["no-store"]);
  seen.clear();
  const cache = Object.getOwnPropertyDescriptor(Request.prototype, "cache");
  delete Request.prototype.cache;
  await calls();
  Object.defineProperty(Request.prototype, "cache", cache);
  assert.deepEqual([...seen], [undefined]);
}
local.dispose();
