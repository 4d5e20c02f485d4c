// getAccount(…, { after }) over HTTP: the region that took the write dies before it has told the others, and no read that moves to
// them gives an old balance. Fifty times here; a thousand with --all, or as often as SHARDD_OWN_WRITES says.
import assert from "node:assert/strict";

const SOME = 50;
const MANY = 1_000;

export const manifest = { type: "module" };

export async function run(project) {
  const times = Number(process.env.SHARDD_OWN_WRITES ?? (process.argv.includes("--all") ? MANY : SOME));
  project.env.CONTROL = project.ledger.control;
  const { fresh, stale } = JSON.parse(await project.node("reads.js", String(times)));
  assert.equal(fresh, times);
  return `Node, ${fresh} fresh of ${times}; without after ${stale} stale`;
}
