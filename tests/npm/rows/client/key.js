// A key that is a function: asked once per call, beside the race, and once more after a 401.
import assert from "node:assert/strict";
import { AbortedError, InvalidInputError, RateLimitedError, Shardd, TimeoutError, UnauthorizedError } from "shardd-wasm";
import { facts, failure, never, stage, until } from "./stage.js";

const KEYS = { keys: [{ token: "old", state: "revoked" }, { token: "new" }, { token: "other" }] };

/** A function that gives these in turn, the last one for ever, and how often it was asked. */
function source(...keys) {
  const give = () => keys[Math.min(give.asked++, keys.length - 1)];
  give.asked = 0;
  return give;
}

// Synchronous, asynchronous, thenable: once per call, and called as a plain function.
for (const apiKey of [() => "new", async () => "new", () => ({ then: (resolve) => resolve("new") }), () => " new "]) {
  const { shardd, local, sent } = stage({ apiKey }, KEYS);
  await shardd.credit("b", "a", 1);
  assert.deepEqual(sent.filter(({ path }) => path === "/events").map(({ key }) => key), ["Bearer new"]);
  local.dispose();
}
{
  let self = "not called";
  const { shardd, local } = stage({ apiKey: function () { self = this; return "new"; } }, KEYS);
  await shardd.credit("b", "a", 1);
  assert.equal(self, undefined);
  local.dispose();
}

// Public pages need no key; parallel calls ask for each of them.
{
  const apiKey = source("new");
  const { shardd, local, sent } = stage({ apiKey }, { ...KEYS, regions: 2 });
  await shardd.health();
  await shardd.edges();
  assert.equal(apiKey.asked, 0);
  assert.ok(sent.every(({ key }) => key === undefined));
  await Promise.all(Array.from({ length: 16 }, () => shardd.credit("b", "a", 1)));
  assert.equal(apiKey.asked, 16);
  assert.equal((await shardd.getAccount("b", "a")).balance, 16);
  local.dispose();
}

// Each of several calls with the key that it got, whatever comes first.
{
  const answers = [];
  const { shardd, local, writes } = stage({ apiKey: () => new Promise((resolve) => answers.push(resolve)) }, KEYS);
  const calls = ["first", "second"].map((idempotencyNonce) => shardd.credit("b", "a", 1, { idempotencyNonce }));
  await until(() => answers.length === 2);
  answers[1]("other");
  await calls[1];
  answers[0]("new");
  await calls[0];
  assert.deepEqual(writes().map(({ key, body }) => [key, JSON.parse(body).idempotency_nonce]), [["Bearer other", "second"], ["Bearer new", "first"]]);
  local.dispose();
}

// Beside the race: the regions are probed while the key is still to come, and nothing that needs it leaves.
{
  let answer;
  const { shardd, local, sent } = stage({ apiKey: () => new Promise((resolve) => (answer = resolve)) }, { ...KEYS, regions: 3 });
  const call = shardd.credit("b", "a", 1);
  await until(() => shardd.edgeTable().some(({ pinned }) => pinned));
  assert.deepEqual([...new Set(sent.map(({ path }) => path))], ["/gateway/health"]);
  answer("new");
  assert.equal((await call).meta.attempts, 1);
  local.dispose();
}

// Refused, and renewed: the same bytes again, no attempt counted.
{
  const apiKey = source("old", "new");
  const { shardd, local, writes } = stage({ apiKey, maxAttempts: 1 }, KEYS);
  const { meta, deduplicated } = await shardd.reserve("b", "a", 5, 60_000, { maxOverdraft: 10 });
  assert.deepEqual([meta.attempts, deduplicated, apiKey.asked], [1, false, 2]);
  assert.deepEqual(writes().map(({ key }) => key), ["Bearer old", "Bearer new"]);
  assert.equal(writes()[0].body, writes()[1].body);
  assert.equal(local.events().length, 1);
  await shardd.getBalances("b");
  local.dispose();
}

// Refused twice: the one error, and no third time.
{
  const apiKey = source("old");
  const { shardd, local, writes } = stage({ apiKey }, KEYS);
  const error = await failure(shardd.credit("b", "a", 5));
  assert.ok(error instanceof UnauthorizedError);
  assert.deepEqual(facts(error, "status", "retryable", "attempts"), { name: "UnauthorizedError", outcome: "rejected", status: 401, retryable: false, attempts: 1 });
  assert.deepEqual([apiKey.asked, writes().length, local.events().length], [2, 2, 0]);
  // The next call asks anew, and so does a retry.
  await failure(shardd.getBalances("b"));
  assert.equal(apiKey.asked, 4);
  await failure(error.retry());
  assert.equal(apiKey.asked, 6);
  local.dispose();
}

// A key that is text is not asked for again.
{
  const { shardd, local, writes } = stage({ apiKey: "old" }, KEYS);
  assert.ok(await failure(shardd.credit("b", "a", 5)) instanceof UnauthorizedError);
  assert.equal(writes().length, 1);
  local.dispose();
}

// Attempts stay limited over both keys: the one before the refused one, and one after it. The refused one does not count.
{
  const busy = { kind: "status", status: 429, retry_after: 0, only: "events" };
  let asked = 0;
  const { shardd, local, writes } = stage({ maxAttempts: 2, apiKey: () => {
    local.fault(0, asked++ === 0 ? { ...busy, count: 1 } : busy);
    return "old";
  } }, KEYS);
  const error = await failure(shardd.credit("b", "a", 5));
  assert.ok(error instanceof RateLimitedError, error.stack);
  assert.deepEqual([error.attempts, asked, writes().length], [2, 2, 3]);
  local.dispose();
}

// Without a key nothing is sent, and the cause says why.
for (const [apiKey, kind, cause] of [
  [() => { throw new Error("no session"); }, UnauthorizedError, /no session/],
  [async () => { throw new Error("no session"); }, UnauthorizedError, /no session/],
  [() => Promise.reject("gone"), UnauthorizedError, /gone/],
  [() => undefined, InvalidInputError, /undefined/],
  [async () => 5, InvalidInputError, /undefined/],
  [() => " ", InvalidInputError, /undefined/],
  [() => "two\nlines", InvalidInputError, /undefined/],
]) {
  const { shardd, local, writes } = stage({ apiKey }, KEYS);
  const error = await failure(shardd.credit("b", "a", 5));
  assert.ok(error instanceof kind, error.stack);
  assert.match(String(error.cause), cause);
  assert.deepEqual(facts(error, "attempts"), { name: error.name, outcome: "rejected", attempts: 0 });
  assert.equal(writes().length, 0);
  local.dispose();
}
// So it is when only the second key cannot be had: the first one was refused, and nothing was written.
{
  const keys = ["old"];
  const { shardd, local, writes } = stage({ apiKey: async () => keys.shift() ?? Promise.reject(new Error("signed out")) }, KEYS);
  const error = await failure(shardd.credit("b", "a", 5));
  assert.deepEqual(facts(error), { name: "UnauthorizedError", outcome: "rejected" });
  assert.match(String(error.cause), /signed out/);
  assert.equal(writes().length, 1);
  local.dispose();
}

// One that hangs is cut: by the signal, by the deadline.
{
  const { shardd, local, writes } = stage({ apiKey: never }, KEYS);
  const controller = new AbortController();
  const call = shardd.credit("b", "a", 5, { signal: controller.signal });
  setTimeout(() => controller.abort("changed my mind"), 20);
  const aborted = await failure(call);
  assert.ok(aborted instanceof AbortedError);
  assert.deepEqual(facts(aborted, "cause"), { name: "AbortedError", outcome: "rejected", cause: "changed my mind" });
  const late = await failure(shardd.credit("b", "a", 5, { timeoutMs: 50 }));
  assert.ok(late instanceof TimeoutError);
  assert.deepEqual([late.outcome, late.attempts, writes().length], ["rejected", 0, 0]);
  local.dispose();
}

// Another key, and a function in place of a text.
{
  const { shardd, local, writes } = stage({ apiKey: source("old") }, KEYS);
  await shardd.withApiKey(source("old", "new")).credit("b", "a", 1);
  await shardd.withApiKey("other").credit("b", "a", 1);
  assert.deepEqual(writes().map(({ key }) => key), ["Bearer old", "Bearer new", "Bearer other"]);
  assert.ok(await failure(shardd.credit("b", "a", 1)) instanceof UnauthorizedError);
  local.dispose();
}

// Half a surrogate pair is no text: the conversion would make one owner of all that have one.
for (const [key, options, sentence] of [["key", { owner: () => "\ud800" }, /owner is not a string, or contains half/], [() => "k\udc01", {}, /API key is not a string, or contains half/]]) {
  const { local } = stage();
  const error = await failure(new Shardd(key, { edges: local.edges, fetch: local.fetch, ...options }).credit("b", "a", 1));
  assert.deepEqual([error.code, error.outcome], ["invalid_input", "rejected"]);
  assert.match(error.message, sentence);
  assert.equal(local.events().length, 0);
  local.dispose();
}
