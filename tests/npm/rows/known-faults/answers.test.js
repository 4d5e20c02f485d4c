// What the server says, and what callers get to see of it: points 1, 2, 3, 9, 12, 14, 20 and 23 of docs/parity.md.
import assert from "node:assert/strict";
import test from "node:test";
import { ended, failure, pass, result } from "./time.js";
import { json, stage } from "./stage.js";
import { DecodeError, InsufficientFundsError, InvalidInputError, NetworkError, RateLimitedError, ServiceUnavailableError } from "shardd-wasm";

test("point_01_an_account_is_what_the_server_says_of_one", async () => {
  const { shardd } = stage();
  const { event } = await result(shardd.credit("app", "alice", 500));
  const account = await result(shardd.getAccount("app", "alice"));
  assert.deepEqual([account.balance, account.availableBalance, account.status], [500, 500, "locally_confirmed"]);
  assert.deepEqual(account.contributingOrigins[`${event.originNodeId}:${event.originEpoch}`], { head: 1, maxKnown: 1 });
  const nobody = await result(shardd.getAccount("app", "nobody"));
  assert.deepEqual([nobody.balance, nobody.status], [0, "unknown"]);
});

test("point_02_the_directory_is_read_while_an_edge_is_unreachable", async () => {
  const { shardd, local } = stage();
  local.fault(2, { kind: "refuse" });
  const { edges } = await result(shardd.edges());
  assert.deepEqual(edges.map(({ reachable }) => reachable), [true, true, false]);
  assert.deepEqual([edges[2].discoveredNodes, edges[2].healthyNodes, edges[2].syncGap], [null, null, null]);
});

test("point_03_a_422_is_insufficient_funds_only_where_it_says_so", async () => {
  const { shardd, local, requests } = stage();
  for (const amount of [1.5, NaN, Infinity, 1e21]) {
    assert.ok(await failure(shardd.createEvent("app", "alice", amount)) instanceof InvalidInputError);
  }
  assert.deepEqual(requests(), []);
  local.fault(0, { kind: "status", status: 422, body: "Failed to deserialize the JSON body into the target type", count: 1, only: "events" });
  const refused = await failure(shardd.charge("app", "alice", 1));
  assert.deepEqual([refused.constructor, refused.status, refused.availableBalance], [InvalidInputError, 422, undefined]);
  await result(shardd.credit("app", "alice", 3));
  const short = await failure(shardd.charge("app", "alice", 10));
  assert.deepEqual([short.constructor, short.balance, short.availableBalance, short.limit], [InsufficientFundsError, 3, 3, 0]);
});

test("point_09_a_429_a_5xx_and_a_redirect_are_what_they_are_and_reads_move_on", async () => {
  const kinds = [[429, RateLimitedError], [500, ServiceUnavailableError], [502, ServiceUnavailableError], [302, NetworkError]];
  for (const [status, kind] of kinds) {
    const hurt = ({ region }) => region === 0 && json(status, {}, { location: "https://elsewhere.test/" });
    const instead = (request) => (request.path === "/balances" && hurt(request)) || undefined;
    const alone = stage({ instead, maxAttempts: 1 });
    const error = await failure(alone.shardd.getBalances("app"));
    assert.deepEqual([error.constructor, error.status, error.retryable], [kind, status, true]);
    const { shardd, requests } = stage({ instead });
    const end = await ended(shardd.getBalances("app"));
    const regions = requests().map(({ region }) => region);
    // A limit is the user's and not the region's: it is waited for where it was met.
    assert.deepEqual(regions, status === 429 ? [0, 0, 0] : [0, 1], `after ${status}`);
    assert.equal(end.error?.code, status === 429 ? "rate_limited" : undefined);
  }
});

test("point_12_a_200_that_is_no_answer_is_a_decode_error_and_the_write_is_not_repeated_elsewhere", async () => {
  const page = stage({ maxAttempts: 1 });
  page.local.fault(0, { kind: "garbage", only: "events" });
  const error = await failure(page.shardd.credit("app", "alice", 5));
  assert.deepEqual([error.constructor, error.outcome, error.retryable], [DecodeError, "unknown", true]);
  const { shardd, local, requests } = stage();
  local.fault(0, { kind: "garbage", only: "events", count: 1 });
  const written = await result(shardd.credit("app", "alice", 5));
  assert.deepEqual([written.deduplicated, written.balance], [true, 5]);
  assert.deepEqual(requests().map(({ region }) => region), [0, 0], "the same edge settles what it did");
  assert.deepEqual([local.events().length, local.storms()], [1, []]);
});

test("point_14_insufficient_funds_come_with_all_that_the_server_says", async () => {
  const { shardd, local } = stage();
  await result(shardd.credit("app", "alice", 100));
  const holdExpiresAtUnixMs = local.now() + 60_000;
  const error = await failure(shardd.charge("app", "alice", 50, { holdAmount: 90, holdExpiresAtUnixMs }));
  assert.deepEqual([error.code, error.holdBlocking, error.projectedAvailableBalance], ["insufficient_funds", true, -40]);
  assert.match(error.hint, /hold/i);
});

test("point_20_events_come_oldest_first_and_all_of_them", async () => {
  const { shardd } = stage({ delaysMs: [0] });
  const amounts = Array.from({ length: 520 }, (_, at) => at + 1);
  for (const amount of amounts) await result(shardd.credit("app", "alice", amount));
  await pass(1_000);
  const { events } = await result(shardd.listEvents("app"));
  assert.deepEqual(events.map(({ amount }) => amount), amounts);
});

test("point_23_a_read_after_a_write_sees_it_and_a_replay_can_be_told_from_a_write", async () => {
  const { shardd, local, requests } = stage();
  for (const [from, to] of [[0, 1], [0, 2]]) local.link(from, to, { delayMs: 3_000 });
  const written = await result(shardd.credit("app", "alice", 500, { idempotencyNonce: "once" }));
  const again = await result(shardd.credit("app", "alice", 500, { idempotencyNonce: "once" }));
  assert.deepEqual([written, again].map(({ meta, deduplicated }) => [meta.status, deduplicated]), [[201, false], [200, true]]);
  assert.equal(written.event.type, "standard");
  local.fault(0, { kind: "refuse" });
  const stale = await result(shardd.getAccount("app", "alice"));
  assert.deepEqual([stale.balance, requests().at(-1).region], [0, 1], "the next region has not heard of it yet");
  const fresh = await ended(shardd.getAccount("app", "alice", { after: written }));
  assert.equal(fresh.value.balance, 500);
  // Sums are signed: an account may be below zero.
  await result(shardd.charge("app", "bob", 700, { maxOverdraft: 1_000, skipHold: true }));
  assert.equal((await result(shardd.getBalances("app"))).totalBalance, -200);
});

