// A Web Lock: whoever has it is alive, for the browser takes it from a tab that dies.

/** A function that lets go; `undefined` where somebody else holds it, `null` where nothing can be held. */
export function hold(name) {
  const locks = globalThis.navigator?.locks;
  if (!locks) return Promise.resolve(null);
  return new Promise((resolve) => {
    const taken = (lock) => lock ? new Promise((release) => resolve(() => release())) : resolve(undefined);
    // Refused in a sandboxed frame.
    locks.request(name, { __proto__: null, ifAvailable: true }, taken).catch(() => resolve(null));
  });
}
