// Copies of writes that a trap cut off. The table that keeps copies apart was lost with the life; what matters of it is here, as plain data.
import { now } from "./clock.js";
import { home } from "./instance.js";

/** By nonce: before when no other copy may leave. Of all copies of the package, as the table that was lost. */
const cut = () => home.cut || (home.cut = new Map());

/** A call with this nonce ended with its life. `isUncut`: in a Worker, the copy of another request cannot be cut, and is in flight until its deadline. */
export function noteCut(nonce, isUncut, { attemptTimeoutMs, settleMs }) {
  const at = now();
  for (const [old, until] of cut()) if (until <= at) cut().delete(old);
  cut().set(nonce, at + (isUncut ? attemptTimeoutMs : 0) + settleMs);
}

/** How long a copy with this nonce has to wait; nothing where none was cut. */
export function cutForMs(nonce) {
  const until = cut().get(nonce);
  return until === undefined ? undefined : until - now();
}
