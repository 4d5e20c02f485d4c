// What crosses to the wasm and back in numbers: idempotency-wasm/src has the other half.

/** What a store is asked. */
export const CLAIM = 0;
export const COMPLETE = 1;
export const TOUCH = 2;
export const REMOVE = 3;
export const PURGE = 4;
export const GET = 5;

/** What an answer says first. */
export const KIND = 0;
export const REMAINING_MS = 1;
export const CHANGE = 2;
export const EXPIRES_AT_MS = 3;
/** Then the last claim's token; and the fingerprint that was found, or of a new claim the token that lapsed. */
export const ANSWER_TOKEN = 4;
export const ANSWER_OTHER = 8;
/** Bytes follow. */
const ANSWER_LENGTH = 12;

/** Kinds of answers: what becomes of an operation with a token, by the names that users know; what stands under a key; and the rest. */
export const FENCED = ["applied", "fencing-mismatch", "key-expired", "fingerprint-mismatch"];
export const STANDS = { 5: "in-flight", 6: "lapsed", 7: "completed" };
export const FREE = 9;
export const CORRUPT = 10;

/** Changes. */
export const PUT = 1;
export const FORGET = 2;

/** A call: its phase, a figure, the claim's token, and that of the claim whose lease lapsed. In the phases before WAITING a store is asked. */
export const PHASE = 0;
export const FIGURE = 1;
export const WAITING = 4;
export const RUNNING = 5;
export const OVER = 6;
export const DETAIL = 10;

/** What happens to a call. */
export const ANSWERED = 0;
export const FAILED = 1;
export const WOKEN = 2;
export const RETURNED = 3;
export const RECOVERED = 4;
export const UNSTORED = 5;
export const UNENCODABLE = 6;
export const RELEASED = 7;
export const LEFT = 8;
export const UNKNOWN = 9;

/** A lease: what is to be done, and a figure. What happens to it: an answer's kind, or one of these. */
export const REST = 0;
export const TOUCHING = 1;
export const BEGUN = 20;
export const RESTED = 21;
export const UNANSWERED = 22;
export const LATE = 23;

/** 128 bits: of thirty-two hexadecimal digits, and back. */
export const split = (digits) => [0, 8, 16, 24].map((at) => parseInt(digits.slice(at, at + 8), 16));
export const joined = (numbers) => Array.from(numbers, (number) => number.toString(16).padStart(8, "0")).join("");

export const answerToken = (numbers) => joined(numbers.subarray(ANSWER_TOKEN, ANSWER_TOKEN + 4));
export const foundFingerprint = (numbers) => joined(numbers.subarray(ANSWER_OTHER, ANSWER_OTHER + 4));

export const proofOf = (state) => state.subarray(2, 6);
export const tokenOf = (state) => joined(proofOf(state));
/** Nothing where no lease lapsed. */
export const lapsedOf = (state) => (state.subarray(6, 10).some(Boolean) ? joined(state.subarray(6, 10)) : undefined);

/** What a claim has in place of a token: 64 random bits. */
export const nonce = () => Float64Array.from(crypto.getRandomValues(new Uint32Array(4)));

/** An answer of the wasm. */
export const parts = (packed) => ({ numbers: new Float64Array(packed.buffer, 0, ANSWER_LENGTH), bytes: packed.slice(8 * ANSWER_LENGTH) });

/** What a call asks for, by its place: the lease, how much longer a record stays, how long a response is replayed, whether lapsed attempts are left. */
export const LEASE_MS = 0;
export const KEEP_MS = 1;
export const REPLAY_MS = 3;
export const REFUSES = 5;
/** The fingerprint comes last. */
export const FINGERPRINT = 6;

export function termsOf({ leaseMs, keepAliveMs, ttlMs, inFlight, onLapsed }, fingerprint) {
  const keepMs = onLapsed === "rerun" ? 0 : ttlMs;
  const waitMs = inFlight === "reject" ? 0 : inFlight.waitMs;
  return Float64Array.of(...[leaseMs, keepMs, keepAliveMs, ttlMs, waitMs].map(Math.trunc), onLapsed === "refuse" ? 1 : 0, ...split(fingerprint));
}

/** The same with another lease. */
export function leasedFor(terms, leaseMs) {
  const others = Float64Array.from(terms);
  others[LEASE_MS] = Math.trunc(leaseMs);
  return others;
}
