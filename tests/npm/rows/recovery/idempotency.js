// The idempotency part after its wasm failed: the call in flight says so, and the same object goes on.
import assert from "node:assert/strict";
import { Idempotency, IdempotencyError } from "shardd-wasm/idempotency";
import { memoryStore } from "shardd-wasm/stores";

const LEASE_MS = 300;
const idempotency = new Idempotency(memoryStore(), { leaseMs: LEASE_MS, inFlight: { waitMs: 60_000 } });
const request = { operation: "POST /charges", body: "1" };
const failure = (promise) => promise.then((value) => assert.fail(`it resolved to ${JSON.stringify(value)}`), (error) => error);

let signal;
const begun = new Promise((begin) => {
  const running = idempotency.execute("one", request, async (attempt) => {
    ({ signal } = attempt);
    begin({ running: () => running });
    return new Promise(() => {});
  });
});
const { running } = await begun;

const real = globalThis.setTimeout;
globalThis.setTimeout = () => { throw new Error("no timers here"); };
const other = failure(idempotency.execute("two", request, async () => "never"));
for (let turn = 0; turn < 20; turn++) await undefined;
globalThis.setTimeout = real;

for (const [error, ran] of [[await failure(running()), null], [await other, false]]) {
  assert.ok(error instanceof IdempotencyError, error.stack);
  assert.deepEqual([error.code, error.ran, error.cause instanceof Error], ["internal", ran, true]);
}
assert.equal(signal.aborted, true);
const again = await idempotency.execute("two", request, async () => "done");
assert.deepEqual(again, { status: "executed", value: "done", stored: true });
// Nobody renews the lease of the first any more: it can be claimed again.
assert.equal((await idempotency.execute("one", request, async () => "done")).status, "executed");
process.exit();
