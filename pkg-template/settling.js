// Copies of writes that a trap cut off. The table that keeps copies apart was lost with the wasm; what matters of it is here.
import { CLIENT } from "./generated/options.js";
import { home } from "./instance.js";

/** As the wasm has them where the options say nothing. */
const [, SETTLE_MS] = CLIENT.settleMs;
const [, ATTEMPT_TIMEOUT_MS] = CLIENT.attemptTimeoutMs;

/** By nonce: before when no other copy may leave. Of all copies of the package, as the table that was lost. */
const free = (home.cut ??= new Map());

/** A call with this nonce ended with its life. */
export function noteCut(nonce, { isUncut }, options) {
  const now = performance.now();
  for (const [old, at] of free) if (at <= now) free.delete(old);
  // In a Worker the copy of another request cannot be cut: it is in flight until its deadline.
  const inFlightMs = isUncut ? options?.attemptTimeoutMs ?? ATTEMPT_TIMEOUT_MS : 0;
  free.set(nonce.trim(), now + inFlightMs + (options?.settleMs ?? SETTLE_MS));
}

/** Resolves when a copy with this nonce may leave; nothing where it may at once. */
export function settled(nonce) {
  if (free.size === 0 || typeof nonce !== "string") return undefined;
  const waitMs = free.get(nonce.trim()) - performance.now();
  return waitMs > 0 ? new Promise((resolve) => setTimeout(resolve, waitMs)) : undefined;
}
