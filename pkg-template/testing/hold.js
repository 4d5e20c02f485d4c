// Bytes that stand still on the way to a region and back.

/** A hold: what meets it waits until somebody lifts it, or until its time has come. */
export class Hold {
  #clock;
  #endsAt;
  #lifted;

  /** It begins now; without a length it lasts until it is lifted. */
  constructor(clock, holdMs = Infinity) {
    this.#clock = clock;
    this.#endsAt = clock.now() + holdMs;
    this.#lifted = new Promise((lift) => {
      this.lift = () => {
        this.#endsAt = -Infinity;
        lift();
      };
    });
  }

  get isOver() {
    return this.#clock.now() >= this.#endsAt;
  }

  /** How long it still lasts if nobody lifts it. */
  get leftMs() {
    return this.#endsAt - this.#clock.now();
  }

  /** Resolves at its end. */
  async over() {
    if (this.leftMs === Infinity) return this.#lifted;
    const waiting = new AbortController();
    await Promise.race([this.#lifted, this.#clock.sleep(this.leftMs, waiting.signal)]);
    waiting.abort();
  }
}
