// The idempotency part after its wasm failed: the call amid which it did says so, and all others go on.
import assert from "node:assert/strict";
import { Idempotency, IdempotencyError } from "shardd-wasm/idempotency";
import { memoryStore } from "shardd-wasm/stores";
import { cramped } from "./cramped.mjs";

const LEASE_MS = 300;
const MEBIBYTES = 8;
/** More than the bounded memory takes. */
const huge = new Uint8Array(64 * 1024 * 1024);
const request = { operation: "POST /charges", body: "1" };
const failure = (promise) => promise.then((value) => assert.fail(`it resolved to ${JSON.stringify(value)}`), (error) => error);
const passed = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// The wasm is made at its first use: until then its memory can be bounded.
let made = 0;
const { Module } = WebAssembly;
WebAssembly.Module = function (bytes) {
  return new Module(cramped(bytes, MEBIBYTES));
};
const { Instance } = WebAssembly;
WebAssembly.Instance = function (...args) {
  made += 1;
  return new Instance(...args);
};

const store = memoryStore();
const idempotency = new Idempotency(store, { leaseMs: LEASE_MS, inFlight: { waitMs: 60_000 } });
const impatient = new Idempotency(store);

function isInternal(error, about) {
  assert.ok(error instanceof IdempotencyError, error.stack);
  assert.deepEqual({ code: error.code, ran: error.ran, value: error.value }, { code: "internal", ...about });
  assert.ok(error.cause instanceof Error);
}

let finish;
let signal;
const running = idempotency.execute("one", request, (attempt) => new Promise((resolve) => {
  ({ signal } = attempt);
  finish = resolve;
}));
while (!finish) await passed(1);
const waiting = idempotency.execute("one", request, () => assert.fail("ran twice"));

// The end of the memory amid a completion: it ran, and its value is in the error.
let own;
isInternal(await failure(idempotency.execute("two", request, (attempt) => (({ signal: own } = attempt), huge))), { ran: true, value: huge });
assert.equal(own.aborted, true);
assert.equal(made, 1);
// Nobody knows what became of it, so its lease decides.
assert.equal((await impatient.execute("two", request, () => assert.fail("ran"))).status, "in-flight");
assert.equal(made, 2, "the wasm was made anew");
assert.deepEqual(await idempotency.execute("two", request, async () => "done"), { status: "executed", value: "done", stored: true });

// Amid a claim's completion, and without timers.
const claim = await idempotency.claim("three", request);
isInternal(await failure(claim.complete(huge)), { ran: true, value: huge });
const real = globalThis.setTimeout;
globalThis.setTimeout = () => { throw new Error("no timers here"); };
const none = failure(idempotency.execute("four", request, async () => "never"));
for (let turn = 0; turn < 20; turn++) await undefined;
globalThis.setTimeout = real;
isInternal(await none, { ran: false, value: undefined });
assert.equal((await idempotency.execute("four", request, async () => "done")).status, "executed");

// Again and again; and all the while the lease of the first is renewed.
for (let round = 0; round < 5; round++) isInternal(await failure(idempotency.execute(`round ${round}`, request, () => huge)), { ran: true, value: huge });
await passed(2 * LEASE_MS);
assert.equal((await impatient.execute("one", request, () => assert.fail("ran twice"))).status, "in-flight");
assert.equal(signal.aborted, false);
finish("done");
assert.deepEqual([await running, await waiting], [{ status: "executed", value: "done", stored: true }, { status: "replayed", value: "done" }]);
