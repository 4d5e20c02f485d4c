import { InternalError } from "./errors.js";

/** The error of what a trap ended. `nonce` is that of a write, `null` where it has none; nobody knows what became of it. */
export function fallen(cause, nonce) {
  const message = nonce === undefined
    ? "The client's wasm failed, and this with it: the next call starts it anew."
    : "The client's wasm failed in the middle of this write, which may have landed: send it again with the same nonce, as retry() does.";
  const record = { message, outcome: nonce === undefined ? "rejected" : "unknown", cause };
  return new InternalError(nonce == null ? record : { ...record, idempotencyNonce: nonce });
}
