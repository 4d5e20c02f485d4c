// Operations over a store that has `update`.
import { tooLate } from "../store-place.js";
import { instantiate } from "./instance.js";
import { CHANGE, CORRUPT, EXPIRES_AT_MS, FORGET, KIND, PUT, parts } from "./number.js";

/** In place of an answer. What the store was asked may have been done. */
export class Unanswered {
  constructor(cause) {
    this.cause = cause;
  }
}

/** An answer, unless the bytes under the key are no record: then the wasm says what to do. */
export const legible = (answer) =>
  answer.numbers[KIND] === CORRUPT ? new Unanswered(new Error(new TextDecoder().decode(answer.bytes))) : answer;

/**
 * What begins an operation, `{ name, operation, terms, proof, response }`, and gives `{ answer, stop }`. The answer rejects where the wasm
 * fails; whatever the store does, it resolves. A step that is called after `stop` throws.
 */
export const overPlace = (update) => (asked) => {
  let isOver = false;
  let said;
  let trap;

  function step(bytes, nowUnixMs) {
    if (isOver) throw tooLate();
    const record = recordOf(bytes);
    // A place that thinks that it lost a race, and asks again, may have won it. (Of a record that is gone nobody can tell.)
    if (record && said && said.numbers[CHANGE] === PUT && isSame(record, said.bytes)) return {};
    try {
      said = stepped(asked, record, nowUnixMs);
    } catch (error) {
      trap = { error };
      throw error;
    }
    switch (said.numbers[CHANGE]) {
      case PUT: return { put: said.bytes, expiresAtUnixMs: said.numbers[EXPIRES_AT_MS] };
      case FORGET: return { remove: true };
      default: return {};
    }
  }

  async function answer() {
    let failure;
    try {
      await update(asked.name, step);
    } catch (cause) {
      failure = new Unanswered(cause);
    }
    isOver = true;
    if (trap) throw trap.error;
    if (failure) return failure;
    return said ? legible(said) : new Unanswered(new Error("The store's update resolved without having called its step."));
  }

  return { answer: answer(), stop: () => { isOver = true; } };
};

function stepped({ operation, terms, proof, response }, record, nowUnixMs) {
  const nowMs = typeof nowUnixMs === "number" ? nowUnixMs : Date.now();
  return parts(instantiate().glue.step(operation, terms, proof, response, record, nowMs));
}

function recordOf(bytes) {
  if (bytes instanceof Uint8Array) return bytes;
  return typeof bytes === "object" && bytes !== null ? new Uint8Array(bytes) : undefined;
}

const isSame = (one, other) => one.length === other.length && one.every((byte, at) => byte === other[at]);
