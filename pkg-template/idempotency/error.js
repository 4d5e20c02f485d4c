// What can go wrong with a key, and the one error that says that nothing went through.
import { define } from "../define.js";
import { given } from "../snapshot.js";

/** `code` says what; `ran` whether the effect ran: `null` where nobody knows. */
export class IdempotencyError extends Error {
  constructor(code, message, about) {
    const { cause, ...more } = given(about);
    super(message, cause === undefined ? undefined : { cause });
    Object.assign(this, { code, ran: false }, more);
  }
}

/** Thrown by an effect that certainly did nothing: its key is free again at once. */
export class NotApplied extends Error {
  constructor(message = "Nothing was done.", about) {
    const { cause } = given(about);
    super(message, cause === undefined ? undefined : { cause });
  }
}

// Minifiers rename classes, and a process may hold two copies of the package, as ESM and as CJS.
const brand = Symbol.for("shardd-wasm.not-applied");
const named = (Class, name) => {
  define(Class, "name", { value: name });
  return define(Class.prototype, "name", { value: name, writable: true, configurable: true });
};
named(IdempotencyError, "IdempotencyError");
define(named(NotApplied, "NotApplied"), brand, { value: true });

export const isNotApplied = (error) => error != null && error[brand] === true;

export const invalid = (message, more) => new IdempotencyError("invalid-input", message, more);

/** What a store says to a question; `ran` is about the effect that asks, if there is one. */
export async function answerFrom(asking, ran = false) {
  try {
    return await asking;
  } catch (cause) {
    throw new IdempotencyError("store", "The store gave no answer: try again.", { cause, ran });
  }
}
