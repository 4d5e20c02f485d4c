// `rememberEdge`: the edge that served last, kept where the next start finds it.
import { methodOf } from "../method.js";

const key = "shardd-wasm.edge";

// Looked up at call time, and allowed to fail: a private window has no storage, a Worker no such name.
const browser = {
  get: () => globalThis.localStorage?.getItem(key),
  set: (url) => globalThis.localStorage?.setItem(key, url),
};

/** Where the edge is kept; nothing where it is not. */
export function memoryIn(options) {
  const place = options?.rememberEdge;
  if (place === true) return browser;
  return place ? { get: methodOf(place, "get"), set: methodOf(place, "set") } : undefined;
}
