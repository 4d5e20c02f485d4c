// A fetch that does not do what fetch does: the sentence of the error names it, and no other edge is asked what none can mend.
import assert from "node:assert/strict";
import { NetworkError, Shardd, TimeoutError } from "shardd-wasm";
import { memoryStore } from "shardd-wasm/stores";
import { localShardd } from "shardd-wasm/testing";
import { failure } from "./failure.js";

const local = localShardd({ regions: 3 });
const headers = new Headers();
const used = new Response("{}");
await used.text();
const locked = new Response("{}");
locked.body.getReader();

/** What a fetch gives in place of a response, and what the sentence calls it. */
const WRONG = [
  [undefined, "undefined"],
  [null, "null"],
  ["text", "a string"],
  [5, "a number"],
  [() => {}, "a function"],
  [{}, "an object without a numeric status"],
  [{ status: "200", headers }, "an object without a numeric status"],
  [{ headers }, "an object without a numeric status"],
  [{ status: 200 }, "a response without headers"],
  [{ status: 200, headers: {} }, "a response without headers"],
  [{ status: 200, headers }, "a response without a body"],
  [{ status: 200, headers, body: [1] }, "a response without a body"],
  [{ status: 200, headers, body: { async *[Symbol.asyncIterator]() { yield { no: "bytes" }; } } }, "a response whose body is no stream of bytes"],
  [used, "a response whose body was read before"],
  [locked, "a response whose body was read before"],
  [{ get status() { throw new Error("unreadable"); } }, "an object that throws when it is read"],
];

/** A fetch that answers attempts so, and probes too unless they are `well`. */
function giving(answer, areWell) {
  const asked = [];
  const fetch = (url, init) => {
    if (url.endsWith("/health") && areWell) return local.fetch(url, init);
    if (!url.endsWith("/health")) asked.push(url);
    return answer(url);
  };
  return { asked, fetch };
}

for (const [given, name] of WRONG) {
  for (const areWell of [true, false]) {
    for (const [act, outcome] of [[(shardd) => shardd.getBalances("wrong"), "rejected"], [(shardd) => shardd.credit("wrong", "a", 1), "unknown"]]) {
      const { asked, fetch } = giving(async () => given, areWell);
      const shardd = new Shardd("key", { edges: local.edges, fetch });
      const error = await failure(act(shardd));
      assert.ok(error instanceof NetworkError, error.stack);
      assert.equal(error.message, `The option fetch gave ${name}: it must resolve to { status, headers } with a body, arrayBuffer(), text() or json().`);
      assert.deepEqual([error.outcome, error.attempts, asked.length], [outcome, 1, 1]);
    }
  }
}

// One that forgets to be async is as good; nothing of one call ends another one's.
{
  const { fetch } = giving((url) => (url.includes("wrong") ? {} : local.fetch(url, { method: "GET", headers: { authorization: "Bearer key" } })), true);
  const shardd = new Shardd("key", { edges: local.edges, fetch });
  await shardd.getBalances("right");
  const ends = await Promise.allSettled(["right", "wrong", "right", "wrong"].map((bucket) => shardd.getBalances(bucket)));
  assert.deepEqual(ends.map(({ status }) => status), ["fulfilled", "rejected", "fulfilled", "rejected"]);
}

// A status says enough of an error, and a body that is missing there hides nothing.
{
  const { fetch } = giving(async () => ({ status: 404, headers }), true);
  assert.equal((await failure(new Shardd("key", { edges: local.edges, fetch }).getBalances("b"))).code, "not_found");
}

// The global one, replaced by a test's.
{
  const real = globalThis.fetch;
  globalThis.fetch = () => {};
  const error = await failure(new Shardd("key", { edges: local.edges }).getBalances("b"));
  globalThis.fetch = real;
  assert.match(error.message, /^The global fetch gave undefined: it must resolve to/);
}

// A durable write stays recorded: it may have landed, and is finished with a fetch that works.
{
  const store = memoryStore();
  const { fetch } = giving(async (url) => (await local.fetch(url, LANDS), undefined), true);
  const LANDS = { method: "GET" };
  const options = { edges: local.edges, store };
  const error = await failure(new Shardd("key", { ...options, fetch }).credit("durable", "a", 5, { idempotencyNonce: "n" }));
  assert.equal(error.outcome, "unknown");
  const [{ result }] = await new Shardd("key", { ...options, fetch: local.fetch }).resume();
  assert.equal(result.balance, 5);
}

// One that throws is a connection that fails, as ever: tried again, and named.
for (const thrown of [new TypeError("x is not a function"), "text", undefined]) {
  for (const fetch of [() => { throw thrown; }, async () => { throw thrown; }]) {
    const shardd = new Shardd("key", { edges: local.edges, fetch, maxAttempts: 2 });
    const error = await failure(shardd.getBalances("b"));
    assert.ok(error instanceof NetworkError);
    assert.equal(error.message, "The option fetch threw, see the cause: try again.");
    assert.deepEqual([error.cause, error.attempts, error.retryable], [thrown, 2, true]);
    const late = await failure(new Shardd("key", { edges: local.edges, fetch, timeoutMs: 300, maxAttempts: 100 }).credit("b", "a", 1));
    assert.equal(late.cause, thrown);
    assert.match(late.message, late instanceof TimeoutError ? /within its timeoutMs, and the option fetch threw, see the cause: retry with/ : /^The option fetch threw, see the cause: retry with/);
  }
}
// The user's own is not blamed for what a body does on its way.
{
  const broken = () => new ReadableStream({ pull: () => { throw new Error("cut"); } });
  const { fetch } = giving(async () => ({ status: 200, headers, body: broken() }), true);
  const error = await failure(new Shardd("key", { edges: local.edges, fetch, maxAttempts: 1 }).getBalances("b"));
  assert.match(error.message, /^The connection to the edge failed/);
  assert.equal(error.cause.message, "cut");
}
local.dispose();
