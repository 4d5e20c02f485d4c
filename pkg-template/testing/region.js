// What the shell knows about a region: its address, its distance, its fault, who asked it what.
import { Hold } from "./hold.js";
import { HEALTHY, checked, closesPort, isFor } from "./rule.js";

export class Region {
  #clock;
  #rule = HEALTHY;
  /** Of a rule of the kind "hold". */
  #hold;
  #thawing = new Set();
  #counts = new Map();

  constructor(index, url, delayMs, clock) {
    this.index = index;
    this.url = url;
    this.delayMs = delayMs;
    this.#clock = clock;
    /** Called when the port closes: what is under way is reset. */
    this.open = new Set();
  }

  get rule() {
    return this.#hold?.isOver ? HEALTHY : this.#rule;
  }

  setRule(rule) {
    const before = this.#hold;
    this.#rule = checked(rule);
    this.#hold = this.#rule.kind === "hold" ? new Hold(this.#clock, this.#rule.hold_ms) : undefined;
    before?.lift();
    this.#thaw();
    if (closesPort(this.#rule)) for (const reset of this.open) reset();
  }

  /** The rule that this request meets, and its hold; a counted one has one request less from then on. */
  meet(method, path) {
    const rule = this.rule;
    if (!isFor(rule, method, path)) return { rule: HEALTHY, hold: undefined };
    const met = { rule, hold: this.#hold };
    if (rule.count !== undefined) {
      // What the hold has met stays in it.
      this.#rule = rule.count > 1 ? { __proto__: null, ...rule, count: rule.count - 1 } : HEALTHY;
      this.#thaw();
    }
    return met;
  }

  /** The hold that keeps the bytes of this exchange now. */
  holdFor(method, path) {
    return isFor(this.rule, method, path) && this.#rule.kind === "hold" ? this.#hold : undefined;
  }

  /** Resolves when the rule has become something else than a freeze. */
  thawed() {
    if (this.#rule.kind !== "freeze") return Promise.resolve();
    return new Promise((thaw) => this.#thawing.add(thaw));
  }

  #thaw() {
    if (this.#rule.kind === "freeze") return;
    for (const thaw of this.#thawing) thaw();
    this.#thawing.clear();
  }

  count(method, path) {
    const page = `${method} ${path}`;
    this.#counts.set(page, (this.#counts.get(page) ?? 0) + 1);
  }

  /** `{ "POST /events": 2 }`, sorted. */
  counts() {
    return Object.fromEntries([...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  forget() {
    this.#counts.clear();
  }
}
