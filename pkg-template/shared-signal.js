// One listener on a signal, however many calls it serves: Node takes more than ten for a leak, and warns.

/** For each signal, whom to call when it fires, and the one listener that does. */
const served = new WeakMap();

/** The options with a stand-in for their signal that shares its listener with other calls. */
export function sharingSignal(options) {
  const signal = options?.signal;
  return typeof signal?.addEventListener === "function" ? { ...options, signal: standIn(signal) } : options;
}

// What the wasm needs of a signal.
const standIn = (signal) => ({
  get aborted() { return signal.aborted; },
  get reason() { return signal.reason; },
  addEventListener(_, listener) {
    if (!served.has(signal)) {
      const listeners = new Set();
      const fire = () => [...listeners].forEach((each) => each());
      served.set(signal, { listeners, fire });
      signal.addEventListener("abort", fire);
    }
    served.get(signal).listeners.add(listener);
  },
  removeEventListener(_, listener) {
    const { listeners, fire } = served.get(signal);
    if (!listeners.delete(listener) || listeners.size > 0) return;
    signal.removeEventListener("abort", fire);
    served.delete(signal);
  },
});
