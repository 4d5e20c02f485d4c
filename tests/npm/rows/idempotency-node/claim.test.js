// Step by step, and as a wrapped function.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Idempotency } from "shardd-wasm/idempotency";
import { mapStore } from "./store.js";

const REQUEST = { operation: "charge", body: "5" };

test("claim, complete, replay", async () => {
  const idempotency = new Idempotency(mapStore());
  const claim = await idempotency.claim("k", REQUEST);
  assert.equal(claim.status, "claimed");
  assert.match(claim.fencingToken, /^[0-9a-f]{32}$/);
  assert.equal(await claim.touch(5_000), "applied");
  const beside = await idempotency.claim("k", REQUEST);
  assert.deepEqual([beside.status, (await beside.replay()).status], ["exists", "in-flight"]);
  assert.deepEqual(await claim.complete({ paid: 5 }), { status: "executed", value: { paid: 5 }, stored: true });
  assert.throws(() => claim.complete(1), { code: "invalid-input" });
  const again = await idempotency.claim("k", REQUEST);
  assert.deepEqual(await again.replay(), { status: "replayed", value: { paid: 5 } });
});

test("release frees the key; leaving, and the end of an await using, hold it", async () => {
  const idempotency = new Idempotency(mapStore(), { onError: () => "release" });
  await (await idempotency.claim("k", REQUEST)).release();
  const claim = await idempotency.claim("k", REQUEST);
  assert.equal(claim.status, "claimed");
  if (Symbol.asyncDispose) await claim[Symbol.asyncDispose]();
  else claim.leave();
  claim.leave();
  assert.equal((await idempotency.claim("k", REQUEST)).status, "exists");
  assert.equal((await idempotency.get("k")).status, "in-flight");
});

test("a purged claim is fenced by whoever came after it", async () => {
  const idempotency = new Idempotency(mapStore());
  const late = await idempotency.claim("k", REQUEST);
  await idempotency.purge("k");
  const taken = await idempotency.claim("k", REQUEST);
  assert.equal(await late.touch(5_000), "fencing-mismatch");
  assert.deepEqual(await late.complete("late"), { status: "fenced", rejection: "fencing-mismatch", value: "late" });
  assert.equal((await taken.complete("on time")).status, "executed");
});

test("a wrapped function runs once for each key", async () => {
  const idempotency = new Idempotency(mapStore());
  let runs = 0;
  const ledger = {
    sum: 0,
    charge: idempotency.wrap(async function (order, amount) {
      runs++;
      return (this.sum += amount);
    }, { key: (order) => order, operation: "charge" }),
  };
  assert.deepEqual([await ledger.charge("a", 5), await ledger.charge("a", 5), await ledger.charge("b", 5)], [5, 5, 10]);
  assert.equal(runs, 2);
  await assert.rejects(ledger.charge("a", 6), { name: "IdempotencyError", code: "fingerprint-mismatch" });

  let finish;
  const slow = idempotency.wrap(() => new Promise((resolve) => { finish = resolve; }), { key: () => "slow" });
  const first = slow();
  await new Promise(setImmediate);
  await assert.rejects(slow(), (error) => error.code === "in-flight" && error.retryAfterMs > 0);
  finish("value");
  assert.deepEqual([await first, await slow()], ["value", "value"]);
});
