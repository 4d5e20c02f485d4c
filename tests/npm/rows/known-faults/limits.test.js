// Deadlines, probes, failover and cooldowns: points 4, 5, 7, 8, 10, 17, 18, 19 and 24 of docs/parity.md.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import test from "node:test";
import { ended, failure, pass, result } from "./time.js";
import { json, stage, stalled } from "./stage.js";
import { AbortedError, ServiceUnavailableError, TimeoutError } from "shardd-wasm";

const SILENT = { kind: "black-hole" };

test("point_04_a_body_that_stalls_does_not_outlive_the_deadline", async () => {
  for (const status of [200, 503]) {
    const instead = ({ path }) => (path === "/balances" ? stalled(status) : undefined);
    const { shardd, requests } = stage({ instead, timeoutMs: 3_000, attemptTimeoutMs: 1_000, maxAttempts: 2 });
    const { error, tookMs } = await ended(shardd.getBalances("app"));
    assert.deepEqual([error.constructor, error.attempts], [TimeoutError, 2], `a body of status ${status}`);
    assert.ok(tookMs <= 3_000, `${tookMs} ms`);
    assert.ok(requests().every(({ signal }) => signal.aborted), "the stalled bodies were given up");
  }
});

test("point_05_health_and_edges_end_by_the_deadline", async () => {
  for (const call of ["health", "edges"]) {
    const { shardd, local } = stage({ timeoutMs: 3_000 });
    for (const region of [0, 1, 2]) local.fault(region, SILENT);
    const { error, tookMs } = await ended(shardd[call]());
    assert.ok(error instanceof TimeoutError, call);
    assert.ok(tookMs <= 3_000, `${call} took ${tookMs} ms`);
  }
});

test("point_07_the_first_call_waits_for_the_nearest_probe_alone", async () => {
  const { shardd, local } = stage({ delaysMs: [5, 40, 120] });
  local.fault(1, SILENT);
  local.fault(2, SILENT);
  const { tookMs } = await ended(shardd.credit("app", "alice", 1));
  assert.equal(tookMs, 5 + 5, "a probe and the request");
});

test("point_08_ten_first_calls_probe_once_the_ranking_is_refreshed_and_the_directory_used", async () => {
  const { shardd, local, probes, pinned } = stage();
  await result(Promise.all(Array.from({ length: 10 }, () => shardd.getBalances("app"))));
  assert.deepEqual([probes(), pinned()], [[1, 1, 1], 0]);
  local.fault(0, { kind: "delay", delay_ms: 300 });
  for (let minute = 0; minute < 12; minute++) {
    await pass(60_000);
    await result(shardd.getBalances("app"));
  }
  assert.equal(pinned(), 1, "a slow edge is not first for ever");
  const found = stage({ known: 1, discover: "shardd.test" });
  found.local.fault(0, { kind: "delay", delay_ms: 200, only: "events" });
  await result(found.shardd.credit("app", "alice", 1));
  assert.deepEqual(found.shardd.edgeTable().map(({ url }) => url), found.local.edges);
});

test("point_10_one_deadline_over_all_attempts_and_every_edge_can_be_reached", async () => {
  const dead = stage({ delaysMs: [5, 10, 15, 20], timeoutMs: 4_000 });
  for (const region of [0, 1, 2, 3]) dead.local.fault(region, SILENT);
  const { error, tookMs } = await ended(dead.shardd.getBalances("app"));
  assert.ok(error instanceof TimeoutError);
  assert.ok(tookMs <= 4_000, `${tookMs} ms`);
  assert.ok(error.attempts <= 3, "three attempts, as the documentation says");
  const { shardd, local, requests } = stage({ delaysMs: [5, 10, 15, 20], maxAttempts: 4 });
  const broken = { kind: "status", status: 503, body: `{"error":"no libp2p nodes discovered"}`, only: "events" };
  for (const region of [0, 1, 2]) local.fault(region, broken);
  await result(shardd.getBalances("app"));
  await pass(1_000);
  assert.equal((await result(shardd.credit("app", "alice", 1))).meta.edge, local.edges[3]);
  assert.equal(requests().length, 1 + 4);
});

test("point_17_trouble_with_the_key_or_the_dashboard_rests_no_edge_and_a_rested_one_comes_back", async () => {
  for (const body of ["dashboard auth is not configured", "dashboard introspection failed with 401 Unauthorized: {}"]) {
    const { shardd, local, states } = stage();
    for (const region of [0, 1, 2]) local.fault(region, { kind: "status", status: 503, body: JSON.stringify({ error: body }), only: "events" });
    assert.ok(await failure(shardd.credit("app", "alice", 1)) instanceof ServiceUnavailableError);
    assert.deepEqual(states(), ["up", "up", "up"], body);
  }
  const { shardd, local, states, pinned } = stage();
  await result(shardd.getBalances("app"));
  local.fault(0, { kind: "refuse" });
  await result(shardd.getBalances("app"));
  assert.deepEqual([states()[0], pinned()], ["cooling", 1]);
  local.fault(0, null);
  await pass(60_000);
  assert.equal(states()[0], "half-open");
  for (let call = 0; call < 4; call++) await result(shardd.getBalances("app")).then(() => pass(5_000));
  assert.deepEqual([states()[0], pinned()], ["up", 0]);
});

test("point_18_a_call_can_be_aborted_and_has_a_deadline_of_its_own", async () => {
  const { shardd, local, requests } = stage();
  await result(shardd.getBalances("app"));
  local.fault(0, { kind: "freeze" });
  const controller = new AbortController();
  const call = shardd.getBalances("app", { signal: controller.signal });
  await pass(50);
  controller.abort("the user went away");
  const { error, tookMs } = await ended(call);
  assert.deepEqual([error.constructor, error.cause, tookMs], [AbortedError, "the user went away", 0]);
  assert.ok(requests().at(-1).signal.aborted, "its request is given up too");
  const late = await ended(shardd.getBalances("app", { timeoutMs: 700 }));
  assert.ok(late.error instanceof TimeoutError);
  assert.ok(late.tookMs <= 700, `${late.tookMs} ms`);
});

test("point_19_a_round_trip_time_is_that_of_its_edge_and_limits_hold_whatever_fetch_does", async () => {
  // Rounds of probes overlap: a mark older than 300 ms belongs to a call that may be dead.
  const delaysMs = [620, 405, 440];
  const { shardd, local, probes } = stage({ delaysMs });
  for (const region of [0, 1, 2]) local.fault(region, { kind: "delay", delay_ms: 500, only: "events" });
  const begun = (ms) => new Promise((begin) => setTimeout(begin, ms)).then(() => shardd.credit("app", "alice", 1));
  for (let round = 1; round < 4; round++) {
    await result(Promise.all([0, 100, 350, 390].map(begun)));
    assert.deepEqual(shardd.edgeTable().map(({ rttMs }) => rttMs), delaysMs, `round ${round}`);
    await pass(6 * 60_000);
  }
  assert.ok(probes()[0] > 3, "no two rounds overlapped");
  const slow = stage({ instead: ({ path, region }) => (path === "/gateway/health" && region === 0 ? stalled(200) : undefined) });
  assert.equal((await result(slow.shardd.getBalances("app"))).accounts.length, 0, "a probe's body counts, too");
  const deaf = stage({ instead: () => new Promise(() => {}), timeoutMs: 2_500 });
  const { error, tookMs } = await ended(deaf.shardd.getBalances("app"));
  assert.deepEqual([error.constructor, tookMs <= 2_500], [TimeoutError, true]);
});

test("point_24_the_module_needs_no_clock_but_the_runtimes", async () => {
  const bytes = await readFile(createRequire(import.meta.url).resolve("shardd-wasm/wasm"));
  const from = new Set(WebAssembly.Module.imports(new WebAssembly.Module(bytes)).map(({ module }) => module));
  assert.deepEqual([...from], ["./shardd_wasm_bg.js"]);
  // A wait and a deadline: where std::time is asked on wasm32, both end in a panic.
  const { shardd } = stage({ instead: ({ path }) => (path === "/balances" ? json(429, {}, { "retry-after": "2" }) : undefined), maxAttempts: 2 });
  const { error, tookMs } = await ended(shardd.getBalances("app"));
  assert.deepEqual([error.code, error.retryAfterMs], ["rate_limited", 2_000]);
  assert.equal(tookMs, 5 + 2_000);
});
