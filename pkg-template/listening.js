// `rememberEdge`: the edge that served last, kept where the next start finds it.
import { methodOf } from "./method.js";
import { quietly } from "./quietly.js";

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

/** What hears each decision, as JSON, for the memory and the watcher; nothing where nobody listens. It cannot fail. */
export function listener(memory, watcher) {
  if (!watcher && !memory) return undefined;
  return (text) => {
    const event = JSON.parse(text);
    if (event.type === "pin") quietly(() => memory?.set(event.edge));
    quietly(() => watcher?.(event));
  };
}

/** Tells a new client which edge served last. A memory that fails is no memory; the race finds an edge as it does without. */
export function remembered(memory, shardd) {
  const url = quietly(() => memory?.get());
  if (typeof url === "string") shardd.rememberEdge(url);
}
