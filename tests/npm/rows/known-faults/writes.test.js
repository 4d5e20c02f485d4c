// What is sent, and what becomes of a write: points 6, 11, 13, 15, 16, 21 and 22 of docs/parity.md.
import assert from "node:assert/strict";
import test from "node:test";
import { ended, failure, pass, result } from "./time.js";
import { stage } from "./stage.js";
import { AbortedError, DecodeError, InvalidInputError, NetworkError, ShardError, Shardd } from "shardd-wasm";

const BEYOND = 2n ** 53n + 1n;

test("point_06_integers_beyond_2_53_stay_exact", async () => {
  const { shardd, requests } = stage({ integers: "bigint" });
  const written = await result(shardd.credit("app", "alice", BEYOND, { idempotencyNonce: "big" }));
  assert.match(requests()[0].body, /"amount":9007199254740993,/);
  assert.deepEqual([written.balance, written.event.amount, written.event.originSeq], [BEYOND, BEYOND, 1]);
  // Where figures are numbers, one that does not fit is an error which says so, and never a rounded one.
  const plain = stage();
  const error = await failure(plain.shardd.credit("app", "alice", BEYOND));
  assert.deepEqual([error.constructor, error.outcome], [DecodeError, "applied"]);
  assert.match(error.message, /amount|balance/);
  assert.match(plain.requests()[0].body, /"amount":9007199254740993,/);
  assert.ok(await failure(plain.shardd.credit("app", "alice", Number(BEYOND))) instanceof InvalidInputError);
  assert.equal(plain.requests().length, 1);
});

test("point_11_copies_of_a_write_keep_their_distance_and_no_void_storm_begins", async () => {
  for (const kind of ["reset-after", "black-hole", "truncate", "stall-body"]) {
    const { shardd, local, requests } = stage();
    await result(shardd.credit("app", "alice", 500));
    local.fault(0, { kind });
    const { value } = await ended(shardd.charge("app", "alice", 100, { skipHold: true }));
    await pass(10_000);
    const [first, ...copies] = requests().filter(({ body }) => body?.includes("-100"));
    assert.equal(value.balance, 400, kind);
    assert.ok(copies.length > 0 && copies.every(({ body }) => body === first.body), "the same bytes again");
    let last = first.atMs;
    for (const { atMs } of copies) {
      assert.ok(atMs - last >= 1_000, `${kind}: a copy ${atMs - last} ms after the one before`);
      last = atMs;
    }
    assert.deepEqual([local.storms(), local.events().filter(({ amount }) => amount === -100).length], [[], 1], kind);
  }
});

test("point_13_an_error_knows_the_nonce_and_every_write_has_one", async () => {
  const { shardd, local, requests } = stage({ maxAttempts: 1 });
  await result(shardd.credit("app", "alice", 500));
  local.fault(0, { kind: "reset-after", only: "events", count: 1 });
  const lost = await failure(shardd.charge("app", "alice", 100, { skipHold: true }));
  assert.deepEqual([lost.constructor, lost.outcome], [NetworkError, "unknown"]);
  assert.match(lost.idempotencyNonce, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  const again = await result(lost.retry());
  assert.deepEqual([again.deduplicated, again.balance, again.event.idempotencyNonce], [true, 400, lost.idempotencyNonce]);
  const sent = requests().length;
  for (const idempotencyNonce of ["", " "]) {
    assert.ok(await failure(shardd.charge("app", "alice", 1, { idempotencyNonce })) instanceof InvalidInputError);
  }
  assert.equal(requests().length, sent);
  await result(shardd.createMyBucketEvent("app", "alice", 7));
  assert.match(JSON.parse(requests().at(-1).body).idempotency_nonce, /^[0-9a-f-]{36}$/);
});

test("point_15_a_reservation_ends_by_the_clock_of_the_edge", async () => {
  for (const skewMs of [-3_600_000, 0, 3_600_000]) {
    const { shardd, local } = stage({ delaysMs: [5] });
    await result(shardd.credit("app", "alice", 500));
    local.skew(0, skewMs);
    const fresh = shardd.withApiKey("sk_test");
    await pass(6 * 60_000);
    const { value } = await ended(fresh.reserve("app", "alice", 100, 60_000));
    const leftMs = value.expiresAtUnixMs - (local.now() + skewMs);
    assert.ok(leftMs > 59_000 && leftMs <= 60_000, `${leftMs} ms left where the clocks are ${skewMs} ms apart`);
  }
});

test("point_16_a_sign_mistake_is_an_error_and_not_another_booking", async () => {
  const { shardd, requests } = stage();
  const calls = [
    (amount) => shardd.charge("app", "alice", amount),
    (amount) => shardd.credit("app", "alice", amount),
    (amount) => shardd.reserve("app", "alice", amount, 60_000),
    (amount) => shardd.settle("app", "alice", "id", amount),
  ];
  for (const call of calls) {
    for (const amount of [-5, 0, -(2n ** 63n), 2n ** 63n, 2n ** 64n - 1n]) {
      assert.ok(await failure(call(amount)) instanceof InvalidInputError, `${call} of ${amount}`);
    }
  }
  assert.deepEqual(requests(), []);
});

test("point_21_no_edges_is_an_error_every_error_is_ours_and_who_gave_up_moves_nowhere", async () => {
  assert.throws(() => new Shardd("key", { edges: [] }), InvalidInputError);
  const { shardd, local } = stage({ maxAttempts: 1 });
  for (const region of [0, 1, 2]) local.fault(region, { kind: "refuse" });
  for (const call of ["edges", "health"]) assert.ok(await failure(shardd[call]()) instanceof ShardError, call);
  for (const region of [0, 1, 2]) local.fault(region, { kind: "garbage" });
  for (const call of ["edges", "health"]) assert.ok(await failure(shardd[call]()) instanceof ShardError, call);
  const given = stage();
  await result(given.shardd.getBalances("app"));
  given.local.fault(0, { kind: "black-hole" });
  const controller = new AbortController();
  const call = given.shardd.getBalances("app", { signal: controller.signal });
  await pass(50);
  controller.abort();
  assert.ok(await failure(call) instanceof AbortedError);
  await pass(60_000);
  assert.deepEqual(given.requests().map(({ region }) => region), [0, 0], "no other edge was asked");
});

test("point_22_what_a_server_or_a_url_would_mangle_is_refused_here", async () => {
  const { shardd, local, requests } = stage();
  const names = [["app", "a\0"], ["app", "\ud800"], ["app", " "], ["", "alice"], ["app", "a".repeat(2_500)]];
  const options = [
    { note: "n".repeat(4_097) }, { note: "\0" }, { idempotencyNonce: "n".repeat(129) }, { idempotencyNonce: "void:x" },
    { maxOverdraft: 2n ** 63n },
  ];
  const calls = [
    ...names.map(([bucket, account]) => () => shardd.charge(bucket, account, 1)),
    ...options.map((each) => () => shardd.charge("app", "alice", 1, each)),
    ...[".", "..", "\udfff", "a\0"].map((account) => () => shardd.getAccount("app", account)),
    () => shardd.getMyBucket("deleted"),
    () => shardd.reserve("app", "alice", 1, 0),
  ];
  for (const call of calls) assert.ok(await failure(call()) instanceof InvalidInputError, String(call));
  assert.deepEqual(requests(), []);
  const slashed = new Shardd("sk_test", { edges: local.edges.map((edge) => `${edge}//`), fetch: local.fetch });
  assert.equal((await result(slashed.credit("app", "a/b c%2F", 1))).balance, 1);
  assert.equal((await result(slashed.getAccount("app", "a/b c%2F"))).balance, 1);
});
