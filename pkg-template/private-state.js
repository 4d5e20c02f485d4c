// State that belongs to an object, and that no log, copy or JSON of it shows.
//
// Frameworks hand out what is state of theirs as a Proxy (Vue, Pinia, MobX, Alpine), of which a WeakMap or a private field knows nothing. So the way
// to it is a getter, which proxies forward, as do subclasses and Object.create(). It tells by the side: what a getter gives, a deep proxy would wrap.
import { define } from "./define.js";

/** `keep(object, state)` once for each object; `of(object)` is its state, or nothing. */
export function privateState() {
  const key = Symbol("state");
  let told;
  return {
    keep(object, state) {
      const get = () => {
        told = state;
        return true;
      };
      define(object, key, { configurable: true, get });
    },

    of(object) {
      if (object == null || object[key] !== true) return undefined;
      const state = told;
      told = undefined;
      return state;
    },
  };
}
