// The two times that a local shardd can live in. Both know `now()`, `sleep(ms, signal)` and `stop()`.

// As they were at the import: a test's fake timers stop no region.
const { setTimeout, clearTimeout } = globalThis;
const unixMs = Date.now;

/** The runtime's own time. */
export class RealClock {
  #timers = new Set();

  now() {
    return unixMs();
  }

  /** Resolves when the time has passed, or at once when `signal` fires: nobody waits for the answer any more. */
  sleep(ms, signal) {
    if (!(ms > 0) || signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#timers.delete(timer);
        signal?.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.#timers.add(timer);
      signal?.addEventListener("abort", done);
    });
  }

  stop() {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}

/** Time that stands still until it is told to go on. */
export class VirtualClock {
  standsStill = true;
  #now;
  /** Who sleeps, and until when. */
  #sleepers = new Map();

  constructor(startUnixMs = Date.now()) {
    this.#now = startUnixMs;
  }

  now() {
    return this.#now;
  }


  sleep(ms, signal) {
    if (!(ms > 0) || signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        this.#sleepers.delete(wake);
        signal?.removeEventListener("abort", wake);
        resolve();
      };
      this.#sleepers.set(wake, this.#now + ms);
      signal?.addEventListener("abort", wake);
    });
  }

  /**
   * Goes on by `ms`, from one due answer to the next. Whoever receives one gets the time to ask the next question
   * before the clock moves again, so that a probe and the request after it fit into one advance.
   */
  async advance(ms) {
    const end = this.#now + ms;
    for (;;) {
      await turns();
      const [wake, due] = this.#first() ?? [];
      if (!wake || due > end) break;
      this.#now = Math.max(this.#now, due);
      wake();
    }
    this.#now = end;
  }

  #first() {
    let first;
    for (const one of this.#sleepers) if (!first || one[1] < first[1]) first = one;
    return first;
  }

  stop() {
    this.#sleepers.clear();
  }
}

/** Two turns of the event loop: reading a body takes one in some runtimes. */
async function turns() {
  for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setTimeout(resolve, 0));
}
