// One nonce, one write: what moves money makes it. A repetition may say all else otherwise, at any moment and from any client.
import assert from "node:assert/strict";
import { ConflictError, Shardd } from "shardd-wasm";
import { memoryStore } from "shardd-wasm/stores";
import { facts, failure, stage } from "./stage.js";

const nonce = (idempotencyNonce, options) => ({ ...options, idempotencyNonce });
const FIRST = { note: "order #9821", maxOverdraft: 100 };
/** All that may differ. */
const OTHERWISE = [
  {}, { note: "another" }, { note: null }, { ...FIRST, maxOverdraft: 1_000 }, { skipHold: true }, { ...FIRST, skipHold: false }, { ackTimeoutMs: 50 },
  { timeoutMs: 20_000 },
];
/** Other money, each as a write of its own. */
const OTHERS = {
  "another amount": (shardd, at) => shardd.charge("b", "a", 6, nonce(at)),
  "a credit": (shardd, at) => shardd.credit("b", "a", 5, nonce(at)),
  "another account": (shardd, at) => shardd.charge("b", "c", 5, nonce(at, FIRST)),
  "another bucket": (shardd, at) => shardd.charge("d", "a", 5, nonce(at, FIRST)),
  "a settlement": (shardd, at, id) => shardd.settle("b", "a", id, 5, nonce(at)),
  "a release": (shardd, at, id) => shardd.release("b", "a", id, nonce(at)),
  "a reservation": (shardd, at) => shardd.reserve("b", "a", 5, 60_000, nonce(at)),
  "a hold": (shardd, at) => shardd.charge("b", "a", 5, nonce(at, { holdAmount: 7, holdExpiresAtUnixMs: Date.now() + 60_000 })),
};

// Without a store and with one: at once, at the same time, later, by the same client and by one that knows nothing.
for (const store of [undefined, memoryStore()]) {
  const { shardd, local, fetch } = stage({ store, settleMs: 500 }, { keys: [{ token: "key" }] });
  const stranger = new Shardd("key", { edges: local.edges, fetch, store });
  await shardd.credit("b", "a", 1_000);
  await Promise.all(OTHERWISE.map(async (options, at) => {
    const name = `${store ? "recorded" : "plain"}, ${JSON.stringify(options)}`;
    const charge = (client, more) => client.charge("b", "a", 5, nonce(`n${at}`, more));
    const [first, meanwhile] = await Promise.all([charge(shardd, FIRST), charge(shardd, options)]);
    assert.deepEqual([first.deduplicated, meanwhile.deduplicated].sort(), [false, true], name);
    const { eventId, note } = first.event;
    for (const client of [shardd, shardd.withApiKey("key"), stranger]) {
      const { deduplicated, event } = await charge(client, options);
      assert.deepEqual([deduplicated, event.eventId, event.note], [true, eventId, note], name);
    }
    const mine = await shardd.createMyBucketEvent("b", "a", -5, nonce(`n${at}`));
    assert.deepEqual([mine.deduplicated, mine.event.eventId], [true, eventId], `${name}, by another path`);
  }));
  assert.equal(local.events().filter(({ amount }) => amount === -5).length, OTHERWISE.length);
  local.dispose();
}

// What moves other money is refused before anything is sent.
for (const store of [undefined, memoryStore()]) {
  // Nothing is forgotten while this runs, however slow the machine is.
  const { shardd, local, writes } = stage({ store, settleMs: 60_000 });
  await shardd.credit("b", "a", 1_000);
  const { reservationId } = await shardd.reserve("b", "a", 50, 60_000);
  for (const [name, other] of Object.entries(OTHERS)) {
    await shardd.charge("b", "a", 5, nonce(name, { ...FIRST, skipHold: true }));
    const before = writes().length;
    const error = await failure(other(shardd, name, reservationId));
    assert.ok(error instanceof ConflictError, `${name}: ${error.stack}`);
    assert.deepEqual(facts(error, "attempts"), { name: "ConflictError", outcome: "rejected", attempts: 0 }, name);
    assert.equal(writes().length, before, name);
  }
  const reserve = (amount, ttlMs) => shardd.reserve("b", "a", amount, ttlMs, nonce("r"));
  await reserve(5, 60_000);
  for (const [amount, ttlMs] of [[6, 60_000], [5, 61_000]]) assert.ok(await failure(reserve(amount, ttlMs)) instanceof ConflictError);
  local.dispose();
}

// Of a reservation the time that was asked for counts, and not its end.
{
  const { shardd, local } = stage({ settleMs: 500 });
  await shardd.credit("b", "a", 1_000);
  const reserve = (options) => shardd.reserve("b", "a", 5, 60_000, nonce("r", options));
  const [first, again] = [await reserve({ note: "a table" }), await reserve()];
  assert.deepEqual([again.deduplicated, again.reservationId, again.expiresAtUnixMs], [true, first.reservationId, first.expiresAtUnixMs]);
  local.dispose();
}

// A replay that is refused takes nothing back: the write is in the ledger, and its nonce stays its own.
{
  const { shardd, local } = stage();
  await shardd.credit("b", "a", 100);
  await shardd.charge("b", "a", 1, { idempotencyNonce: "booked" });
  local.fault("all", { kind: "status", status: 401, count: 1, only: "events", body: "x" });
  const error = await failure(shardd.charge("b", "a", 1, { idempotencyNonce: "booked" }));
  assert.deepEqual([error.code, error.outcome], ["unauthorized", "unknown"]);
  assert.equal((await failure(shardd.charge("b", "a", 2, { idempotencyNonce: "booked" }))).code, "conflict");
  local.dispose();
}
