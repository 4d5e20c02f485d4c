// Those who wait for a change of a key.

export function wakeups() {
  const waiting = new Map();
  const wake = (key) => {
    for (const wake of [...(waiting.get(key) ?? [])]) wake();
  };
  return {
    /** Whether anybody waits. */
    get any() {
      return waiting.size > 0;
    },

    wake,

    wakeAll() {
      for (const key of [...waiting.keys()]) wake(key);
    },

    /** Resolves at the next change, or when `signal` fires. */
    wait(key, signal) {
      return new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const wake = () => {
          const others = waiting.get(key);
          others?.delete(wake);
          if (others?.size === 0) waiting.delete(key);
          signal?.removeEventListener("abort", wake);
          resolve();
        };
        if (!waiting.has(key)) waiting.set(key, new Set());
        waiting.get(key).add(wake);
        signal?.addEventListener("abort", wake);
      });
    },
  };
}
