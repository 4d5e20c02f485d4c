// What each fault does to a request through `local.fetch`, and whether the ledger had it.
import assert from "node:assert/strict";
import { localShardd } from "shardd-wasm/testing";

/** How long after its arrival a request is given up, where nothing is going to come; others wait as long as it takes. */
const SHORT_MS = 40;
/** Long after everybody has given up. */
const LONG_MS = 600_000;
const JSON_TYPE = { "content-type": "application/json" };

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Resolves when a region has been asked for a page once more. */
async function arrival(local, region, page) {
  const asked = () => local.requests()[region][page] ?? 0;
  for (const before = asked(); asked() === before; ) await pause(1);
}

let nonces = 0;
async function written(rule, givesUp = false) {
  const local = localShardd({ regions: 1 });
  local.fault(0, rule);
  const controller = new AbortController();
  if (givesUp) arrival(local, 0, "POST /events").then(() => pause(SHORT_MS)).then(() => controller.abort(new Error("waited long enough")));
  const body = JSON.stringify({ bucket: "b", account: "a", amount: 5, idempotency_nonce: `n${++nonces}` });
  const result = { applied: false };
  try {
    const response = await local.fetch(`${local.edges[0]}/events`, { method: "POST", headers: JSON_TYPE, body, signal: controller.signal });
    result.status = response.status;
    result.retryAfter = response.headers.get("retry-after");
    result.text = await response.text();
  } catch (error) {
    result.error = error;
  }
  result.applied = local.events().length > 0;
  local.dispose();
  return result;
}

const answered = (status, text) => (r) => assert.ok(r.status === status && text.test(r.text), JSON.stringify(r));
const failed = (status, why) => (r) => assert.ok(r.status === status && why.test(`${r.error?.message} ${r.error?.cause?.code}`), String(r.error));
const silent = (status) => Object.assign(failed(status, /waited long enough/), { givesUp: true });

// rule, what the client sees, whether the ledger has it
const TABLE = [
  [null, answered(201, /"balance":5/), true],
  [{ kind: "none" }, answered(201, /"balance":5/), true],
  [{ kind: "delay", delay_ms: 10 }, answered(201, /"balance":5/), true],
  [{ kind: "delay", delay_ms: LONG_MS }, silent(undefined), true],
  [{ kind: "black-hole" }, silent(undefined), false],
  [{ kind: "refuse" }, failed(undefined, /fetch failed ECONNREFUSED/), false],
  [{ kind: "refuse", count: 1 }, failed(undefined, /fetch failed ECONNRESET/), false],
  [{ kind: "reset-before" }, failed(undefined, /fetch failed ECONNRESET/), false],
  [{ kind: "reset-after" }, failed(undefined, /fetch failed ECONNRESET/), true],
  [{ kind: "status" }, answered(503, /injected fault/), false],
  [{ kind: "status", status: 418, body: "tea", applied: true }, answered(418, /^tea$/), true],
  [{ kind: "garbage" }, answered(200, /<!doctype html>/), true],
  [{ kind: "garbage", applied: false, body: "?" }, answered(200, /^\?$/), false],
  [{ kind: "truncate" }, failed(201, /terminated UND_ERR_SOCKET/), true],
  [{ kind: "stall-body" }, silent(201), true],
  [{ kind: "freeze" }, silent(undefined), false],
  [{ kind: "black-hole", only: "health" }, answered(201, /"balance":5/), true],
];
for (const [rule, seen, applied] of TABLE) {
  const result = await written(rule, seen.givesUp);
  seen(result);
  assert.equal(result.applied, applied, JSON.stringify(rule));
}
assert.equal((await written({ kind: "status", status: 429, retry_after: 7 })).retryAfter, "7");

// A counted fault ends by itself, and `null` ends any.
const local = localShardd({ regions: 2 });
const health = (region) => local.fetch(`${local.edges[region]}/gateway/health`).then(({ status }) => status);
local.fault(0, { kind: "status", count: 2 });
assert.deepEqual([await health(0), await health(1), await health(0), await health(0)], [503, 200, 503, 200]);
local.fault(1, { kind: "status" });
local.fault(1, null);
assert.equal(await health(1), 200);

// What is under way when a port closes is reset.
local.fault(0, { kind: "black-hole" });
let arrived = arrival(local, 0, "GET /gateway/health");
const waiting = health(0);
await arrived;
local.fault(0, { kind: "refuse" });
await assert.rejects(waiting, (error) => error.cause.code === "ECONNRESET");

// The others see a region that refuses.
const edges = await (await local.fetch(`${local.edges[1]}/gateway/edges`)).json();
assert.equal(edges.edges.find(({ base_url: url }) => url === local.edges[0]).reachable, false);

// The end of the ledger is the end of its requests.
local.fault(0, { kind: "black-hole" });
arrived = arrival(local, 0, "GET /gateway/health");
const last = health(0);
await arrived;
local.dispose();
await assert.rejects(last, /was disposed of/);
await assert.rejects(health(1), /was disposed of/);
