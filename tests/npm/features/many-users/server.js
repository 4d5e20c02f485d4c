// A server as a newcomer writes one: a client, its twin for each user, and a store for all of them.
import assert from "node:assert/strict";
import { Shardd } from "shardd-wasm";
import { memoryStore } from "shardd-wasm/stores";
import { localShardd } from "shardd-wasm/testing";

const USERS = 50;
const ORDERS = 20;
const ROUNDS = 2;

const keys = Array.from({ length: USERS }, (_, user) =>
  ({ token: `key-of-${user}`, user: `00000000-0000-4000-8000-${String(user).padStart(12, "0")}` }));
const local = localShardd({ regions: [{ delayMs: 5 }, { delayMs: 10 }, { delayMs: 20 }], keys });
const server = new Shardd("key-of-nobody", { edges: local.edges, fetch: local.fetch, store: memoryStore() });
const users = keys.map(({ token }) => server.withApiKey(token));

/** Every user has an amount and a note of its own. Orders come one after another, the users' side by side. */
async function day(bucket, nonceOf) {
  const begun = performance.now();
  for (let order = 0; order < ORDERS; order++) {
    await Promise.all(users.map(async (shardd, user) => {
      const [amount, note] = [user + 1, `a note of ${user}`];
      const { event, deduplicated } = await shardd.credit(bucket, "wallet", amount, { note, idempotencyNonce: nonceOf(user, order) });
      assert.deepEqual([event.amount, event.note, deduplicated], [amount, note, false]);
    }));
  }
  const elapsedMs = performance.now() - begun;
  for (const [user, shardd] of users.entries()) {
    assert.equal((await shardd.getAccount(bucket, "wallet")).balance, ORDERS * (user + 1), `user ${user}`);
  }
  return elapsedMs;
}

const times = { apart: [], colliding: [] };
for (let round = 0; round < ROUNDS; round++) {
  times.apart.push(await day(`apart-${round}`, (user, order) => `${round}-${user}-order-${order}`));
  times.colliding.push(await day(`colliding-${round}`, (_, order) => `${round}-order-${order}`));
}
await local.settled();
assert.deepEqual(local.storms(), []);
local.dispose();
const ratio = Math.min(...times.colliding) / Math.min(...times.apart);
console.log(JSON.stringify({ users: USERS, calls: USERS * ORDERS, ratio }));
