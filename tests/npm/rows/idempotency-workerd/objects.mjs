// Duplicates at once over Durable Objects, and a runtime that ends amid an effect.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startWorker } from "../../worker.mjs";

const DUPLICATES = 40;
/** A lease is renewed at its half: as much again is left for a machine that is busy elsewhere. */
const LEASE_MS = 8_000;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export async function overObjects(project) {
  const folder = await mkdtemp(join(tmpdir(), "shardd-once-"));
  const place = {};
  const start = async () => {
    place.worker = await startWorker(project, "objects.js", {}, [], {
      durableObjects: { OBJECTS: "Ahead", OWN: "Own" },
      durableObjectsPersist: folder,
    });
  };
  const ask = async (path, query) => (await place.worker.dispatchFetch(`http://worker${path}?${new URLSearchParams({ leaseMs: LEASE_MS, ...query })}`)).json();
  try {
    await start();
    for (const where of ["", "/own"]) await onlyOnce(where, ask);
    for (const where of ["", "/own"]) await endsAmid(where, ask, place, start);
  } finally {
    await place.worker?.dispose();
    await rm(folder, { recursive: true, force: true });
  }
  return DUPLICATES;
}

async function onlyOnce(where, ask) {
  for (const [speed, forMs] of [["quick", 0], ["slow", 500]]) {
    const key = `${speed}${where}`;
    const outcomes = await Promise.all(Array.from({ length: DUPLICATES }, () => ask(`${where}/execute`, { key, forMs, waitMs: 60_000 })));
    const statuses = outcomes.map(({ status }) => status).sort();
    assert.deepEqual([...new Set(statuses)], ["executed", "replayed"], key);
    assert.deepEqual([statuses.indexOf("replayed"), await ask(`${where}/runs`, { key })], [1, 1], key);
    assert.equal(new Set(outcomes.map(({ value }) => value.id)).size, 1);
  }
  const claims = await Promise.all(Array.from({ length: 2 }, () => ask(`${where}/claim`, { key: "claimed" })));
  const first = claims.find(({ status }) => status === "executed");
  const other = claims.find((claim) => claim !== first);
  assert.ok(other.status === "in-flight" || other.value === first.value, JSON.stringify(claims));
  assert.deepEqual(await ask(`${where}/claim`, { key: "claimed" }), { status: "replayed", value: first.value });
}

async function endsAmid(where, ask, place, start) {
  let aheadMs = 0;
  for (const onLapsed of ["refuse", "rerun"]) {
    const key = `cut off, ${onLapsed}${where}`;
    ask(`${where}/execute`, { key, forMs: 3_600_000 }).catch(() => {});
    let held;
    do held = await ask(`${where}/look`, { key }); while (held === null);
    // It is renewed as long as the runtime lives: more is left of it than a moment ago.
    let leftMs = LEASE_MS;
    for (let isRenewed = false; !isRenewed; ) {
      const { status, retryAfterMs } = await ask(`${where}/execute`, { key, onLapsed });
      assert.equal(status, "in-flight");
      isRenewed = retryAfterMs > leftMs;
      leftMs = retryAfterMs;
      await pause(50);
    }
    await place.worker.dispose();
    await start();
    // A fresh runtime's clock is behind the one before.
    aheadMs += LEASE_MS;
    await ask(`${where}/pass`, { ms: aheadMs });
    const outcome = await ask(`${where}/execute`, { key, onLapsed });
    const ran = await ask(`${where}/runs`, { key });
    if (onLapsed === "refuse") {
      assert.deepEqual([outcome, ran], [{ status: "uncertain", fencingToken: held.fencingToken }, 0], where);
      assert.equal((await ask(`${where}/look`, { key })).status, "lapsed");
    } else {
      assert.deepEqual([outcome.status, outcome.value.lapsed, ran], ["executed", held.fencingToken, 1], where);
      assert.ok(outcome.value.fencingToken > held.fencingToken);
    }
  }
}
