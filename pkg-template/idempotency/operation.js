// One operation of a call's store: for as long as the store may take.
import { GET, KIND, PURGE, REMAINING_MS, STANDS, TOUCH, FENCED, answerToken, foundFingerprint, leasedFor, nonce } from "./number.js";
import { Unanswered } from "./place.js";
import { unpacked } from "./packed.js";
import { LONGEST_MS } from "./time.js";

const NO_RESPONSE = new Uint8Array();

/** Begins one: `{ answer, stop }`. Without a `proof` of a claim it has the random bits of one. */
export const begun = ({ ways, name, terms }, operation, { proof = nonce(), response = NO_RESPONSE, leaseMs } = {}) =>
  ways({ name, operation, terms: leaseMs === undefined ? terms : leasedFor(terms, leaseMs), proof, response });

/** Its answer, or an Unanswered. */
export async function asked(call, operation, about) {
  const { answer, stop } = begun(call, operation, about);
  const { storeTimeoutMs } = call.settings;
  if (storeTimeoutMs === Infinity) return answer;
  let timer;
  try {
    return await Promise.race([answer, new Promise((resolve) => {
      const late = () => resolve(new Unanswered(new Error("The store did not answer within storeTimeoutMs.")));
      timer = setTimeout(late, Math.min(storeTimeoutMs, LONGEST_MS));
    })]);
  } finally {
    clearTimeout(timer);
    stop();
  }
}

/** Its answer; where there is none, throws what the store did instead. */
async function answered(call, operation, about) {
  const answer = await asked(call, operation, about);
  if (answer instanceof Unanswered) throw answer.cause;
  return answer;
}

/** Where the key of a call stands; nothing if it is free. */
export async function looked(call) {
  const { numbers, bytes } = await answered(call, GET);
  const status = STANDS[numbers[KIND]];
  if (status === undefined) return undefined;
  return {
    status, fingerprint: foundFingerprint(numbers), fencingToken: answerToken(numbers), remainingMs: numbers[REMAINING_MS],
    stored: status === "completed" ? unpacked(bytes) : undefined,
  };
}

export const touched = async (call, proof, leaseMs) => FENCED[(await answered(call, TOUCH, { proof, leaseMs })).numbers[KIND]];

export const purged = (call) => answered(call, PURGE);
