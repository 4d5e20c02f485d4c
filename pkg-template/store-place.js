// The user's store as a wasm sees it, whatever a page has added to `Object.prototype`.
import { methodOf } from "./method.js";

/** What a step may say. Stores read it by these names: one that is absent must not be found elsewhere. */
const NOTHING_SAID = { reply: undefined, put: undefined, expiresAtUnixMs: undefined, remove: undefined };

/** A step's answer with all its members. */
export const saidBy = (answer) => Object.assign({}, NOTHING_SAID, answer);

/** Its `update`, in an object that takes other methods of it. */
export function placeOf(store) {
  const update = methodOf(store, "update");
  return { __proto__: null, update: (name, step) => update(name, (bytes, nowUnixMs) => saidBy(inTime(step, bytes, nowUnixMs))) };
}

/** What the glue of a wasm throws where its function is gone. */
const GONE = /^closure invoked/;

function inTime(step, bytes, nowUnixMs) {
  try {
    return step(bytes, nowUnixMs);
  } catch (error) {
    if (!GONE.test(error?.message)) throw error;
    throw tooLate();
  }
}

/** What a store is told that calls a step late. */
export const tooLate = () => new Error("The store called this step after its update had ended, or after the time that it had for it: write nothing, and call a step before update resolves.");
