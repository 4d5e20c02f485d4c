// AbortSignal, wherever it finds a call: an AbortedError with the signal's reason, and a true word on the write.
import assert from "node:assert/strict";
import { AbortedError } from "shardd-wasm";
import { facts, failure, never, stage, turn, until } from "./stage.js";

const REASON = new Error("enough");

function isAborted(error, outcome, reason = REASON) {
  assert.ok(error instanceof AbortedError, error.stack);
  assert.equal(error.cause, reason);
  assert.deepEqual(facts(error, "retryable", "code"), { name: "AbortedError", outcome, retryable: false, code: "aborted" });
}

/** The error of a call that is aborted once `when` holds. */
async function abortedWhen(when, call) {
  const controller = new AbortController();
  const failed = failure(call({ signal: controller.signal }));
  await until(when);
  controller.abort(REASON);
  return failed;
}

const credit = (shardd) => (options) => shardd.credit("b", "a", 1, options);

// Before it began: not even a probe.
{
  const { shardd, local, sent } = stage({}, { regions: 3 });
  isAborted(await failure(shardd.credit("b", "a", 1, { signal: AbortSignal.abort(REASON) })), "rejected");
  isAborted(await failure(shardd.health(undefined, { signal: AbortSignal.abort(REASON) })), "rejected");
  assert.deepEqual(sent, []);
  local.dispose();
}

// In the tick in which it began.
{
  const { shardd, local, writes } = stage();
  const controller = new AbortController();
  const call = failure(shardd.credit("b", "a", 1, { signal: controller.signal }));
  controller.abort(REASON);
  isAborted(await call, "rejected");
  assert.equal(writes().length, 0);
  local.dispose();
}

// Probes.
{
  const { shardd, local, sent, writes } = stage({}, { regions: 2 });
  for (const region of [0, 1]) local.fault(region, { kind: "black-hole", only: "health" });
  isAborted(await abortedWhen(() => sent.length === 2, credit(shardd)), "rejected");
  assert.equal(writes().length, 0);
  await turn();
  assert.ok(sent.every(({ signal }) => signal.aborted));
  local.dispose();
}

// Attempts: a write may have landed.
{
  const { shardd, local, sent } = stage();
  local.fault(0, { kind: "black-hole" });
  const error = await abortedWhen(() => sent.length === 1, credit(shardd));
  isAborted(error, "unknown");
  assert.deepEqual([error.attempts, error.edge, typeof error.idempotencyNonce], [1, local.edges[0], "string"]);
  isAborted(await abortedWhen(() => sent.length === 2, (options) => shardd.getBalances("b", options)), "rejected");
  assert.ok(sent.every(({ signal }) => signal.aborted));
  local.dispose();
}

// Bodies: the ledger has the write, and half of the answer is here.
{
  const { shardd, local } = stage();
  local.fault(0, { kind: "stall-body" });
  isAborted(await abortedWhen(() => local.events().length === 1, credit(shardd)), "unknown");
  const reading = () => local.requests()[0]["GET /balances"];
  isAborted(await abortedWhen(reading, (options) => shardd.getBalances("b", options)), "rejected");
  local.dispose();
}

// Waits: the settle rule, and a Retry-After, before which nothing was written.
{
  const events = [];
  const { shardd, local, writes } = stage({ onEvent: ({ type }) => events.push(type) });
  local.fault(0, { kind: "reset-before", only: "events" });
  isAborted(await abortedWhen(() => events.includes("settle"), credit(shardd)), "unknown");
  assert.equal(writes().length, 1);
  local.fault(0, { kind: "status", status: 429, retry_after: 20 });
  isAborted(await abortedWhen(() => events.includes("retry"), credit(shardd)), "rejected");
  assert.equal(writes().length, 2);
  local.dispose();
}

// Another call's copy of the same write: this one sent nothing, and cannot know what becomes of that.
{
  const { shardd, local, writes } = stage();
  local.fault(0, { kind: "black-hole", only: "events" });
  const once = (options) => shardd.credit("b", "a", 1, { idempotencyNonce: "once", ...options });
  const controller = new AbortController();
  const first = failure(once({ signal: controller.signal }));
  await until(() => writes().length === 1);
  const error = await failure(once({ signal: AbortSignal.timeout(50) }));
  assert.equal(error.cause.name, "TimeoutError");
  assert.deepEqual(facts(error, "attempts"), { name: "AbortedError", outcome: "unknown", attempts: 0 });
  controller.abort(REASON);
  isAborted(await first, "unknown");
  assert.equal(writes().length, 1);
  local.dispose();
}

// A key that is still to come.
{
  let asked = 0;
  const { shardd, local, writes } = stage({ apiKey: () => (asked++, never()) });
  isAborted(await abortedWhen(() => asked === 1, credit(shardd)), "rejected");
  assert.equal(writes().length, 0);
  local.dispose();
}

// Looks at an account that does not show the write yet.
{
  const { shardd, local, sent } = stage({}, { regions: 2 });
  local.link(0, 1, { up: false });
  const written = await shardd.credit("b", "a", 1, { edge: local.edges[0] });
  const looks = () => sent.filter(({ path }) => path.startsWith("/collapsed/")).length > 2;
  isAborted(await abortedWhen(looks, (options) => shardd.getAccount("b", "a", { after: written, edge: local.edges[1], ...options })), "rejected");
  local.dispose();
}

// Pages: the one that is being read.
{
  const { shardd, local, sent } = stage({}, { keys: [{ token: "key" }] });
  for (const bucket of ["b1", "b2"]) await shardd.credit(bucket, "a", 1);
  const controller = new AbortController();
  const pages = shardd.myBuckets({ limit: 1, signal: controller.signal });
  assert.equal((await pages.next()).value.bucket, "b1");
  local.fault(0, { kind: "black-hole" });
  const second = failure(pages.next());
  await until(() => sent.at(-1).path.includes("page=2"));
  controller.abort(REASON);
  isAborted(await second, "rejected");
  assert.equal((await pages.next()).done, true);
  local.dispose();
}

// The client's signal ends every call, also one that has a signal of its own.
{
  const all = new AbortController();
  const { shardd, local, sent } = stage({ signal: all.signal });
  local.fault(0, { kind: "black-hole" });
  const own = new AbortController();
  const calls = [shardd.credit("b", "a", 1), shardd.credit("b", "a", 2, { signal: own.signal })].map(failure);
  const byOwn = failure(shardd.credit("b", "a", 3, { signal: own.signal }));
  const other = new AbortController();
  const byOther = failure(shardd.credit("b", "a", 4, { signal: other.signal }));
  await until(() => sent.length === 4);
  other.abort("only this one");
  isAborted(await byOther, "unknown", "only this one");
  all.abort(REASON);
  for (const error of await Promise.all([...calls, byOwn])) isAborted(error, "unknown");
  isAborted(await failure(shardd.health()), "rejected");
  isAborted(await failure(shardd.withApiKey("other").health()), "rejected");
  local.dispose();
}

// Reasons of every kind; a signal that never fires is left as it was, and never has more than one listener of ours. (From the
// eleventh on Node warns of a leak.)
{
  const { shardd, local } = stage();
  const plain = await failure(shardd.credit("b", "a", 1, { signal: AbortSignal.abort() }));
  assert.equal(plain.cause.name, "AbortError");
  for (const reason of ["text", 0, null, { of: "mine" }]) {
    const error = await failure(shardd.credit("b", "a", 1, { signal: AbortSignal.abort(reason) }));
    assert.equal(error.cause, reason);
    JSON.stringify(error);
  }
  const { signal } = new AbortController();
  const listeners = [0];
  const count = (name, change) => {
    const real = signal[name];
    signal[name] = (...args) => (listeners.push(listeners.at(-1) + change), real.apply(signal, args));
  };
  count("addEventListener", 1);
  count("removeEventListener", -1);
  for (const { credit } of [shardd, stage({ fetch: local.fetch, edges: local.edges, signal }).shardd].map((client) => ({ credit: client.credit.bind(client) }))) {
    await Promise.all(Array.from({ length: 20 }, () => credit("b", "a", 1, { signal })));
  }
  assert.deepEqual([Math.max(...listeners), listeners.at(-1)], [1, 0]);
  local.dispose();
}
