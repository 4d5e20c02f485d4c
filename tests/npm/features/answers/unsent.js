// A call that ends before it has sent anything says "rejected" only where no earlier copy of its nonce is in doubt: the module and the store know.
import assert from "node:assert/strict";
import { Shardd } from "shardd-wasm";
import { memoryStore } from "shardd-wasm/stores";
import { localShardd } from "shardd-wasm/testing";
import { failure } from "./failure.js";

const local = localShardd({ regions: 1 });
const [edge] = local.edges;
let isLost = false;
/** What is written gets there, and its answer is lost. */
const fetch = async (url, init) => {
  const response = await local.fetch(url, init);
  if (isLost && init.method === "POST") throw new TypeError("fetch failed");
  return response;
};
const options = { edges: [edge], fetch, ambiguousWrites: "same-edge", maxAttempts: 1 };
const never = AbortSignal.abort(new Error("given up"));

async function leaveInDoubt(shardd, nonce) {
  isLost = true;
  const error = await failure(shardd.charge("unsent", "a", 5, { idempotencyNonce: nonce, maxOverdraft: 100 }));
  isLost = false;
  assert.equal(error.outcome, "unknown");
}

const kinds = {
  "a signal that was aborted": (given, idempotencyNonce) =>
    new Shardd("key", given).charge("unsent", "a", 5, { idempotencyNonce, maxOverdraft: 100, signal: never }),
  "a client that was closed": (given, idempotencyNonce) => {
    const shardd = new Shardd("key", given);
    shardd.close();
    return shardd.charge("unsent", "a", 5, { idempotencyNonce, maxOverdraft: 100 });
  },
};
for (const [kind, call] of Object.entries(kinds)) {
  for (const store of [undefined, memoryStore()]) {
    const nonce = `${kind} ${store ? "with" : "without"} a store`;
    const given = store ? { ...options, store } : options;
    assert.equal((await failure(call(given, `fresh ${nonce}`))).outcome, "rejected", nonce);
    await leaveInDoubt(new Shardd("key", given), nonce);
    const error = await failure(call(given, nonce));
    assert.deepEqual([error.code, error.outcome], ["aborted", "unknown"], nonce);
    // Another owner's call is none of this one's business.
    const other = new Shardd("other key", given);
    assert.equal((await failure(other.charge("unsent", "a", 5, { idempotencyNonce: nonce, signal: never }))).outcome, "rejected", nonce);
  }
}

// A key function that throws.
{
  const nonce = "a key function that throws";
  let key = () => "key";
  const shardd = new Shardd(() => key(), options);
  await leaveInDoubt(shardd, nonce);
  key = () => { throw new Error("no session"); };
  const error = await failure(shardd.charge("unsent", "a", 5, { idempotencyNonce: nonce, maxOverdraft: 100 }));
  assert.deepEqual([error.code, error.outcome], ["unauthorized", "unknown"]);
  assert.equal((await failure(shardd.charge("unsent", "a", 5))).outcome, "rejected");
}

// Two owners under one key: neither waits for the other's nonce, and neither is told anything of it.
{
  const events = [];
  const of = (owner) => new Shardd("key", { edges: [edge], fetch, owner, onEvent: ({ type }) => events.push(type) });
  const results = await Promise.all(["ann", "bob", "cem"].map((owner) => of(owner).credit("owners", owner, 5, { idempotencyNonce: "order-1" })));
  assert.deepEqual(results.map(({ balance, deduplicated }) => [balance, deduplicated]), [[5, false], [5, false], [5, false]]);
  assert.deepEqual(events.filter((type) => type === "settle" || type === "replay"), []);
}
local.dispose();
