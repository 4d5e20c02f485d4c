// Durable writes in workerd: both stores of Durable Objects, duplicates at once, and a runtime that ends amid a charge.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { conformance } from "../../conformance.mjs";
import { Control } from "../../control.mjs";
import { startWorker } from "../../worker.mjs";

export const manifest = { type: "module" };

const DUPLICATES = 40;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export async function run(project) {
  await conformance(project, { workerd: true });
  const folder = await mkdtemp(join(tmpdir(), "shardd-objects-"));
  const place = { control: new Control(project.ledger) };
  const start = async () => {
    place.worker = await startWorker(project, "worker.js", project.env, [], {
      durableObjects: { OBJECTS: "IdempotencyObject", AHEAD: "Ahead", OWN: "Own", BREAKING: "Breaking" },
      durableObjectsPersist: folder,
    });
  };
  try {
    await start();
    for (const [where, more] of [["", ""], ["", "?objects=4"], ["/own", ""]]) {
      const { cases, skipped, races, crashes, error } = await asked(place, `${where}/conforms${more}`);
      assert.deepEqual([error, cases, skipped, races], [undefined, 28, 0, 40], `${where}${more}`);
      assert.ok(crashes >= 10, `${where}${more}: ${crashes}`);
    }
    await sweeps(place);
    const counts = [1, 2, 3, 4, 5, 6].flatMap((count) => [count, `count ${count}`]);
    assert.deepEqual(await asked(place, "/breaks"), [...counts, "closed"]);
    for (const where of ["", "/own"]) {
      await once(place, where);
      await survives(place, where, start);
    }
  } finally {
    await place.worker?.dispose();
    await rm(folder, { recursive: true, force: true });
  }
  const { version } = project.tool("workerd/package.json");
  return `workerd ${version}`;
}

async function asked({ worker }, path) {
  const response = await worker.dispatchFetch(`http://worker${path}`);
  return response.json();
}

async function once(place, where) {
  const nonce = `once${where}`;
  const duplicates = Array.from({ length: DUPLICATES }, () => asked(place, `${where}/charge?nonce=${nonce}`));
  const results = await Promise.all(duplicates);
  const first = results.filter(({ deduplicated }) => deduplicated === false);
  assert.deepEqual([first.length, new Set(results.map(({ event }) => event.eventId)).size], [1, 1]);
  assert.equal(await place.control.count(nonce), 1);
  const other = await asked(place, `${where}/charge?nonce=${nonce}&amount=6`);
  assert.deepEqual([other.error.name, other.error.outcome], ["ConflictError", "rejected"]);
}

async function survives(place, where, start) {
  const nonce = `survives${where}`;
  for (const region of [0, 1, 2]) await place.control.fault(region, { kind: "stall-body", only: "events" });
  const before = await place.control.writes();
  asked(place, `${where}/charge?nonce=${nonce}`).catch(() => {});
  while ((await place.control.writes()) === before) await pause(5);
  await place.worker.dispose();
  await place.control.revive();
  await start();
  let pending;
  do {
    await pause(50);
    pending = await asked(place, `${where}/pending`);
  } while (pending.length === 0);
  assert.deepEqual(pending.map(({ idempotencyNonce, amount }) => [idempotencyNonce, amount]), [[nonce, -5]]);
  const [{ result, error }] = await asked(place, `${where}/resume`);
  assert.deepEqual([error, result.deduplicated], [undefined, true]);
  assert.deepEqual([await asked(place, `${where}/pending`), await place.control.count(nonce)], [[], 1]);
}

async function sweeps(place) {
  // By its alarm; in an object of its own, since one that is to come anyway is not set for so little.
  await asked(place, "/brief?name=brief");
  while ((await asked(place, "/stored?name=brief")).length > 0) await pause(20);
  await asked(place, "/own/brief");
  await asked(place, "/own/lasting");
  await pause(150);
  assert.deepEqual((await asked(place, "/own/listed")).filter((key) => key === "brief"), []);
  assert.ok(await asked(place, "/own/sweep") > Date.now());
}
