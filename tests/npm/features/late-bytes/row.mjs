// Bytes that come late. Real sockets: a relay in front of each region holds what passes, and delivers it later, also what the
// client has cut meanwhile. The ledger says whether a write was booked twice. Some writes here; with --all, four engines and every
// length of a stall, as a table.
import assert from "node:assert/strict";
import { resolve } from "node:path";
import { ENGINE_NAMES, Rig } from "./rig.mjs";
import { stall } from "./stall.mjs";
import { head, print } from "./table.mjs";

export const manifest = { type: "module" };

const ABORTS_AFTER_MS = [600, 1_500];
const ALL_STALLS_MS = [300, 900, 1_000, 1_100, 2_000, 3_000];
/** With one region alone, what is held for about `settleMs` can be doubled by any client: docs and design say so. */
const PINNED_STALLS_MS = [300, 600, 850, 900, 1_000, 1_150];
/** Stalls that were longer than this are no more than a figure, whatever they were meant to be. */
const PINNED_SAFE_MS = 920;

const plain = (held, stallMs, writes) => ({ held, stallMs, writes });
const again = (stallMs, writes) => ({ held: "all", stallMs, writes, abortsAfterMs: ABORTS_AFTER_MS });

const SOME = [1_100, 2_000].flatMap((stallMs) => [plain("all", stallMs, 12), again(stallMs, 12)]);
const EVERY = [
  ...ALL_STALLS_MS.flatMap((stallMs) => [plain("all", stallMs, 60), again(stallMs, 60)]),
  { ...plain("all", 1_100, 60), reset: true },
  ...PINNED_STALLS_MS.map((stallMs) => plain("pinned", stallMs, 60)),
];

export async function run(project) {
  const relay = await project.run(process.execPath, ["--test-reporter=tap", resolve("tests/npm/features/late-bytes/relay.test.mjs")]);
  assert.match(relay, /^# fail 0$/m);
  const names = project.all ? ENGINE_NAMES : ["Node, HTTP/1.1", "Chromium, HTTP/2"];
  const scenes = project.all ? EVERY : SOME;
  // Node's engines beside Chromium's: they wait most of the time.
  const sides = ["Node", "Chromium"].map((side) => names.filter((name) => name.startsWith(side)));
  head();
  const figures = (await Promise.all(sides.map((side) => played(project, side, scenes)))).flat();
  for (const figure of figures) check(figure);
  return `${names.join("; ")}: ${figures.reduce((sum, { writes }) => sum + writes, 0)} writes`;
}

/** One engine after another. */
async function played(project, names, scenes) {
  const figures = [];
  for (const engine of names) {
    const rig = await Rig.open(project, engine);
    try {
      for (const scene of scenes) {
        figures.push({ engine, ...scene, ...(await stall(rig, scene)) });
        print(figures.at(-1));
      }
    } finally {
      await rig.close();
    }
  }
  return figures;
}

/** Figures decide nothing else: how long calls took, and whether some failed, is the machine's as well. */
function check({ engine, held, stallMs, stalledMs, doubled, lost, denied }) {
  const scene = `${engine}, ${held} stalled for ${stallMs} ms`;
  if (held === "all" || stalledMs <= PINNED_SAFE_MS) assert.deepEqual(doubled, [], `${scene}: doubled`);
  assert.deepEqual(lost, [], `${scene}: acknowledged, and not in the ledger`);
  assert.deepEqual(denied, [], `${scene}: said to be rejected, and in the ledger`);
}
