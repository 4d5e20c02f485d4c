// The base of the error classes that callers catch. They themselves are made from a table: generated/errors.js.
import { define } from "./define.js";
import { recordIn, written } from "./error-json.js";
import { given } from "./snapshot.js";

// Shared by every copy of the package in a process (ESM and CJS, two versions in one bundle), where
// `instanceof` says no.
const brand = Symbol.for("shardd-wasm.error");

/** Base of every error this package throws or rejects with. */
export class ShardError extends Error {
  constructor(record) {
    const { message, cause, ...fields } = given(record);
    super(message, cause === undefined ? undefined : { cause });
    Object.assign(this, { retryable: false, attempts: 0, outcome: "rejected" }, fields);
  }

  toJSON() {
    return written(this);
  }

  /** The error that `toJSON()` was called on, in another worker or by another version; `json` is its object, or the text of it. */
  static fromJSON(json) {
    const { code, name, ...record } = recordIn(json) ?? refuse();
    if (typeof code !== "string" || classes[code]) return new (classes[code] ?? ShardError)(record);
    // Of a newer version.
    return Object.assign(new ShardError(record), { code }, typeof name === "string" && { name });
  }
}

function refuse() {
  throw new classes.invalid_input({ message: "This is no error of shardd-wasm: give fromJSON what toJSON gave, or the text of it." });
}

define(ShardError.prototype, brand, { value: true });

/** By their codes. */
const classes = Object.create(null);

// `name` sits on the prototype and on the class as a string: minifiers rename classes, and a log line
// saying "e: the edge did not answer" helps nobody. `code` sits there too, so that a class a caller
// constructs in a test has the right one.
function named(Class, name, code) {
  define(Class, "name", { value: name });
  for (const [key, value] of Object.entries({ name, code })) define(Class.prototype, key, { value, writable: true, configurable: true });
  classes[code] = Class;
  return Class;
}

/** The class of a code. */
export const subclass = (name, code) => named(class extends ShardError {}, name, code);

named(ShardError, "ShardError", "internal");

/** The class instance for what is known of a failure. */
export const errorOf = (record) => new (classes[record.code] ?? ShardError)(record);

/** Whether `error` comes from this package, from whichever copy of it. */
export function isShardError(error) {
  return error != null && error[brand] === true;
}

/** The same error, with a stack that begins behind `callee`. */
export function atCaller(error, callee) {
  Error.captureStackTrace?.(error, callee);
  return error;
}
