// Stores that fail in every way, at every operation: one clear error each, nothing run twice, nothing lost.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Idempotency, IdempotencyKey } from "shardd-wasm/idempotency";
import { memoryStore } from "shardd-wasm/stores";
import { mapStore } from "./store.js";

const REQUEST = { operation: "POST /charges", body: { amount: 5 } };
const broken = new Error("the disk is full");
const never = () => assert.fail("ran");

/** Like any, but for one of its steps, counted from 0. */
function except(at, instead) {
  const store = mapStore();
  let calls = 0;
  return { store, update: (key, step) => (calls++ === at ? instead(store, key, step) : store.update(key, step)) };
}

/** Every way in which an update can end that is no answer, and what its cause says. */
const WAYS = [
  ["throws", () => { throw broken; }, (cause) => cause === broken],
  ["rejects", async () => { throw broken; }, (cause) => cause === broken],
  ["hangs", () => new Promise(() => {}), (cause) => /within storeTimeoutMs/.test(cause.message)],
  ["says it is done, and is not", async () => "done", (cause) => /without having called its step/.test(cause.message)],
  ["is no promise", () => 5, (cause) => /without having called its step/.test(cause.message)],
  ["answers with what is no bytes", async (_, key, step) => step("text", Date.now()).reply, (cause) => cause === undefined || cause instanceof Error],
];

test("get, purge and touch wait no longer than storeTimeoutMs, and say why there is no answer", async () => {
  for (const [way, update, isCause] of WAYS.slice(0, 5)) {
    const idempotency = new Idempotency({ update }, { storeTimeoutMs: 20 });
    for (const ask of [() => idempotency.get("k"), () => idempotency.purge("k")]) {
      await assert.rejects(ask(), (error) => error.code === "store" && error.ran === false && isCause(error.cause), way);
    }
    const claim = await new Idempotency(except(1, update), { storeTimeoutMs: 20 }).claim("k", REQUEST);
    await assert.rejects(claim.touch(5_000), (error) => error.code === "store" && error.ran === null && isCause(error.cause), way);
    assert.equal((await claim.complete("done")).status, "executed", way);
  }
  const claim = await new Idempotency(mapStore()).claim("k", REQUEST);
  for (const wrong of [0, -1, "5", NaN, undefined]) await assert.rejects(claim.touch(wrong), { code: "invalid-input" });
  claim.leave();
});

test("a claim that is not answered runs nothing, and its key comes to rest", async () => {
  for (const [way, update, isCause] of WAYS.slice(0, 5)) {
    const store = except(0, update);
    const idempotency = new Idempotency(store, { storeTimeoutMs: 20 });
    await assert.rejects(idempotency.execute("k", REQUEST, never), (error) => error.code === "store" && error.ran === false && isCause(error.cause), way);
    assert.equal((await idempotency.execute("k", REQUEST, () => "ran")).status, "executed", way);
  }
});

test("a completion that is not answered has the value in its error, and the key is held", async () => {
  for (const [way, update, isCause] of WAYS.slice(0, 5)) {
    const idempotency = new Idempotency(except(1, update), { storeTimeoutMs: 20 });
    await assert.rejects(idempotency.execute("k", REQUEST, () => "paid"), (error) => error.code === "completion" && error.value === "paid" && isCause(error.cause), way);
    assert.equal((await idempotency.execute("k", REQUEST, never)).status, "in-flight", way);
  }
});

test("an answer that is lost, or comes late and twice: nothing runs twice", async () => {
  const lost = async (store, key, step) => {
    await store.update(key, step);
    throw broken;
  };
  const claimLost = new Idempotency(except(0, lost));
  await assert.rejects(claimLost.execute("k", REQUEST, never), { code: "store", ran: false });
  assert.equal((await claimLost.execute("k", REQUEST, never)).status, "in-flight", "it may be held, and is");
  const completionLost = new Idempotency(except(1, lost));
  await assert.rejects(completionLost.execute("k", REQUEST, () => "paid"), { code: "completion", value: "paid" });
  assert.deepEqual(await completionLost.execute("k", REQUEST, never), { status: "replayed", value: "paid" });

  let late;
  const slow = except(0, async (store, key, step) => {
    await new Promise((resolve) => setTimeout(resolve, 60));
    await (late = store.update(key, step).then(() => "taken", () => "refused"));
  });
  await assert.rejects(new Idempotency(slow, { storeTimeoutMs: 20 }).execute("k", REQUEST, never), { code: "store" });
  while (!late) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.deepEqual([await late, slow.store.entries.size], ["refused", 0]);

  // As after a lost race, and resolved twice.
  const twice = mapStore();
  const repeating = { async update(key, step) {
    await twice.update(key, (...found) => (step(...found), {}));
    return { then: (resolve) => [1, 2].forEach(() => twice.update(key, step).then(resolve)) };
  } };
  let runs = 0;
  for (const status of ["executed", "replayed"]) assert.equal((await new Idempotency(repeating).execute("k", REQUEST, () => ++runs)).status, status);
  assert.equal(runs, 1);
});

test("what is no record is an error until it is purged: other versions, torn ones, other programs'", async () => {
  const whole = mapStore();
  await new Idempotency(whole).execute("k", REQUEST, () => "value");
  const record = whole.entries.get("k");
  const version = Uint8Array.from(record, (byte, at) => (at === 0 ? byte + 1 : byte));
  const foreign = [new Uint8Array(), Uint8Array.of(9, 9, 9), version, record.slice(0, -1), record.slice(0, 20), Uint8Array.of(...record, 0), [1, 2], { an: "object" }];
  for (const [at, bytes] of foreign.entries()) {
    const store = mapStore();
    store.entries.set("k", bytes);
    const idempotency = new Idempotency(store, { storeFailure: "closed" });
    for (const ask of [() => idempotency.execute("k", REQUEST, never), () => idempotency.get("k")]) {
      await assert.rejects(ask(), (error) => error.code === "store" && /no record that this version can read.*purge/.test(error.cause.message), `record ${at}`);
    }
    assert.equal(store.entries.get("k"), bytes, "it is left as it is");
    await idempotency.purge("k");
    assert.equal((await idempotency.execute("k", REQUEST, () => 1)).status, "executed");
  }
});

test("a clock that jumps, forth and back, runs nothing twice within a lease", async () => {
  for (const jumpMs of [-3_600_000, -1, 0, 3_000, 9_999]) {
    let nowUnixMs = 1_795_000_000_000;
    const store = mapStore(() => nowUnixMs);
    const idempotency = new Idempotency(store, { leaseMs: 10_000, keepAliveMs: 0 });
    let finish;
    const first = idempotency.execute("k", REQUEST, () => new Promise((resolve) => { finish = resolve; }));
    while (!finish) await new Promise(setImmediate);
    nowUnixMs += jumpMs;
    const { status, retryAfterMs } = await idempotency.execute("k", REQUEST, never);
    assert.deepEqual([status, retryAfterMs > 0], ["in-flight", true], String(jumpMs));
    finish("value");
    assert.equal((await first).status, "executed", String(jumpMs));
    assert.deepEqual(await idempotency.execute("k", REQUEST, never), { status: "replayed", value: "value" });
    nowUnixMs -= 7_200_000;
    assert.deepEqual(await idempotency.execute("k", REQUEST, never), { status: "replayed", value: "value" }, "back again");
  }
});

test("a process whose clock jumps back keeps its lease alive no less", async () => {
  let nowUnixMs = 1_795_000_000_000;
  const told = [];
  const idempotency = new Idempotency(mapStore(), { leaseMs: 60, now: () => nowUnixMs, on: ({ type }) => told.push(type) });
  const outcome = await idempotency.execute("k", REQUEST, async () => {
    nowUnixMs -= 3_600_000;
    await new Promise((resolve) => setTimeout(resolve, 200));
    return "value";
  });
  assert.deepEqual([outcome.status, told], ["executed", ["ended"]]);
  assert.deepEqual(await idempotency.execute("k", REQUEST, never), { status: "replayed", value: "value" });
});

test("a store that is full of what is unfinished says so, and runs nothing", async () => {
  const idempotency = new Idempotency(memoryStore({ maxEntries: 1 }));
  const held = await idempotency.claim("one", REQUEST);
  await assert.rejects(idempotency.execute("two", REQUEST, never), (error) => error.code === "store" && error.ran === false && error.cause.reason === "full");
  await held.complete("done");
  assert.equal((await idempotency.execute("two", REQUEST, () => 1)).status, "executed");
});

test("keys at every limit, in every place that takes one", async () => {
  const store = mapStore();
  const idempotency = new Idempotency(store, { scope: "tenant" });
  // What a scope leaves, before anything is escaped.
  const longest = 255 - 33;
  for (const key of ["a", "\u0000", " ", "/", ":", "😀", "é".repeat(longest / 2), "x".repeat(longest), "/".repeat(longest)]) {
    const value = [...key].length;
    assert.equal((await idempotency.execute(key, REQUEST, () => value)).status, "executed", key.slice(0, 9));
    assert.equal((await idempotency.get(key)).value, value);
    assert.deepEqual((await (await idempotency.claim(key, REQUEST)).replay()), { status: "replayed", value });
    await idempotency.purge(key);
    assert.equal(await idempotency.get(key), undefined);
  }
  const before = store.entries.size;
  for (const key of ["", "x".repeat(longest + 1), "é".repeat(longest / 2 + 1), "/".repeat(longest + 1), null, 7, {}]) {
    for (const ask of [() => idempotency.execute(key, REQUEST, never), () => idempotency.claim(key, REQUEST), () => idempotency.get(key), () => idempotency.purge(key)]) {
      await assert.rejects(ask(), { code: "invalid-input", ran: false }, String(key).slice(0, 9));
    }
  }
  assert.equal(store.entries.size, before);
  const key = new IdempotencyKey("k");
  assert.throws(() => key.scoped("x".repeat(254)), { code: "invalid-input" });
  assert.equal(key.scoped("x".repeat(253)).name.length, 255);
});
