import { InvalidInputError } from "../errors.js";

/** Ends a call, or the making of a client, for what its caller gave. */
export function refuse(message) {
  throw new InvalidInputError({ message });
}
