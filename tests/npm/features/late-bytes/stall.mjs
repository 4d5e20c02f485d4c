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
    const stalls = lines.map(({ relays }, at) => new Stall(kindOf(rig, at), held === "all" ? relays : [relays[pinned[at]]]));
    const scene = ++scenes;
    const calls = Array.from({ length: writes }, (_, at) =>
      ({ line: at % count, nonce: `${scene}-${at}`, abortAfterMs: abortsAfterMs[(at + Math.floor(at / count)) % abortsAfterMs.length] }));
    for (const one of stalls) one.begin();
    let isOver = false;
    const played = rig.place.play(calls).finally(() => (isOver = true));
    const stalledMs = await Promise.all(stalls.map((one) => one.run({ stallMs, reset }, () => isOver)));
    const results = await played;
    await Promise.all(lines.map((line) => line.settled()));
    await rig.settled();
    return { ...(await judged(rig, results)), stalledMs: Math.max(...stalledMs) };
  } finally {
    await Promise.all(lines.map((line) => line.close()));
  }
}

/** Where there are no preflights, a third of the lines stalls with answers in it. */
const kindOf = ({ place }, at) => (place.preflights ? "preflighted" : at % 3 < 2 ? "requests" : "answers");

/** One line's: with `requests` in it, or `answers`; or with requests that were `preflighted` just before. */
class Stall {
  #kind;
  #relays;
  #begunAtMs;

  constructor(kind, relays) {
    this.#kind = kind;
    this.#relays = relays;
  }

  begin() {
    this.#begunAtMs = performance.now();
    for (const relay of this.#relays) this.#kind === "requests" ? relay.hold() : relay.down.hold();
  }

  /** Lasts so long from the moment on in which a write is held; gives how long it was at most: timers are late on a busy machine. */
  async run({ stallMs, reset }, isOver) {
    await this.#underWay(isOver);
    const underWayAtMs = performance.now();
    if (reset) {
      await pause(stallMs / 2);
      for (const relay of this.#relays) relay.reset();
    }
    await pause(stallMs - (performance.now() - underWayAtMs));
    for (const relay of this.#relays) relay.release();
    return performance.now() - this.#begunAtMs;
  }

  /** Until bytes of a write are held; or until all is over, where a client has written elsewhere. */
  async #underWay(isOver) {
    const held = (lane) => until(() => isOver() || this.#relays.some((relay) => relay[lane].length > 0), "nothing is held");
    await held(this.#kind === "requests" ? "up" : "down");
    for (const relay of this.#relays) relay.hold();
    if (this.#kind !== "preflighted") return;
    // The browser is told that it may write. No other answer can come: the regions hear nothing.
    for (const relay of this.#relays) relay.down.open();
    this.#begunAtMs = performance.now();
    await held("up");
  }
}
