// The last writes of a record, newest first, each with a stamp that no other write has: whoever lost word of a write finds out whether
// it was done, also after others have written.

/** More than write one record at once. */
const KEPT = 64;

/** The history of a record that is about to be written; `before` is what it is now, if there is a record. */
export const written = (before = []) => [stamp(), ...before].slice(0, KEPT);

/**
 * Whether the write was done whose stamp is `mine` (`undefined` where it was to remove the record) and that found the history `before`,
 * by the history `now`; `undefined` where nobody can tell. No record has no history.
 */
export function hasLanded(mine, before, now) {
  if (mine === undefined ? !now : now?.includes(mine)) return true;
  if (!now) return before ? undefined : false;
  // A record of an earlier version has an empty history.
  const [last] = before ?? [];
  return (last === undefined ? now.length < KEPT : now.includes(last)) ? false : undefined;
}

function stamp() {
  const { crypto } = globalThis;
  const words = crypto ? crypto.getRandomValues(new Uint32Array(3)) : [0, 0, 0].map(() => Math.random() * 4_294_967_296);
  return [...words].map((word) => Math.floor(word).toString(36).padStart(7, "0")).join("");
}
