// Why a store could not do what it was asked for.

/** `written` is `false` where it is certain that nothing was recorded: the client then calls the write rejected. Else `null`. */
export class StoreError extends Error {
  constructor(reason, message, { cause, written = false } = {}) {
    super(message, cause === undefined ? undefined : { cause });
    Object.assign(this, { reason, written });
  }
}

// Minifiers rename classes.
Object.defineProperty(StoreError, "name", { value: "StoreError" });
Object.defineProperty(StoreError.prototype, "name", { value: "StoreError", writable: true, configurable: true });

/** A write was sent, its connection was lost, and what is there now is neither what it found nor what it wrote. */
export const uncertain = (cause) => new StoreError(
  "failed",
  "The connection was lost amid a write, and somebody else has written since: nobody knows whether it was done.",
  { cause, written: null },
);
