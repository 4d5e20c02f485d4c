// health(url): the named edge, asked once, for as long as a probe may take.
import assert from "node:assert/strict";
import { NetworkError, TimeoutError } from "shardd-wasm";
import { facts, failure, stage } from "./stage.js";

/** Far more than any limit here, and less than what a call may take by default. */
const GENEROUS_MS = 9_000;

const asked = (sent, edge) => sent.filter((request) => request.edge === edge).length;

async function timed(promise) {
  const begun = performance.now();
  const error = await failure(promise);
  return { error, tookMs: performance.now() - begun };
}

// Of an edge that is silent: the probe's limit, or the call's own where that is shorter.
for (const options of [{ probeTimeoutMs: 150 }, { probeTimeoutMs: 8_000 }]) {
  const { shardd, local, sent } = stage(options, { regions: 2 });
  const [edge, other] = local.edges;
  local.fault(0, { kind: "black-hole" });
  const timeoutMs = options.probeTimeoutMs > 1_000 ? 150 : undefined;
  const { error, tookMs } = await timed(shardd.health(edge, { timeoutMs }));
  assert.ok(error instanceof TimeoutError, error.stack);
  assert.deepEqual(facts(error, "attempts", "retryable", "edge"), { name: "TimeoutError", outcome: "rejected", attempts: 1, retryable: true, edge });
  assert.ok(tookMs < GENEROUS_MS, `${tookMs} ms`);
  assert.equal(asked(sent, edge), 1, "it is asked once, and not watched");
  assert.deepEqual(shardd.edgeTable().find(({ url }) => url === edge).state, "up");
  const { ready, edgeId } = await shardd.health(other);
  assert.deepEqual([ready, typeof edgeId], [true, "string"]);
  // Without a URL it is a call like any other, and moves on.
  assert.equal((await shardd.health()).edgeId, edgeId);
  local.dispose();
}

// Of one that is down: the first failure is the answer.
{
  const { shardd, local, sent } = stage({}, { regions: 2 });
  local.fault(1, { kind: "refuse" });
  const error = await failure(shardd.health(local.edges[1]));
  assert.ok(error instanceof NetworkError, error.stack);
  assert.deepEqual([error.attempts, asked(sent, local.edges[1])], [1, 1]);
  local.fault(1, { kind: "status", status: 503, body: "{}" });
  assert.deepEqual(facts(await failure(shardd.health(local.edges[1])), "attempts"), { name: "ServiceUnavailableError", outcome: "rejected", attempts: 1 });
  local.dispose();
}
