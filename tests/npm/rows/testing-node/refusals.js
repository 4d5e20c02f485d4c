// What does not fit is refused in one sentence; importing remembers the timers and touches nothing else.
import assert from "node:assert/strict";

const used = [];
for (const name of ["fetch", "Response", "Request", "crypto", "atob"]) {
  const real = globalThis[name];
  Object.defineProperty(globalThis, name, { configurable: true, get: () => (used.push(name), real) });
}
const { localShardd } = await import("shardd-wasm/testing");
assert.deepEqual(used, [], "the import touched something");

for (const [options, sentence] of [
  [{ region: 3 }, /has no option "region"/],
  [{ regions: 0 }, /1 to 64 regions/],
  [{ regions: [{ delayMs: -1 }] }, /delayMs/],
  [{ clock: "slow" }, /real or virtual/],
  [{ seed: 1.5 }, /"seed"/],
  [{ spread: "yes" }, /"spread" must be true or false/],
  [{ startUnixMs: 5 }, /startUnixMs wants .*virtual/],
  [{ clock: "virtual", startUnixMs: -1 }, /"startUnixMs"/],
  [{ keys: [{ tokn: "t" }] }, /tokn/],
]) assert.throws(() => localShardd(options), sentence);

const local = localShardd();
for (const [rule, sentence] of [
  [{ kind: "blackhole" }, /"kind" of a fault/],
  [{}, /wants a kind/],
  ["refuse", /an object/],
  [{ kind: "delay", delayMs: 5 }, /no "delayMs"/],
  [{ kind: "delay", delay_ms: "5" }, /"delay_ms"/],
  [{ kind: "hold", hold_ms: -1 }, /"hold_ms"/],
  [{ kind: "status", status: 99 }, /"status"/],
  [{ kind: "refuse", only: "reads" }, /"only"/],
]) assert.throws(() => local.fault(0, rule), sentence);
assert.throws(() => local.fault(3, null), /no region 3/);
assert.throws(() => local.fault("every", null), /no region every/);
assert.throws(() => local.link(0, 0, {}), RangeError);
await assert.rejects(local.fetch("https://api.example.com/events"), /not https:\/\/api\.example\.com/);

if (Symbol.dispose) local[Symbol.dispose]();
else local.dispose();
assert.throws(() => local.events(), /was disposed of/);
local.dispose();
