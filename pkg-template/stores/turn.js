// One turn of a step: what it is given, and what it says.
import { saidBy } from "../store-place.js";
import { StoreError } from "./error.js";

/**
 * `entry` is what the store has under the key: `{ bytes, expiresAtUnixMs }` or nothing. Gives the step's `reply`, and as
 * `entry` what is to be there: `undefined` where nothing changes, `null` where the key is freed.
 */
export function turn(step, entry, nowUnixMs) {
  const bytes = entry && nowUnixMs < entry.expiresAtUnixMs ? entry.bytes : undefined;
  if (bytes != null && !ArrayBuffer.isView(bytes)) {
    throw new StoreError("foreign", "What the store holds under this key is no bytes: give the store a place of its own.");
  }
  const { reply, put, expiresAtUnixMs, remove } = saidBy(step(bytes ?? undefined, nowUnixMs));
  if (put) return { reply, entry: { bytes: put, expiresAtUnixMs: expiry(expiresAtUnixMs) } };
  return { reply, entry: remove ? null : undefined };
}

/** What is no time that a clock can show is never. */
const expiry = (unixMs) => (typeof unixMs === "number" && unixMs <= Number.MAX_SAFE_INTEGER ? unixMs : Infinity);
