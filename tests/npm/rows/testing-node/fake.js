// A test runner's fake timers stop no region: it keeps the timers and the clock that it met when it was imported. Time that a test
// lets go on itself is `clock: "virtual"`.
import assert from "node:assert/strict";
import { mock } from "node:test";
import { localShardd } from "shardd-wasm/testing";

mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"], now: 1_700_000_000_000 });
const local = localShardd({ regions: [{ delayMs: 10 }], replicationMs: 5 });
const health = async () => (await local.fetch(`${local.edges[0]}/gateway/health`)).json();
const before = await health();
assert.ok(before.observed_at_unix_ms > 1_700_000_000_000, "its clock is the real one");

// A hold ends by itself.
local.fault(0, { kind: "hold", hold_ms: 100 });
const after = await health();
assert.ok(after.observed_at_unix_ms >= before.observed_at_unix_ms);
assert.equal(Date.now(), 1_700_000_000_000);
