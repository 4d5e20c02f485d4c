// Under a test runner's fake timers the ledger goes on as the test lets time go on, and by itself where nothing takes
// time.
import assert from "node:assert/strict";
import { mock } from "node:test";
import { localShardd } from "shardd-wasm/testing";

/** Whatever is not a timer runs. */
async function turns() {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}

async function pass(ms) {
  for (let step = 0; step < ms; step++) {
    await turns();
    mock.timers.tick(1);
  }
  await turns();
}

mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"], now: 1_700_000_000_000 });
const near = localShardd({ regions: 1 });
assert.equal((await near.fetch(`${near.edges[0]}/gateway/health`)).status, 200);

const local = localShardd({ regions: [{ delayMs: 10 }], replicationMs: 5 });
let status;
const ask = () => local.fetch(`${local.edges[0]}/gateway/health`).then((answer) => (status = answer.status));
ask();
await pass(9);
assert.equal(status, undefined);
await pass(1);
assert.equal(status, 200);

// A hold ends when the test's time has come to its end.
status = undefined;
local.fault(0, { kind: "hold", hold_ms: 100 });
ask();
await pass(99);
assert.equal(status, undefined);
await pass(10);
assert.equal(status, 200);
