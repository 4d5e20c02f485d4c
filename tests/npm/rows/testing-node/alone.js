// Each ledger is one of its own: its hosts, its times, its nodes, its keys' owners.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { localShardd } from "shardd-wasm/testing";

const { localShardd: required } = createRequire(import.meta.url)("shardd-wasm/testing");

const write = async (local, nonce, { token = "t", region = 0 } = {}) => {
  const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };
  const body = JSON.stringify({ bucket: "b", account: "a", amount: 1, idempotency_nonce: nonce });
  return (await local.fetch(`${local.edges[region]}/events`, { method: "POST", headers, body })).json();
};

// No host is another ledger's, of whichever copy of the package.
const all = [localShardd(), localShardd(), required(), required({ regions: 2 })].flatMap(({ edges }) => edges);
assert.equal(new Set(all).size, 11);
for (const edge of all) assert.match(edge, /^https:\/\/local-\d\.ledger-\d+\.shardd\.test$/);
await assert.rejects(localShardd().fetch(all[0]), /give the client local\.edges/);

// Under a seed and a virtual clock, an event is the same on every run, its times and figures included.
async function told(options) {
  const local = localShardd({ seed: 9, clock: "virtual", ...options });
  await write(local, "one");
  await local.advance(1_234);
  await write(local, "two", { region: 1 });
  await local.settled();
  return local.events();
}
const events = await told();
assert.deepEqual(events, await told());
assert.deepEqual(events.map(({ createdAtUnixMs }) => createdAtUnixMs), [1_800_000_000_000, 1_800_000_001_234]);
assert.deepEqual((await told({ startUnixMs: 5_000 })).map(({ createdAtUnixMs }) => createdAtUnixMs), [5_000, 6_234]);
const unseeded = localShardd({ clock: "virtual" });
assert.ok(Math.abs(unseeded.now() - Date.now()) < 3_600_000, "without a seed, virtual time begins now");

// Gateways that spread their requests use every node, and the same ones for the same seed.
async function nodes(options) {
  const local = localShardd({ seed: 3, clock: "virtual", ...options });
  const taken = [];
  for (let nonce = 0; nonce < 30; nonce++) taken.push((await write(local, `n${nonce}`)).event.origin_node_id);
  return taken;
}
const spread = await nodes({ spread: true });
assert.equal(new Set(spread).size, 3);
assert.deepEqual(spread, await nodes({ spread: true }));
assert.notDeepEqual(spread, await nodes({ spread: true, seed: 4 }));
assert.equal(new Set(await nodes()).size, 1);

// A key without a user is a user of its own.
const user = "00000000-0000-4000-8000-00000000000a";
const keys = [{ token: "one" }, { token: "two" }, { token: "three", user }, { token: "four", user }];
const owned = localShardd({ keys });
const balances = [];
for (const { token } of keys) balances.push((await write(owned, "same", { token })).deduplicated);
assert.deepEqual(balances, [false, false, false, true]);

// As exact as the real gateways, also in wasm's 32 bits.
const page = async (authorization) => {
  const answer = await owned.fetch(`${owned.edges[0]}/v1/me/buckets?page=4294967296`, { headers: { authorization } });
  return [answer.status, (await answer.json()).page];
};
assert.deepEqual(await page("Bearer one"), [200, 4_294_967_296]);
assert.equal((await owned.fetch(`${owned.edges[0]}/collapsed//a`, { headers: { authorization: "Bearer one" } })).status, 200);
