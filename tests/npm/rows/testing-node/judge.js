// What the judge tells: events, copies, requests; partitions, clocks and lost nodes. In both times, and never quicker than
// something: what has not been replicated yet waits at a cut link.
import assert from "node:assert/strict";
import { localShardd } from "shardd-wasm/testing";

for (const clock of ["real", "virtual"]) await judged(localShardd({ regions: 3, replicationMs: 30, seed: 7, clock }));

async function judged(local) {
  async function write(region, nonce, amount = 1) {
    const body = JSON.stringify({ bucket: "b", account: "a", amount, idempotency_nonce: nonce, note: "ü" });
    const headers = { "content-type": "application/json" };
    return (await local.fetch(`${local.edges[region]}/events`, { method: "POST", headers, body })).json();
  }

  function links(up) {
    for (const from of [0, 1, 2]) for (const to of [0, 1, 2]) if (from !== to) local.link(from, to, { up });
  }

  links(false);
  const { event } = await write(0, "one");
  const [seen] = local.events();
  assert.deepEqual(Object.keys(seen).sort(), [
    "account", "amount", "bucket", "createdAtUnixMs", "eventId", "holdAmount", "holdExpiresAtUnixMs",
    "idempotencyNonce", "note", "originEpoch", "originNodeId", "originSeq", "type", "voidRef",
  ]);
  assert.deepEqual([seen.eventId, seen.amount, seen.note, seen.type, seen.voidRef], [event.event_id, 1, "ü", "standard", null]);
  assert.deepEqual([0, 1, 2].map((region) => local.events(region).length), [1, 0, 0]);
  links(true);
  await local.settled();
  assert.deepEqual([0, 1, 2].map((region) => local.events(region).length), [1, 1, 1]);
  assert.equal(local.events().length, 1);
  assert.deepEqual(local.storms(), []);

  // A figure beyond 2^53 is not rounded.
  const big = `{"bucket":"big","account":"a","amount":9007199254740993,"idempotency_nonce":"big"}`;
  await local.fetch(`${local.edges[0]}/events`, { method: "POST", headers: { "content-type": "application/json" }, body: big });
  assert.equal(local.events().find(({ bucket }) => bucket === "big").amount, 9007199254740993n);

  // Two copies of one write: seen once they have met, not before. The older one wins, by clocks that differ enough.
  await local.settled();
  links(false);
  local.skew(2, 1_000);
  await write(1, "twice", 9);
  await write(2, "twice", 9);
  local.skew(2, 0);
  await local.settled();
  assert.deepEqual(local.storms(), []);
  links(true);
  await local.settled();
  const [storm, ...more] = local.storms();
  assert.deepEqual(more, []);
  assert.deepEqual([storm.nonce, storm.amount, storm.winner.region, storm.loser.region], ["twice", 9, 1, 2]);
  assert.equal(local.events().filter(({ type }) => type === "void").length, 1);

  assert.deepEqual(local.requests(), [{ "POST /events": 2 }, { "POST /events": 1 }, { "POST /events": 1 }]);

  // A cut link holds back, a healed one gives.
  local.link(0, 1, { up: false });
  await write(0, "held");
  await local.settled();
  const has = (region, nonce) => local.events(region).some(({ idempotencyNonce }) => idempotencyNonce === nonce);
  assert.deepEqual([has(0, "held"), has(1, "held"), has(2, "held")], [true, false, true]);
  local.link(0, 1, { up: true, delayMs: 1 });
  await local.settled();
  assert.equal(has(1, "held"), true);

  const before = local.now();
  local.skew(2, 3_600_000);
  const late = (await write(2, "late")).event.created_at_unix_ms - 3_600_000;
  assert.ok(before <= late && late <= local.now(), "an hour before its time");
  local.lose(2);
  assert.equal((await write(2, "elsewhere")).event.origin_node_id === (await write(2, "there")).event.origin_node_id, true);
}

// The same seed, the same ids.
const ids = [5, 5, 6].map((seed) => localShardd({ seed, keys: [{ token: "t" }] })).map(async (one) => {
  const headers = { "content-type": "application/json", authorization: "Bearer t" };
  const body = `{"bucket":"b","account":"a","amount":1,"idempotency_nonce":"n"}`;
  const answer = await one.fetch(`${one.edges[0]}/events`, { method: "POST", headers, body });
  assert.equal((await one.fetch(`${one.edges[0]}/balances?bucket=b`)).status, 401);
  return (await answer.json()).event.event_id;
});
const [first, same, other] = await Promise.all(ids);
assert.ok(first === same && first !== other);
