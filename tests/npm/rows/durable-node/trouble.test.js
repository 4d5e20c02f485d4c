// Stores that fail in every way, and what they hold that is no record: one clear error each, nothing lost, nothing twice.
import assert from "node:assert/strict";
import test from "node:test";
import { ended, failure, pass, result } from "./time.js";
import { CHARGE, LEASE_MS, abandoned, device, held, nameOf } from "./device.js";
import { memoryStore } from "shardd-wasm/stores";
import { ConflictError, InsufficientFundsError, ServiceUnavailableError } from "shardd-wasm";

const charge = (shardd, nonce = "n", amount = 5) => shardd.charge("app", "alice", amount, { ...CHARGE, idempotencyNonce: nonce });
const broken = new Error("the disk is full");

/** A store of which `update` is called with the real one, how often it has been called, and the arguments. */
function storeWith(update, more = {}) {
  const memory = memoryStore();
  let calls = 0;
  return { update: (...args) => update(memory, calls++, ...args), list: memory.list, ...more };
}

/** Like any, but for one of its steps. */
const except = (at, instead) => storeWith((memory, call, ...args) => (call === at ? instead(memory, ...args) : memory.update(...args)));

const unsent = (error, outcome, cause) => {
  assert.deepEqual([error.constructor, error.reason, error.outcome], [ServiceUnavailableError, "store", outcome]);
  assert.equal(error.cause, cause);
  assert.match(error.message, /store did not record/);
};

test("a store that throws: nothing is sent, and its error is the cause", async () => {
  for (const update of [async () => { throw broken; }, () => { throw broken; }]) {
    const { start, requests } = device({ store: storeWith(update) });
    const { error, tookMs } = await ended(charge(start().shardd));
    unsent(error, "rejected", broken);
    assert.deepEqual([requests.length, tookMs], [0, 0]);
  }
});

test("open: it is sent unrecorded, and an event says so", async () => {
  for (const update of [() => { throw broken; }, () => new Promise(() => {})]) {
    const { start, said, booked } = device({ store: storeWith(update), storeFailure: "open" });
    await result(charge(start().shardd));
    assert.equal(booked("n"), 1);
    assert.deepEqual(said.filter(({ type }) => type === "warning").map(({ reason }) => reason), ["store"]);
  }
});

test("a store that hangs is waited for as long as the option says, and no longer", async () => {
  for (const [storeTimeoutMs, wantedMs] of [[undefined, 5_000], [300, 300]]) {
    const { start, requests } = device({ store: storeWith(() => new Promise(() => {})), storeTimeoutMs });
    const { error, tookMs } = await ended(charge(start().shardd));
    unsent(error, "rejected", undefined);
    assert.deepEqual([requests.length, tookMs], [0, wantedMs]);
  }
});

test("a step that comes too late is refused and records nothing", async () => {
  let late;
  const store = except(0, async (memory, ...args) => {
    await new Promise((resolve) => setTimeout(resolve, 20_000));
    await (late = memory.update(...args).then(() => "taken", () => "refused"));
  });
  const { start } = device({ store });
  const { shardd } = start();
  unsent(await failure(charge(shardd)), "rejected", undefined);
  await pass(20_000);
  assert.equal(await late, "refused");
  assert.equal((await held(store)).size, 0);
});

test("a record that may be there is not called rejected, and is finished", async () => {
  const stories = {
    "an answer that comes too late": async (memory, ...args) => {
      await memory.update(...args);
      await new Promise((resolve) => setTimeout(resolve, 20_000));
    },
    "an answer that is lost": async (memory, ...args) => {
      await memory.update(...args);
      throw broken;
    },
  };
  for (const [story, instead] of Object.entries(stories)) {
    const store = except(0, instead);
    const { start, requests, booked } = device({ store });
    const { shardd } = start();
    const error = await failure(charge(shardd));
    unsent(error, "unknown", error.cause);
    assert.equal(requests.length, 0, story);
    await pass(LEASE_MS);
    assert.equal((await result(shardd.pending())).length, 1, story);
    const [{ result: resumed }] = await result(shardd.resume());
    assert.deepEqual([resumed.event.idempotencyNonce, booked("n")], ["n", 1], story);
  }
});

test("a step that is taken twice, and an answer that comes twice, are one", async () => {
  const store = storeWith(async (memory, _, key, step) => {
    // As after a lost race: what the first step says is not done.
    await memory.update(key, (...found) => (step(...found), {}));
    return { then: (resolve) => [1, 2].forEach(() => memory.update(key, step).then(resolve)) };
  });
  const { start, requests, booked } = device({ store });
  const { shardd } = start();
  assert.equal((await result(charge(shardd))).deduplicated, false);
  assert.equal((await result(charge(shardd))).deduplicated, true);
  assert.deepEqual([requests.length, booked("n")], [1, 1]);
});

test("a store that says it is done and never took the step is a broken one", async () => {
  const { start, requests } = device({ store: storeWith(async () => "done") });
  unsent(await failure(charge(start().shardd)), "rejected", undefined);
  assert.equal(requests.length, 0);
});

test("a store that fails before a copy leaves: it does not leave, and the record is taken back", async () => {
  const store = except(1, async () => { throw broken; });
  const { start, requests } = device({ store });
  unsent(await failure(charge(start().shardd)), "rejected", broken);
  assert.deepEqual([requests.length, (await held(store)).size], [0, 0]);
});

test("a record that cannot be taken back is not called rejected", async () => {
  const store = storeWith((memory, call, ...args) => {
    if (call === 1 || call === 2) throw broken;
    return memory.update(...args);
  });
  const { start, requests, booked } = device({ store });
  const { shardd } = start();
  unsent(await failure(charge(shardd)), "unknown", broken);
  assert.equal(requests.length, 0);
  await pass(LEASE_MS);
  await result(shardd.resume());
  assert.equal(booked("n"), 1);
});

test("open, and the store fails on the way: a refusal takes the record back, or is not called one", async () => {
  for (const [failsUntil, outcome, left] of [[2, "rejected", 0], [100, "unknown", 1]]) {
    const store = storeWith((memory, call, ...args) => {
      if (call > 0 && call < failsUntil) throw broken;
      return memory.update(...args);
    });
    const { start } = device({ store, storeFailure: "open" });
    const error = await failure(charge(start().shardd, "n", 5_000));
    assert.deepEqual([error.constructor, error.outcome], [InsufficientFundsError, outcome]);
    assert.equal((await held(store)).size, left);
  }
});

test("an answer that could not be recorded is given all the same, and a resume is told it again", async () => {
  const store = except(2, async () => { throw broken; });
  const { start, booked } = device({ store });
  assert.equal((await result(charge(start().shardd))).deduplicated, false);
  await pass(LEASE_MS);
  const [{ result: resumed }] = await result(start().shardd.resume());
  assert.deepEqual([resumed.deduplicated, booked("n")], [true, 1]);
});

test("what is no record of ours is refused, left as it is, and not listed", async () => {
  const memory = memoryStore();
  const { shardd: writer } = device({ store: memory }).start();
  await result(charge(writer, "whole"));
  const whole = (await held(memory)).get(nameOf("whole"));
  const version = Uint8Array.from(whole, (byte, at) => (at === 0 ? byte + 1 : byte));
  const foreign = [
    Uint8Array.of(), Uint8Array.of(9, 9, 9), version, whole.slice(0, -1), Uint8Array.of(...whole, 0),
    "a text", { an: "object" }, 5, [1, 2],
  ];
  for (const [at, record] of foreign.entries()) {
    let written = 0;
    const store = {
      async update(key, step) {
        const { reply, put, remove } = step(record, Date.now());
        written += Boolean(put || remove);
        return reply;
      },
      async *list() {
        yield [nameOf("n"), record];
      },
    };
    const { start, requests } = device({ store, storeFailure: "open" });
    const { shardd } = start();
    const error = await failure(charge(shardd));
    assert.deepEqual([error.constructor, error.outcome, error.attempts], [ConflictError, "rejected", 0], `record ${at}`);
    assert.match(error.message, /something else/);
    assert.deepEqual([requests.length, written], [0, 0]);
    assert.deepEqual([await result(shardd.pending()), await result(shardd.resume())], [[], []]);
  }
});

test("nonces, buckets, accounts and notes at every limit are recorded, listed, resumed and replayed", async () => {
  const [nonces, notes] = [["n", "é".repeat(128), "😀".repeat(128), "*?[x]\\ % : / \u0001"], ["", "n".repeat(4_096), "😀".repeat(4_096)]];
  for (const nonce of nonces) {
    for (const note of notes) {
      const { start, local, booked } = device();
      const account = "a".repeat(2_500 - 2 * 3 - Buffer.byteLength(nonce));
      const write = (shardd) => shardd.charge("app", account, 5, { ...CHARGE, idempotencyNonce: nonce, ...(note && { note }) });
      local.fault(0, { kind: "stall-body", only: "events" });
      const first = start();
      abandoned(write(first.shardd));
      await pass(50);
      first.die();
      local.fault(0, null);
      await pass(LEASE_MS);
      const { shardd } = start();
      const [pending, ...more] = await result(shardd.pending());
      assert.deepEqual([pending.idempotencyNonce, pending.account, pending.note ?? "", more.length], [nonce, account, note, 0]);
      const [{ result: resumed, error }] = await result(shardd.resume());
      assert.ifError(error);
      assert.equal(resumed.event.idempotencyNonce, nonce);
      assert.deepEqual([(await result(write(start().shardd))).deduplicated, booked(nonce)], [true, 1]);
    }
  }
});

test("a list that throws, hangs or is none", async () => {
  const update = async () => {};
  const lists = [
    () => { throw broken; },
    async function* () { throw broken; },
    () => ({ [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }) }),
    () => 5,
    async function* () { yield 5; },
  ];
  for (const list of lists) {
    const { start } = device({ store: { update, list }, storeTimeoutMs: 700 });
    const { error, tookMs } = await ended(start().shardd.pending());
    assert.deepEqual([error.constructor, error.reason, error.retryable], [ServiceUnavailableError, "store", true]);
    assert.ok(error.cause instanceof Error);
    assert.ok(tookMs === 0 || tookMs === 700);
  }
});

test("a clock that jumps back holds nothing up for ever and repeats nothing", async () => {
  let behindMs = 0;
  const store = memoryStore({ now: () => Date.now() - behindMs });
  const { start, local, requests, booked } = device({ store });
  local.fault(0, { kind: "stall-body", only: "events" });
  const first = start();
  abandoned(charge(first.shardd));
  await pass(50);
  first.die();
  local.fault(0, null);
  behindMs = 60_000;
  // By this clock the dead one's record was touched a minute from now; the taker's own clock ends the lease.
  const [{ result: resumed }] = await result(start().shardd.resume());
  assert.deepEqual([resumed.deduplicated, booked("n"), requests.length], [true, 1, 2]);
});

test("a lock that proves a holder dead spares the wait; one that hangs is not kept", async () => {
  const locks = new Set();
  const hold = async (key) => !locks.has(key) && (locks.add(key), () => locks.delete(key));
  const lively = (memory) => ({ ...memory, hold: async (key) => (await hold(key)) || undefined });
  const store = lively(memoryStore());
  const { start, local } = device({ store });
  local.fault(0, { kind: "stall-body", only: "events" });
  const first = start();
  abandoned(charge(first.shardd));
  await pass(50);
  const { shardd } = start();
  assert.deepEqual(await result(shardd.pending()), [], "it is alive");
  first.die();
  local.fault(0, null);
  // What a browser does when a tab dies.
  locks.clear();
  assert.equal((await result(shardd.pending())).length, 1);
  const { value, tookMs } = await ended(shardd.resume());
  assert.equal(value[0].result.deduplicated, true);
  assert.ok(tookMs < LEASE_MS / 2, `after ${tookMs} ms`);
  assert.equal(locks.size, 0, "it lets go");

  // A lock that is granted when nobody waits for it any more is let go of.
  const slow = { ...memoryStore(), hold: async (key) => {
    await new Promise((resolve) => setTimeout(resolve, 10_000));
    return hold(key);
  } };
  const other = device({ store: slow });
  unsent(await failure(charge(other.start().shardd)), "rejected", undefined);
  await pass(10_000);
  assert.equal(locks.size, 0);
});

test("a holder that is alive is waited for, and its answer given", async () => {
  const locks = new Set();
  const memory = memoryStore();
  const store = { ...memory, async hold(key) {
    if (locks.has(key)) return undefined;
    locks.add(key);
    return () => locks.delete(key);
  } };
  const { start, local, requests } = device({ store });
  local.fault(0, { kind: "delay", delay_ms: 800, only: "events" });
  const both = await result(Promise.all([charge(start().shardd), charge(start().shardd)]));
  assert.deepEqual(both.map(({ deduplicated }) => deduplicated).sort(), [false, true]);
  assert.equal(requests.length, 1);
});
