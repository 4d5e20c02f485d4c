// What `shardd-wasm/testing` exports: a local shardd behind a fetch.
import { given } from "../snapshot.js";
import { RealClock, VirtualClock } from "./clock.js";
import { fetchOf } from "./fetch.js";
import { World } from "./world.js";

const OPTIONS = ["regions", "replicationMs", "seed", "spread", "clock", "startUnixMs", "keys"];
const CLOCKS = { real: RealClock, virtual: VirtualClock };
/** When virtual time begins for a seed: the same seed gives the same times. */
const SEEDED_START_UNIX_MS = 1_800_000_000_000;
/** Every copy of this module in the process counts here. */
const LEDGERS = Symbol.for("shardd-wasm/testing/ledgers");

export function localShardd(options) {
  const said = given(options);
  const unknown = Object.keys(said).find((name) => !OPTIONS.includes(name));
  if (unknown) throw new TypeError(`localShardd has no option "${unknown}"; it has ${OPTIONS.join(", ")}`);
  const { regions = 3, clock: time = "real", replicationMs, seed, spread = false, startUnixMs, keys } = said;
  if (!Object.hasOwn(CLOCKS, time)) throw new TypeError("\"clock\" of localShardd must be real or virtual");
  if (typeof spread !== "boolean") throw new TypeError(`"spread" must be true or false, not ${spread}`);
  for (const [name, value] of Object.entries({ replicationMs, seed, startUnixMs })) {
    if (value !== undefined) whole(value, name);
  }
  if (startUnixMs !== undefined && time !== "virtual") throw new TypeError("startUnixMs wants localShardd({ clock: \"virtual\" })");
  const clock = new CLOCKS[time](startUnixMs ?? (seed === undefined ? undefined : SEEDED_START_UNIX_MS));
  const world = new World({ places: places(regions), replicationMs, seed, spread, keys, clock });
  let end;
  const ended = new Promise((_, reject) => (end = reject));
  ended.catch(() => {});

  async function advance(ms) {
    if (time !== "virtual") throw new TypeError("advance wants localShardd({ clock: \"virtual\" })");
    await clock.advance(whole(ms, "ms of advance"));
  }

  async function settled() {
    for (let ms; (ms = world.unsettledMs()) !== undefined; ) await (time === "virtual" ? clock.advance(ms) : clock.sleep(ms));
  }

  function dispose() {
    world.dispose();
    end(new TypeError("this local shardd was disposed of"));
  }

  const local = {
    edges: world.regions.map((region) => region.url),
    fetch: fetchOf(world, ended),
    now: () => clock.now(),
    advance,
    settled,
    fault: (region, rule) => world.fault(region, rule),
    link: (from, to, state) => world.link(from, to, state),
    skew: (region, ms) => world.skew(region, ms),
    lose: (region) => world.lose(region),
    events: (region) => (region === undefined ? everywhere(world) : world.ledger.events(world.region(region).index)),
    storms: () => world.ledger.storms(),
    requests: () => world.regions.map((region) => region.counts()),
    dispose,
  };
  // Node 18 has no such symbol.
  if (Symbol.dispose) local[Symbol.dispose] = dispose;
  return local;
}

function places(regions) {
  const list = typeof regions === "number" ? Array.from({ length: regions }, () => ({})) : [...regions];
  if (list.length < 1 || list.length > 64) throw new RangeError(`localShardd wants 1 to 64 regions, not ${list.length}`);
  const delays = list.map((region) => whole(given(region).delayMs ?? 0, "delayMs of a region"));
  const ledger = (globalThis[LEDGERS] = (globalThis[LEDGERS] ?? 0) + 1);
  return delays.map((delayMs, index) => ({ url: url(ledger, index), delayMs }));
}

/**
 * A region's address: of a domain that can never exist, so that nothing of a test leaves the machine, and of no other
 * ledger, so that what a client's module remembers of one test is nothing to the next.
 */
function url(ledger, index) {
  return `https://local-${index + 1}.ledger-${ledger}.shardd.test`;
}

function whole(value, what) {
  if (!Number.isSafeInteger(value) || value < 0) throw new TypeError(`"${what}" must be a whole number, not ${value}`);
  return value;
}

/** The events that any node has, each once, the oldest first. */
function everywhere(world) {
  const { ledger } = world;
  const all = new Map(world.regions.flatMap(({ index }) => ledger.events(index)).map((event) => [event.eventId, event]));
  return [...all.values()].sort((a, b) => a.createdAtUnixMs - b.createdAtUnixMs || a.originSeq - b.originSeq);
}
