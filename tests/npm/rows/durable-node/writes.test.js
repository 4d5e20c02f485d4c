// Writes that are recorded before they are sent, replayed once they are done, and finished by whoever comes after.
import assert from "node:assert/strict";
import test from "node:test";
import { ended, failure, pass, result } from "./time.js";
import { CHARGE, KEY, LEASE_MS, OWNER, abandoned, device, held, nameOf, text } from "./device.js";
import { memoryStore } from "shardd-wasm/stores";
import { ConflictError, InsufficientFundsError, InvalidInputError, Shardd } from "shardd-wasm";

const charge = (shardd, nonce, amount = 5, options) =>
  shardd.charge("app", "alice", amount, { ...CHARGE, ...options, idempotencyNonce: nonce });

test("a write is recorded, with its edge, before each copy of it leaves", async () => {
  const { start, store, local, requests } = device();
  const seen = [];
  const leaves = async (url) => seen.push(text((await held(store)).get(nameOf("n"))).includes(new URL(url).origin));
  const { shardd } = start({ leaves });
  local.fault(0, { kind: "reset-after", only: "events" });
  await result(charge(shardd, "n"));
  assert.ok(requests.length > 1 && requests[0].url !== requests.at(-1).url, "it went on elsewhere");
  assert.deepEqual(seen, requests.map(() => true));
});

test("what is done is replayed without a request, also by a later process", async () => {
  const { start, requests } = device();
  const first = await result(charge(start().shardd, "n"));
  const again = await result(charge(start().shardd, "n"));
  assert.equal(requests.length, 1);
  assert.deepEqual([first.deduplicated, again.deduplicated], [false, true]);
  assert.deepEqual(again.event, first.event);
  assert.deepEqual([again.balance, again.meta.edge, again.meta.attempts], [first.balance, first.meta.edge, 0]);
});

test("a nonce that belongs to another body is refused without a request", async () => {
  const { start, requests } = device();
  await result(charge(start().shardd, "n"));
  const error = await failure(charge(start().shardd, "n", 6));
  assert.deepEqual([error.constructor, error.outcome, error.attempts], [ConflictError, "rejected", 0]);
  assert.equal(requests.length, 1);
});

test("a refusal frees the nonce", async () => {
  const { start, store } = device();
  const { shardd } = start();
  const error = await failure(charge(shardd, "n", 5_000));
  assert.deepEqual([error.constructor, error.outcome], [InsufficientFundsError, "rejected"]);
  assert.equal((await held(store)).size, 0);
  assert.equal((await result(charge(shardd, "n", 6))).event.amount, -6);
});

test("what a dead process left is listed, and finished once", async () => {
  const { start, local, booked } = device();
  local.fault(0, { kind: "stall-body", only: "events" });
  const first = start();
  abandoned(charge(first.shardd, "n", 7, { note: "order 1" }));
  await pass(50);
  first.die();
  local.fault(0, null);
  const { shardd } = start();
  assert.deepEqual(await result(shardd.pending()), [], "nobody knows yet that it is dead");
  await pass(LEASE_MS);
  const [write, ...more] = await result(shardd.pending());
  assert.deepEqual(more, []);
  const { sentAtUnixMs, ...rest } = write;
  assert.deepEqual(rest, { idempotencyNonce: "n", bucket: "app", account: "alice", amount: -7, note: "order 1", edge: local.edges[0] });
  assert.ok(Math.abs(Date.now() - sentAtUnixMs - LEASE_MS) < 100);
  const [{ result: resumed, ...as }] = await result(shardd.resume());
  assert.deepEqual(as, { write });
  assert.deepEqual([resumed.event.amount, resumed.deduplicated], [-7, true]);
  assert.deepEqual([await result(shardd.pending()), await result(shardd.resume()), booked("n")], [[], [], 1]);
});

test("a charge whose process dies at any moment is booked once", async () => {
  for (let diesAfterMs = 0; diesAfterMs < 40; diesAfterMs++) {
    const memory = memoryStore();
    // Each step takes a while, before and after it is taken.
    const wait = () => new Promise((resolve) => setTimeout(resolve, 2));
    const store = {
      async update(key, step) {
        await wait();
        const reply = await memory.update(key, step);
        await wait();
        return reply;
      },
      list: memory.list,
    };
    const { start, local, booked, requests } = device({ store });
    const first = start();
    abandoned(charge(first.shardd, "n"));
    await pass(diesAfterMs);
    first.die();
    await pass(200);
    const isRecorded = (await held(store)).size > 0;
    assert.ok(isRecorded || requests.length === 0, `after ${diesAfterMs} ms: sent and not recorded`);
    const second = start();
    for (const { error } of await result(second.shardd.resume())) assert.ifError(error);
    if (!isRecorded) await result(charge(second.shardd, "n"));
    await pass(500);
    assert.deepEqual([booked("n"), local.storms(), await result(second.shardd.pending())], [1, [], []], `after ${diesAfterMs} ms`);
    local.dispose();
  }
});

test("two that resume at once send it once, and both are told", async () => {
  const { start, local, requests, booked } = device();
  local.fault(0, { kind: "reset-before", only: "events" });
  const first = start({ ambiguousWrites: "same-edge" });
  abandoned(charge(first.shardd, "n"));
  await pass(20);
  first.die();
  local.fault(0, null);
  await pass(LEASE_MS);
  const before = requests.length;
  const told = await result(Promise.all([start().shardd.resume(), start().shardd.resume()]));
  for (const resumed of told) {
    assert.equal(resumed.length, 1);
    assert.ifError(resumed[0].error);
    assert.equal(resumed[0].result.event.idempotencyNonce, "n");
  }
  assert.deepEqual([requests.length - before, booked("n")], [1, 1]);
});

test("what one has found refused is not sent by the other", async () => {
  const { start, store, requests } = device();
  const first = start();
  // Recorded, and nothing sent.
  abandoned(charge(first.shardd, "n", 5_000));
  for (let turn = 0; turn < 1_000 && (await held(store)).size === 0; turn++) await Promise.resolve();
  first.die();
  await pass(LEASE_MS + 100);
  assert.deepEqual([(await held(store)).size, requests.length], [1, 0]);
  const [one, other] = await result(Promise.all([start().shardd.resume(), start().shardd.resume()]));
  // Both are of one process here: the one that waited is told what the other one was.
  const errors = [one[0].error, other[0].error].sort((left, right) => left.attempts - right.attempts);
  assert.deepEqual(errors.map(({ constructor, attempts }) => [constructor, attempts]), [[InsufficientFundsError, 0], [InsufficientFundsError, 1]]);
  assert.equal(requests.length, 1);
});

test("a reservation is resumed with the end that it was sent with", async () => {
  const { start, local, requests } = device();
  local.fault(0, { kind: "black-hole", only: "events" });
  const first = start();
  abandoned(first.shardd.reserve("app", "alice", 5, 60_000, { idempotencyNonce: "r", maxOverdraft: 1_000 }));
  await pass(50);
  first.die();
  await pass(LEASE_MS + 10_000);
  const [{ result: held }] = await result(start().shardd.resume());
  assert.match(held.reservationId, /^[0-9a-f-]{36}$/);
  const ends = requests.map(({ body }) => body.hold_expires_at_unix_ms);
  assert.ok(ends.length > 1 && new Set(ends).size === 1);
  assert.equal(held.expiresAtUnixMs, ends[0]);
});

test("bigint mode: exact in the record, in the list and in the replay", async () => {
  const amount = 2n ** 53n + 1n;
  const { start, local } = device({ integers: "bigint" });
  local.fault(0, { kind: "stall-body", only: "events" });
  const first = start();
  abandoned(first.shardd.credit("app", "alice", amount, { idempotencyNonce: "big" }));
  await pass(50);
  first.die();
  local.fault(0, null);
  await pass(LEASE_MS);
  const { shardd } = start();
  const [write] = await result(shardd.pending());
  assert.equal(write.amount, amount);
  // A client of numbers rounds nothing that is in the list.
  const [shown] = await result(start({ integers: "number" }).shardd.pending());
  assert.equal(shown.amount, amount);
  const [{ result: resumed }] = await result(shardd.resume());
  assert.deepEqual([resumed.event.amount, resumed.balance], [amount, amount]);
  const replayed = await result(shardd.credit("app", "alice", amount, { idempotencyNonce: "big" }));
  assert.deepEqual([replayed.balance, replayed.deduplicated], [amount, true]);
  // A client of numbers lists it as what it is, too.
  const plain = start({ integers: "number" });
  abandoned(plain.shardd.credit("app", "alice", 5n, { idempotencyNonce: "small" }));
  await pass(1);
  plain.die();
  await pass(LEASE_MS);
  assert.equal((await result(start({ integers: "number" }).shardd.pending()))[0].amount, 5);
});

test("no secret is ever stored", async () => {
  const memory = memoryStore();
  const written = [];
  const store = {
    update: (key, step) => memory.update(key, (...found) => {
      const said = step(...found);
      if (said.put) written.push(key + text(said.put));
      return said;
    }),
    list: memory.list,
  };
  const { local } = device({ store });
  for (const key of [KEY, async () => KEY]) {
    const shardd = new Shardd(key, { edges: local.edges, fetch: local.fetch, store, owner: OWNER });
    await result(charge(shardd, `n ${typeof key}`));
    local.fault(0, { kind: "reset-after", only: "events", count: 1 });
    await result(charge(shardd, `doubt ${typeof key}`));
    await failure(charge(shardd, `refused ${typeof key}`, 5_000));
  }
  assert.ok(written.length > 12, "it was recorded");
  for (const record of written) {
    assert.doesNotMatch(record, new RegExp(`${KEY}|bearer|authorization`, "i"));
    assert.ok(!record.includes(Buffer.from(KEY).toString("base64").slice(0, 12)));
  }
});

test("without a store, or with one that cannot list, there is one clear error", async () => {
  const { local } = device();
  const client = (options) => new Shardd(KEY, { edges: local.edges, fetch: local.fetch, ...options });
  for (const call of ["pending", "resume"]) {
    for (const [options, sentence] of [[{}, /no store.*option store/], [{ store: { update() {} } }, /list/]]) {
      const error = await failure(client(options)[call]());
      assert.ok(error instanceof InvalidInputError, call);
      assert.match(error.message, sentence);
    }
  }
  for (const options of [{ store: {} }, { store: 5 }, { storeFailure: "maybe" }, { storeTimeoutMs: 0 }]) {
    assert.throws(() => client(options), InvalidInputError, JSON.stringify(options));
  }
});

test("an aborted resume leaves all as it was", async () => {
  const { start, local, booked } = device();
  local.fault(0, { kind: "black-hole", only: "events" });
  const first = start();
  abandoned(charge(first.shardd, "n"));
  await pass(50);
  first.die();
  await pass(LEASE_MS);
  const { shardd } = start();
  const [{ error }] = await result(shardd.resume({ signal: AbortSignal.abort() }));
  assert.deepEqual([error.code, error.outcome], ["aborted", "unknown"]);
  const { value: [{ result: resumed }] } = await ended(shardd.resume());
  assert.deepEqual([resumed.event.idempotencyNonce, booked("n")], ["n", 1]);
});
