import { unreadable } from "../generated/sentences.js";
import { InvalidInputError } from "../errors.js";
import { snapshot } from "../snapshot.js";

/** Ends a call, or the making of a client, for what its caller gave. */
export function refuse(message, cause) {
  throw new InvalidInputError(cause === undefined ? { message } : { message, cause });
}

/** What `look` gives. What is given may be somebody's object, whose getters throw: that is refused too, with what they threw. */
export function looking(what, look) {
  try {
    return look();
  } catch (error) {
    return error instanceof InvalidInputError ? refuseAgain(error) : refuse(unreadable(what), error);
  }
}

function refuseAgain(error) {
  throw error;
}

/** Options as they are now: see `snapshot`. */
export const optionsIn = (options) => snapshot(options, (cause, name) => refuse(unreadable(name === undefined ? "options" : `option ${name}`), cause));
