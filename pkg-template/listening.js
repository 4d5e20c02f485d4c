// `rememberEdge`: the edge that served last, kept where the next start finds it.
import { InvalidInputError } from "./errors.js";
import { quietly } from "./quietly.js";

const key = "shardd-wasm.edge";

// Looked up at call time, and allowed to fail: a private window has no storage, a Worker no such name.
const browser = {
  get: () => globalThis.localStorage?.getItem(key),
  set: (url) => globalThis.localStorage?.setItem(key, url),
};

function place(options) {
  const place = options?.rememberEdge;
  if (place == null || place === false) return undefined;
  if (place === true) return browser;
  if (typeof place.get === "function" && typeof place.set === "function") return place;
  throw new InvalidInputError({ message: "The option rememberEdge is neither true nor { get, set }: give one of them." });
}

/** What hears each decision, as JSON, for the memory and the watcher; nothing where nobody listens. It cannot fail. */
export function listener(options) {
  const memory = place(options);
  const watcher = options?.onEvent;
  if (!watcher && !memory) return undefined;
  return (text) => {
    const event = JSON.parse(text);
    if (event.type === "pin") quietly(() => memory?.set(event.edge));
    quietly(() => watcher?.(event));
  };
}

/** Tells a new client which edge served last. A memory that fails is no memory; the race finds an edge as it does without. */
export function remembered(options, shardd) {
  const url = quietly(() => place(options)?.get());
  if (typeof url === "string") shardd.rememberEdge(url);
}
