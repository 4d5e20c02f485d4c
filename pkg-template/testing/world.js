// The regions, the core behind them, and the time they share.
import { given } from "../snapshot.js";
import { instantiate } from "./instance.js";
import { RealClock } from "./clock.js";
import { Region } from "./region.js";
import { reach } from "./rule.js";

export class World {
  #ledger;
  /** When each request that is on its way arrives. */
  #leaving = new Set();

  /** `places` are `{ url, delayMs }`; `keys` as in a key file. */
  constructor({ places, replicationMs = 100, seed = Date.now(), keys, spread = false, clock = new RealClock() }) {
    const auth = keys && JSON.stringify({ keys });
    this.clock = clock;
    this.regions = places.map(({ url, delayMs }, index) => new Region(index, url, delayMs, clock));
    this.#ledger = new (instantiate().glue.Ledger)(places.map(({ url }) => url), replicationMs, seed, auth, spread);
  }

  /** The core, with all delivered that is due. */
  get ledger() {
    if (!this.#ledger) throw new TypeError("this local shardd was disposed of");
    this.#ledger.advance(this.clock.now());
    return this.#ledger;
  }

  region(index) {
    const region = this.regions.find((region) => region.index === index);
    if (!region) throw new RangeError(`there is no region ${index}, only 0 to ${this.regions.length - 1}`);
    return region;
  }

  handle(index, { method, target, headers, body }) {
    return this.ledger.handle(index, method, target, headers, body, this.clock.now());
  }

  /** Of one region, or of all at once. */
  fault(index, rule) {
    if (index === "all") return this.regions.forEach((region) => this.fault(region.index, rule));
    const region = this.region(index);
    region.setRule(rule);
    this.ledger.reach(index, reach(region.rule));
  }

  link(from, to, state) {
    const { up, delayMs } = given(state);
    if (from === to) throw new RangeError("a region needs no link to itself");
    for (const index of [from, to]) this.region(index);
    if (up !== undefined) this.ledger.link(from, to, up);
    if (delayMs !== undefined) this.ledger.linkDelay(from, to, delayMs);
  }

  skew(index, ms) {
    this.ledger.skew(this.region(index).index, ms);
  }

  lose(index) {
    this.ledger.lose(this.region(index).index);
  }

  /** Notes that a request is on its way until `arrival` settles; one that is held for good never arrives. */
  async underWay(ms, arrival) {
    if (ms === Infinity) return arrival;
    const leaving = { due: this.clock.now() + ms };
    this.#leaving.add(leaving);
    try {
      await arrival;
    } finally {
      this.#leaving.delete(leaving);
    }
  }

  /** How long until nothing is under way any more; undefined once nothing is. */
  unsettledMs() {
    const due = this.ledger.nextDue();
    if (due !== undefined) return Math.max(due - this.clock.now(), 1);
    if (this.#leaving.size === 0) return undefined;
    // Who lives in real time may lift a hold meanwhile.
    if (!this.clock.standsStill) return 1;
    return Math.max(Math.min(...[...this.#leaving].map(({ due }) => due)) - this.clock.now(), 1);
  }

  dispose() {
    this.clock.stop();
    this.#ledger?.free();
    this.#ledger = undefined;
  }
}
