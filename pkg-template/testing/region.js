// What the shell knows about a region: its address, its distance, its fault, who asked it what.
import { HEALTHY, checked, closesPort, isFor } from "./rule.js";

export class Region {
  #thawing = new Set();
  #counts = new Map();

  constructor(index, url, delayMs) {
    this.index = index;
    this.url = url;
    this.delayMs = delayMs;
    this.rule = HEALTHY;
    /** Called when the port closes: what is under way is reset. */
    this.open = new Set();
  }

  setRule(rule) {
    this.rule = checked(rule);
    if (this.rule.kind !== "freeze") {
      for (const thaw of this.#thawing) thaw();
      this.#thawing.clear();
    }
    if (closesPort(this.rule)) for (const reset of this.open) reset();
  }

  /** The rule that this request meets; a counted one has one request less from then on. */
  meet(method, path) {
    const rule = this.rule;
    if (!isFor(rule, method, path)) return HEALTHY;
    if (rule.count !== undefined) this.setRule(rule.count > 1 ? { ...rule, count: rule.count - 1 } : null);
    return rule;
  }

  /** Resolves when the rule has become something else than a freeze. */
  thawed() {
    if (this.rule.kind !== "freeze") return Promise.resolve();
    return new Promise((thaw) => this.#thawing.add(thaw));
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
