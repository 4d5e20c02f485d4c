// The end of a store: it lets go of what it holds open, and fails whatever it is asked for afterwards.
import { StoreError } from "./error.js";

export const closed = () => new StoreError("closed", "This store was closed: make a new one, or close it later.");

/** `methods` until `close()`, which calls `release`. */
export function closable(methods, release = () => {}) {
  let isClosed = false;
  const store = {};
  for (const [name, method] of Object.entries(methods)) store[name] = name === "list" ? listed(method) : asked(method);
  store.close = () => {
    if (isClosed) return;
    isClosed = true;
    release();
  };
  if (Symbol.dispose) store[Symbol.dispose] = store.close;
  return store;

  function asked(method) {
    return (...args) => (isClosed ? Promise.reject(closed()) : method(...args));
  }

  function listed(method) {
    return async function* (prefix) {
      if (isClosed) throw closed();
      yield* method(prefix);
    };
  }
}
