// Bytes that come late: held on the way and delivered, or applied by a node that was frozen. In virtual time, where
// nothing is ever early.
import assert from "node:assert/strict";
import { localShardd } from "shardd-wasm/testing";

const turn = () => new Promise((resolve) => setTimeout(resolve, 0));

/** A ledger, and writes of which one knows how they ended. */
function stage(options) {
  const local = localShardd({ clock: "virtual", ...options });
  let nonces = 0;
  function write(region, signal) {
    const body = JSON.stringify({ bucket: "b", account: "a", amount: 1, idempotency_nonce: `n${++nonces}` });
    const init = { method: "POST", headers: { "content-type": "application/json" }, body, signal };
    const seen = {};
    seen.end = local.fetch(`${local.edges[region]}/events`, init).then(
      ({ status }) => (seen.status = status),
      (error) => (seen.error = error.message),
    );
    return seen;
  }
  const health = async (region) => (await local.fetch(`${local.edges[region]}/gateway/health`)).status;
  return { local, write, health };
}

// What is sent while a hold lasts arrives when it is lifted, also what was cut, and nothing before.
{
  const { local, write, health } = stage();
  local.fault(0, { kind: "hold" });
  const cut = new AbortController();
  const [left, kept, probe] = [write(0, cut.signal), write(0), health(0)];
  await local.advance(1_000);
  cut.abort(new Error("gave up"));
  await left.end;
  assert.equal(left.error, "gave up");
  await local.advance(60_000);
  assert.deepEqual([local.events().length, kept.status, local.requests()[0]["POST /events"]], [0, undefined, 2]);
  assert.equal(await write(1).end, 201, "the others are well");
  // Bytes that stand still for good are nothing to wait for; another hold goes on with what the first one kept.
  await local.settled();
  local.fault(0, { kind: "hold" });
  await local.advance(1);
  assert.equal(local.events(0).length, 1);
  local.fault(0, null);
  assert.deepEqual([await kept.end, await probe], [201, 200]);
  assert.equal(local.events().length, 3);
}

// An answer on its way back is held like a request on its way there.
{
  const { local, write } = stage({ regions: [{ delayMs: 100 }] });
  const sent = write(0);
  await local.advance(60);
  assert.equal(local.events().length, 1);
  local.fault(0, { kind: "hold", hold_ms: 500 });
  await local.advance(499);
  assert.equal(sent.status, undefined);
  await local.advance(1);
  assert.equal(sent.status, 201);
}

// All regions at once; the hold ends by itself, `settled` goes on to its end, and the region is well again.
{
  const { local, write } = stage({ replicationMs: 10 });
  local.fault("all", { kind: "hold", hold_ms: 3_000 });
  const sent = [0, 1, 2].map((region) => write(region));
  await turn();
  const from = local.now();
  await local.settled();
  assert.deepEqual(sent.map(({ status }) => status), [201, 201, 201]);
  assert.ok(local.now() - from >= 3_000 && local.now() - from < 3_100, `${local.now() - from} ms`);
  assert.deepEqual([0, 1, 2].map((region) => local.events(region).length), [3, 3, 3]);
  assert.equal(await write(0).end, 201);
}

// A counted hold keeps its requests when it has let later ones by.
{
  const { local, write } = stage();
  local.fault(0, { kind: "hold", count: 1, only: "events" });
  const first = write(0);
  await local.advance(1);
  assert.equal(await write(0).end, 201);
  await local.advance(10_000);
  assert.equal(first.status, undefined);
  local.fault(0, null);
  assert.equal(await first.end, 201);
}

// A late write lands when it is due, whatever becomes of its sender; probes and reads are answered at once.
{
  const { local, write, health } = stage();
  local.fault(0, { kind: "late-write", delay_ms: 4_000 });
  const cut = new AbortController();
  const [left, kept] = [write(0, cut.signal), write(0)];
  await local.advance(1_000);
  cut.abort();
  assert.equal(await health(0), 200);
  assert.equal((await local.fetch(`${local.edges[0]}/balances`)).status, 200);
  await local.advance(2_999);
  assert.deepEqual([local.events().length, kept.status, left.status], [0, undefined, undefined]);
  await local.advance(1);
  assert.deepEqual([local.events().length, kept.status, left.status], [2, 201, undefined]);
  const another = write(0);
  await turn();
  await local.settled();
  assert.equal(another.status, 201, "a late write is under way");
}

// In real time too: the timer of a hold that was lifted is no reason for the process to live on.
{
  const { local, write } = stage({ clock: "real" });
  local.fault("all", { kind: "hold", hold_ms: 2_000_000_000 });
  const sent = write(2);
  await turn();
  local.fault("all", null);
  assert.equal(await sent.end, 201);
}
