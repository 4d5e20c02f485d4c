// Without a fetch the client is there, and its calls say what is missing: nothing was sent, and no store holds a write of them.
import assert from "node:assert/strict";
import { NetworkError, Shardd } from "shardd-wasm";
import { idempotentFetch } from "shardd-wasm/idempotency";
import { memoryStore } from "shardd-wasm/stores";

for (const remove of [() => { globalThis.fetch = undefined; }, () => { delete globalThis.fetch; }]) {
  remove();
  const shardd = new Shardd("key", { store: memoryStore() });
  for (const call of [() => shardd.getBalances("b"), () => shardd.charge("b", "a", 5), () => shardd.health()]) {
    const error = await call().catch((error) => error);
    assert.ok(error instanceof NetworkError, error.stack);
    assert.deepEqual([error.reason, error.outcome, error.retryable, error.attempts], ["no_fetch", "rejected", true, 0]);
    assert.match(error.message, /has no fetch: give .* jest-fixed-jsdom/);
  }
  assert.deepEqual(await shardd.pending(), []);
  await assert.rejects(idempotentFetch("https://shop.test/pay"), { name: "IdempotencyError", message: /has no fetch/ });
}
// Looked up when it is needed.
globalThis.fetch = async () => new Response(JSON.stringify({ observed_at_unix_ms: 1, ready: true }));
assert.equal((await new Shardd("key").health()).ready, true);
