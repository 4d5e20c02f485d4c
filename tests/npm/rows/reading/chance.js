// Chance that comes out the same for one seed.
export class Chance {
  constructor(seed) {
    this.state = Number(seed) >>> 0;
  }

  /** A whole number from 0 to `count` - 1 (mulberry32). */
  below(count) {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return Math.floor((((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32) * count);
  }

  of(list) {
    return list[this.below(list.length)];
  }

  percent(share) {
    return this.below(100) < share;
  }
}
