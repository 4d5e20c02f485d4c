// The scene: writes are under way, the line stalls, and delivers later what it held.
import { Line } from "./line.mjs";
import { judged } from "./judge.mjs";
import { pause, until } from "./until.mjs";

/** A browser opens six connections to a host; two are left for probes, and for a write that is called again. */
const WRITES_PER_LINE = 3;

let scenes = 0;

/**
 * `held` is "all", for every region of a line, or "pinned", for that one alone. `abortsAfterMs`, if there are any, are when callers
 * give up and call again. With `reset`, connections are reset in the midst of the stall.
 */
export async function stall(rig, { held, stallMs, writes, abortsAfterMs = [], reset = false }) {
  const count = Math.ceil(writes / WRITES_PER_LINE);
  const lines = await Promise.all(Array.from({ length: count }, () => Line.open(rig.regions)));
  try {
    const pinned = await rig.place.connect(lines.map(({ edges }) => edges));
    const stalls = lines.map(({ relays }, at) => new STALLS[kindOf(rig, at)](held === "all" ? relays : [relays[pinned[at]]], relays[pinned[at]]));
    const scene = ++scenes;
    const calls = Array.from({ length: writes }, (_, at) =>
      ({ line: at % count, nonce: `${scene}-${at}`, abortAfterMs: abortsAfterMs[(at + Math.floor(at / count)) % abortsAfterMs.length] }));
    const played = await underWay(rig, stalls, calls);
    const stalledMs = await stalled(stalls, stallMs, reset);
    const results = await played.results;
    await Promise.all(lines.map((line) => line.settled()));
    await rig.settled();
    return { ...(await judged(rig, results)), stalledMs };
  } finally {
    await Promise.all(lines.map((line) => line.close()));
  }
}

/** Where there are no preflights, a third of the lines stalls with answers in it. */
const kindOf = ({ place }, at) => (place.preflights ? "preflighted" : at % 3 < 2 ? "requests" : "answers");

/** Begins the writes, and resolves once bytes of them are held on every line. */
async function underWay({ place, control }, stalls, calls) {
  const before = await control.writes("OPTIONS");
  for (const one of stalls) one.begin();
  const results = place.play(calls);
  // Whoever waits for it hears of a failure; until then it is nobody's.
  results.catch(() => {});
  await until(async () => (await place.posts()) >= calls.length, "writes do not leave");
  if (place.preflights) await until(async () => (await control.writes("OPTIONS")) >= before + calls.length, "preflights do not arrive");
  await Promise.all(stalls.map((one) => until(() => one.isUnderWay(), "nothing is held")));
  for (const one of stalls) one.holdAll();
  return { results };
}

/** How long it was: timers are late on a busy machine. */
async function stalled(stalls, stallMs, reset) {
  const begun = performance.now();
  if (reset) {
    await pause(stallMs / 2);
    stalls.forEach((one) => one.reset());
  }
  await pause(stallMs - (performance.now() - begun));
  stalls.forEach((one) => one.release());
  return performance.now() - begun;
}

/** One line's: these relays are held, and its client writes by way of `pinned`. */
class Stall {
  constructor(relays, pinned) {
    this.relays = relays;
    this.pinned = pinned;
  }

  holdAll() {
    for (const relay of this.relays) relay.hold();
  }

  reset() {
    for (const relay of this.relays) relay.reset();
  }

  release() {
    for (const relay of this.relays) relay.release();
  }
}

const STALLS = {
  /** The requests are on their way. */
  requests: class extends Stall {
    begin() {
      this.holdAll();
    }

    isUnderWay() {
      return this.pinned.up.length > 0;
    }
  },

  /** The region has answered. */
  answers: class extends Stall {
    begin() {
      for (const relay of this.relays) relay.down.hold();
    }

    isUnderWay() {
      return this.pinned.down.length > 0;
    }
  },

  /** The requests are on their way, and the browser was told before that it may send them. */
  preflighted: class extends Stall {
    begin() {
      for (const relay of this.relays) relay.down.hold();
    }

    isUnderWay() {
      for (const { up, down } of this.relays) {
        up.hold();
        down.pass();
      }
      return this.pinned.up.length > 0;
    }
  },
};
