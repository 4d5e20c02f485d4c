// The client's end of the Idempotency-Key header, against the server's.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Idempotency, IdempotencyKey, idempotentFetch } from "shardd-wasm/idempotency";
import { mapStore } from "./store.js";

const URL_OF = "https://shop.test/orders";

/** A service, and a network that does to each request what `faults` say: in order, and then nothing. */
function service(faults = [], handle = () => new Response(JSON.stringify({ order: ++service.orders }), { status: 201 })) {
  service.orders = 0;
  const sent = [];
  const handler = new Idempotency(mapStore()).handler(handle, { scope: false, requireKey: true });
  const fetch = async (url, init) => {
    sent.push({ key: new Headers(init.headers).get("idempotency-key"), body: init.body });
    const fault = faults.shift();
    if (fault === "lost") throw new TypeError("fetch failed");
    if (fault === "silent") return new Promise((_, reject) => { init.signal.addEventListener("abort", () => reject(init.signal.reason)); });
    if (fault instanceof Response) return fault;
    const response = await handler(new Request(url, init));
    if (fault === "answer lost") throw new TypeError("fetch failed");
    return response;
  };
  return { fetch, sent };
}

const answer = (status, headers = {}) => new Response(null, { status, headers });

test("one key for all attempts; what was done is not done again", async () => {
  const { fetch, sent } = service(["lost", "answer lost", answer(503, { "retry-after": "0" }), answer(429, { "retry-after": new Date(0).toUTCString() })]);
  const response = await idempotentFetch(URL_OF, { body: "7" }, { fetch });
  assert.deepEqual([response.status, response.headers.get("idempotent-replayed"), await response.json()], [201, "true", { order: 1 }]);
  assert.deepEqual([sent.length, new Set(sent.map(({ key }) => key)).size, service.orders], [5, 1, 1]);
  assert.match(sent[0].key, /^"[0-9a-f-]{36}"$/);
});

test("while the service is at it: 409 and its Retry-After", async () => {
  // Longer than any pause after a lost answer, shorter than the lease of which the service tells.
  const timeoutMs = 20_000;
  let begin;
  const begun = new Promise((resolve) => { begin = resolve; });
  let finish;
  const { fetch, sent } = service(["answer lost"], () => new Promise((resolve) => { begin(); finish = () => resolve(new Response("done")); }));
  const impatient = idempotentFetch(URL_OF, { body: "7" }, { fetch, key: "slow", timeoutMs }).catch((error) => error);
  await begun;
  const second = await idempotentFetch(URL_OF, { body: "7" }, { fetch, key: "slow", timeoutMs });
  // Its pause would end after the deadline.
  assert.deepEqual([second.status, second.headers.get("retry-after")], [409, "30"]);
  finish();
  assert.equal(await (await impatient).text(), "done");
  assert.equal(new Set(sent.map(({ key }) => key)).size, 1);
});

test("what is an answer is given out at once", async () => {
  for (const status of [200, 400, 404, 409, 422, 500]) {
    const { fetch, sent } = service([answer(status)]);
    assert.equal((await idempotentFetch(URL_OF, {}, { fetch })).status, status);
    assert.equal(sent.length, 1, String(status));
  }
  const { fetch, sent } = service(Array.from({ length: 9 }, () => answer(503, { "retry-after": "0" })));
  assert.equal((await idempotentFetch(URL_OF, {}, { fetch, attempts: 3 })).status, 503);
  assert.equal(sent.length, 3);
});

test("nobody answers: the error says so, and has the key", async () => {
  const { fetch } = service(["lost", "silent"]);
  const error = await idempotentFetch(URL_OF, { body: "7" }, { fetch, key: new IdempotencyKey("a:b"), attempts: 2, attemptTimeoutMs: 20 }).catch((error) => error);
  assert.deepEqual([error.name, error.code, error.ran, error.key], ["IdempotencyError", "no-answer", null, "a:3Ab"]);
  assert.match(error.cause.message, /no answer within/);
});

test("the caller's signal ends it, amid an attempt and amid a pause", async () => {
  for (const fault of ["silent", answer(503, { "retry-after": "50" })]) {
    const { fetch, sent } = service([fault]);
    const controller = new AbortController();
    const call = idempotentFetch(URL_OF, { signal: controller.signal }, { fetch });
    while (sent.length === 0) await new Promise(setImmediate);
    await new Promise(setImmediate);
    const reason = new Error("not wanted any more");
    controller.abort(reason);
    await assert.rejects(call, (error) => error === reason);
  }
});

test("with a store the same key comes back after a reload, for the same request", async () => {
  const store = mapStore();
  const { fetch, sent } = service(["answer lost"]);
  const first = await idempotentFetch(URL_OF, { body: "7" }, { fetch, store, key: "order:7", attempts: 1 }).catch((error) => error);
  assert.equal(first.code, "no-answer");
  const both = await Promise.all([1, 2].map(() => idempotentFetch(URL_OF, { body: "7" }, { fetch, store, key: "order:7" })));
  assert.deepEqual(await Promise.all(both.map((response) => response.json())), [{ order: 1 }, { order: 1 }]);
  assert.equal(new Set(sent.map(({ key }) => key)).size, 1);
  await assert.rejects(idempotentFetch(URL_OF, { body: "8" }, { fetch, store, key: "order:7" }), { code: "fingerprint-mismatch" });
  for (const body of [new Uint8Array([1]), new URLSearchParams("a=1"), new Blob(["x"]), new FormData()]) {
    assert.equal((await idempotentFetch(URL_OF, { body }, { fetch, store, key: `body ${body.constructor.name}` })).status, 201);
  }
});

test("what cannot be sent is one sentence", async () => {
  const wrong = [
    [URL_OF, { body: new ReadableStream() }, {}], [7, {}, {}], [URL_OF, {}, { key: "é" }], [URL_OF, {}, { key: "" }],
    [URL_OF, {}, { key: "x".repeat(256) }], [URL_OF, {}, { store: mapStore() }], [URL_OF, {}, { store: {} }], [URL_OF, {}, { attempts: 0 }], [URL_OF, {}, { retries: 3 }],
  ];
  for (const [url, init, options] of wrong) {
    await assert.rejects(idempotentFetch(url, init, { fetch: () => assert.fail("sent"), ...options }), { code: "invalid-input" }, JSON.stringify(options));
  }
});
