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
  "a body that is text": (bytes) => ({ body: text(bytes) }),
  "a body that is bytes": (bytes) => ({ body: bytes }),
  "a body that is none": (bytes) => ({ body: { of: "somebody else" }, arrayBuffer: async () => bytes.slice().buffer }),
  "a test's: text() alone": (bytes) => ({ ok: true, text: async () => text(bytes) }),
  "a test's: json() alone": (bytes) => ({ ok: true, json: async () => JSON.parse(text(bytes)) }),
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

// A figure that json() has rounded is none.
{
  const health = { observed_at_unix_ms: 1, ready: true };
  const account = { account: "a", active_hold_total: 0, available_balance: 2 ** 53, balance: 2 ** 53, bucket: "b", event_count: 1, reserved_by_origin: {} };
  const fetch = async (url) => ({ status: 200, headers: new Headers(), json: async () => (url.endsWith("/health") ? health : { accounts: [account], total_balance: 5 }) });
  const error = await failure(new Shardd("key", { edges: ["https://rounded.test"], fetch, integers: "bigint", maxAttempts: 1 }).getBalances("b"));
  assert.equal(error.code, "decode");
}

// Bytes are counted whatever is announced: the length of a compressed body says nothing of what comes out of it.
for (const announced of ["405", String(2 ** 40), null]) {
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

// And a small one is read, whatever length is announced.
for (const announced of ["999999999999", "-1", "none"]) {
  const lying = async (url, init) => {
    const response = await local.fetch(url, init);
    const headers = { get: (name) => (name === "content-length" ? announced : response.headers.get(name)) };
    return { status: response.status, headers, body: response.body };
  };
  assert.equal((await new Shardd("key", { edges: local.edges, fetch: lying }).credit("announced", announced, 5)).balance, 5);
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
