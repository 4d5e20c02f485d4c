// Why a store could not do what it was asked for.
import { define } from "../define.js";
import { given } from "../snapshot.js";

/** `written` is `false` where it is certain that nothing was recorded: the client then calls the write rejected. Else `null`. */
export class StoreError extends Error {
  constructor(reason, message, more) {
    const { cause, written = false } = given(more);
    super(message, cause === undefined ? undefined : { cause });
    Object.assign(this, { reason, written });
  }
}

// Minifiers rename classes.
define(StoreError, "name", { value: "StoreError" });
define(StoreError.prototype, "name", { value: "StoreError", writable: true, configurable: true });

/** A write was sent, its connection was lost, and what is there now is neither what it found nor what it wrote. */
export const uncertain = (cause) => new StoreError(
  "failed",
  "The connection was lost amid a write, and somebody else has written since: nobody knows whether it was done.",
  { cause, written: null },
);
