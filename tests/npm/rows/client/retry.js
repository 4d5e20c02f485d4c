// error.retry(): the same bytes under the same nonce, whatever became of the options meanwhile.
import assert from "node:assert/strict";
import { AbortedError, InvalidInputError, NetworkError, TimeoutError, UnauthorizedError } from "shardd-wasm";
import { failure, stage, until } from "./stage.js";

const FUNDS = { maxOverdraft: 1_000, skipHold: true };

/** Every write as it can be made, and how to make it of a reservation. */
const WRITES = {
  charge: (shardd, options) => shardd.charge("b", "a", 5, { ...FUNDS, ...options }),
  credit: (shardd, options) => shardd.credit("b", "a", 5, options),
  createEvent: (shardd, options) => shardd.createEvent("b", "a", -5, { ...FUNDS, ...options }),
  createMyBucketEvent: (shardd, options) => shardd.createMyBucketEvent("b", "a", 5, options),
  reserve: (shardd, options) => shardd.reserve("b", "a", 5, 60_000, { maxOverdraft: 1_000, ...options }),
  settle: (shardd, options, id) => shardd.settle("b", "a", id, 5, options),
  release: (shardd, options, id) => shardd.release("b", "a", id, options),
};

// The answer is lost after the ledger took the write: the repeat is a replay, byte for byte.
await Promise.all(Object.entries(WRITES).map(async ([name, write]) => {
  const { shardd, local, sent, writes } = stage({ maxAttempts: 1 }, { keys: [{ token: "key" }] });
  const { reservationId } = await shardd.reserve("b", "a", 100, 60_000, { maxOverdraft: 1_000 });
  const before = local.events().length;
  sent.length = 0;
  local.fault(0, { kind: "reset-after", only: "events", count: 1 });
  const error = await failure(write(shardd, { note: name }, reservationId));
  assert.ok(error instanceof NetworkError, name);
  assert.deepEqual([error.outcome, error.attempts], ["unknown", 1], name);
  const result = await error.retry();
  const [first, second, ...more] = writes();
  assert.deepEqual([first.body, first.path, more], [second.body, second.path, []], name);
  assert.equal(result.deduplicated, true, name);
  assert.equal(result.event.idempotencyNonce, error.idempotencyNonce, name);
  // A settlement is a debit and a release; all else is one event.
  assert.equal(local.events().length - before, name === "settle" ? 2 : 1, name);
  // Once more is once more the same.
  assert.equal((await error.retry()).event.eventId, result.event.eventId, name);
  local.dispose();
}));

// The options as they were, not as they are.
{
  const { shardd, local, writes } = stage({ maxAttempts: 1 });
  local.fault(0, { kind: "reset-before", only: "events", count: 1 });
  const options = { note: "as it was", idempotencyNonce: " mine " };
  const call = shardd.credit("b", "a", 5, options);
  options.note = "changed";
  options.idempotencyNonce = "other";
  options.nonsense = true;
  const error = await failure(call);
  delete options.note;
  assert.equal(error.idempotencyNonce, "mine");
  const { event, deduplicated } = await error.retry();
  assert.deepEqual([event.note, event.idempotencyNonce, deduplicated], ["as it was", "mine", false]);
  assert.equal(writes()[0].body, writes()[1].body);
  local.dispose();
}

// What a retry may be told is how its call is made, not what it writes.
{
  const { shardd, local, writes } = stage({ maxAttempts: 1 }, { regions: 2 });
  for (const region of [0, 1]) local.fault(region, { kind: "reset-before", only: "events", count: 1 });
  const error = await failure(shardd.credit("b", "a", 5));
  const sent = writes().length;
  const same = /sends the same write: it takes \{ signal, timeoutMs, edge, waitUntil \}/;
  for (const [more, sentence] of [
    [{ note: "another" }, same],
    [{ idempotencyNonce: "another" }, same],
    [{ timeoutMS: 5 }, same],
    [["signal"], same],
    [{ timeoutMs: "5" }, /timeoutMs is not a number/],
    [{ edge: "https://elsewhere.test" }, /none of the client's/],
    ["soon", same],
    [5, same],
  ]) {
    const refused = await failure(error.retry(more));
    assert.ok(refused instanceof InvalidInputError, JSON.stringify(more));
    assert.match(refused.message, sentence);
  }
  assert.equal(writes().length, sent, "nothing was sent for a wrong option");
  for (const region of [0, 1]) local.fault(region, null);
  const { meta } = await error.retry({ edge: local.edges[1], timeoutMs: 20_000 });
  assert.equal(meta.edge, local.edges[1]);
  const aborted = await failure(error.retry({ signal: AbortSignal.abort("enough") }));
  assert.deepEqual([aborted.name, aborted.cause], ["AbortedError", "enough"]);
  local.dispose();
}

// The signal that ended the first call does not end the next one; a retry of an error of a retry works as well.
{
  const { shardd, local, writes } = stage();
  local.fault(0, { kind: "black-hole", only: "events" });
  const controller = new AbortController();
  const call = failure(shardd.credit("b", "a", 5, { signal: controller.signal, timeoutMs: 20_000 }));
  await until(() => writes().length === 1);
  controller.abort();
  const error = await call;
  assert.ok(error instanceof AbortedError);
  const again = await failure(error.retry({ timeoutMs: 2_000 }));
  assert.ok(again instanceof TimeoutError);
  assert.deepEqual([again.outcome, again.idempotencyNonce], ["unknown", error.idempotencyNonce]);
  local.fault(0, null);
  const { event } = await again.retry();
  assert.equal(event.idempotencyNonce, error.idempotencyNonce);
  assert.equal(new Set(writes().map(({ body }) => body)).size, 1);
  assert.equal(local.events().length, 1);
  local.dispose();
}

// A write that ended before its body was finished: a reservation's end is computed when it is sent.
{
  let asked = 0;
  const apiKey = () => {
    if (asked++ === 0) throw new Error("no session");
    return "key";
  };
  const { shardd, local, writes } = stage({ apiKey });
  const error = await failure(shardd.reserve("b", "a", 5, 60_000, { maxOverdraft: 10 }));
  assert.ok(error instanceof UnauthorizedError);
  assert.deepEqual([error.outcome, error.attempts, writes().length], ["rejected", 0, 0]);
  const { event, expiresAtUnixMs } = await error.retry();
  assert.deepEqual([event.type, event.holdAmount, event.idempotencyNonce], ["reservation_create", 5, error.idempotencyNonce]);
  assert.ok(expiresAtUnixMs > Date.now());
  local.dispose();
}

// What an earlier call left in doubt stays so, however long ago that was: the refusal of a retry proves nothing of the first copy.
{
  const { shardd, local } = stage({ maxAttempts: 1, settleMs: 500 });
  await shardd.credit("b", "a", 5);
  local.fault(0, { kind: "reset-before", only: "events", count: 1 });
  const error = await failure(shardd.charge("b", "a", 5, { skipHold: true }));
  await shardd.charge("b", "a", 5, { skipHold: true });
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  const refused = await failure(error.retry());
  assert.deepEqual([error.outcome, refused.name, refused.outcome], ["unknown", "InsufficientFundsError", "unknown"]);
  assert.equal(typeof refused.retry, "function");
  local.dispose();
}

// Errors of what never was a write have nothing to repeat, and an error in a log does not show what was sent.
{
  const { shardd, local } = stage({ maxAttempts: 1 });
  assert.equal((await failure(shardd.credit("b", "a", -5))).retry, undefined);
  local.fault(0, { kind: "reset-before" });
  assert.equal((await failure(shardd.getAccount("b", "a"))).retry, undefined);
  const error = await failure(shardd.credit("b", "a", 5, { note: "a secret note" }));
  assert.equal(typeof error.retry, "function");
  assert.ok(!Object.keys(error).includes("retry"));
  const { inspect } = await import("node:util");
  for (const shown of [JSON.stringify(error), inspect(error), error.stack, String(error)]) assert.doesNotMatch(shown, /secret|Bearer/);
  local.dispose();
}
