// Virtual time stands still until it is told to go on; a client lives in it as long as it need not wait.
import assert from "node:assert/strict";
import { Shardd } from "shardd-wasm";
import { localShardd } from "shardd-wasm/testing";

// The client's own clock stands still: on a slow machine, too, it finds nobody silent for too long.
Object.defineProperty(performance, "now", { value: () => 0 });

const local = localShardd({ regions: [{ delayMs: 6 }, { delayMs: 40 }, { delayMs: 120 }], clock: "virtual" });
const shardd = new Shardd("test", { fetch: local.fetch, edges: local.edges });
const from = local.now();
const passed = () => local.now() - from;

let answeredAt;
const credit = shardd.credit("b", "a", 10).then((result) => {
  answeredAt = passed();
  return result;
});
await local.advance(11);
assert.equal(answeredAt, undefined, "a probe there and back, and half of the way of the request");
assert.equal(passed(), 11);
await local.advance(50);
assert.equal(answeredAt, 12, "a probe and a request fit into one advance");
assert.equal((await credit).balance, 10);
assert.equal(local.events()[0].createdAtUnixMs, from + 9);

// From here on there is only the ledger, which may take turns but must not wait.
const waits = [];
const { setTimeout: real } = globalThis;
globalThis.setTimeout = (work, ms, ...rest) => {
  if (ms > 0) waits.push(ms);
  return real(work, ms, ...rest);
};

assert.equal(local.events(2).length, 0);
await local.advance(100);
assert.equal(local.events(2).length, 1);

// An answer of a year from now, and a request whose sender does not wait.
local.fault(1, { kind: "delay", delay_ms: 31_536_000_000 });
const late = local.fetch(`${local.edges[1]}/gateway/health`);
const controller = new AbortController();
const given = local.fetch(`${local.edges[1]}/gateway/health`, { signal: controller.signal });
await local.advance(20);
controller.abort();
await assert.rejects(given, { name: "AbortError" });
await local.advance(31_536_000_020);
assert.equal((await late).status, 200);

// A frozen node that thaws in time applies what waited, later it does not.
for (const [ms, status] of [[4_900, 200], [30_100, 503]]) {
  local.fault(0, { kind: "freeze" });
  const answer = local.fetch(`${local.edges[0]}/balances?bucket=b`);
  await local.advance(ms);
  local.fault(0, null);
  await local.advance(10);
  assert.equal((await answer).status, status);
}
await local.settled();
assert.deepEqual(waits, [], "somebody waited");

await assert.rejects(localShardd().advance(1), /clock: "virtual"/);
