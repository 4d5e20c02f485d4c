// Chance that comes again with its seed (mulberry32).
export class Dice {
  #state;

  constructor(seed) {
    this.#state = seed >>> 0;
  }

  /** From 0 up to, but not, 1. */
  roll() {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  chance(percent) {
    return this.roll() * 100 < percent;
  }

  below(limit) {
    return Math.floor(this.roll() * limit);
  }

  of(list) {
    return list[this.below(list.length)];
  }
}
