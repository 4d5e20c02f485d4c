// Duplicates at once over Durable Objects, and a runtime that ends amid an effect.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startWorker } from "../../worker.mjs";

const DUPLICATES = 40;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export async function overObjects(project) {
  const folder = await mkdtemp(join(tmpdir(), "shardd-once-"));
  const place = {};
  const start = async () => {
    place.worker = await startWorker(project, "objects.js", {}, [], {
      durableObjects: { OBJECTS: "IdempotencyObject", OWN: "Own" },
      durableObjectsPersist: folder,
    });
  };
  const ask = async (path, query) => (await place.worker.dispatchFetch(`http://worker${path}?${new URLSearchParams(query)}`)).json();
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
  for (const onLapsed of ["refuse", "rerun"]) {
    const key = `cut off, ${onLapsed}${where}`;
    ask(`${where}/execute`, { key, forMs: 3_600_000 }).catch(() => {});
    let held;
    do held = await ask(`${where}/look`, { key }); while (held === null);
    // Past one lease: it is renewed as long as the runtime lives.
    await pause(2_500);
    assert.equal((await ask(`${where}/execute`, { key, onLapsed })).status, "in-flight");
    await place.worker.dispose();
    await start();
    let outcome;
    while ((outcome = await ask(`${where}/execute`, { key, onLapsed })).status === "in-flight") await pause(50);
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
