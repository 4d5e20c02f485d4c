import { noRandomness } from "../generated/sentences.js";
import { InternalError } from "../errors.js";
import { uuid } from "../uuid.js";

/** A new nonce for one write and all its copies. */
export function freshNonce() {
  try {
    return uuid();
  } catch (cause) {
    throw new InternalError({ message: noRandomness, cause });
  }
}
