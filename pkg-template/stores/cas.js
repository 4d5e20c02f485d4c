// Anything that can read some bytes, and replace them if nobody else did.
import { methodOf } from "../method.js";
import { given } from "../snapshot.js";
import { closable } from "./closable.js";
import { StoreError, uncertain } from "./error.js";
import { hasLanded, written } from "./history.js";
import { onceMore } from "./repeat.js";
import { turn } from "./turn.js";

/** Whoever loses so often loses to a `write` that does not compare what `read` gave. */
const MAX_LOSSES = 1_000;

export const casStore = (place, options) => closable(overCas(place, options));

/**
 * The methods of such a store. `isLost` tells a lost connection from an answer, and `failed(cause, isSent)` makes the store's error of
 * what the place threw, before or after a write was sent. `write` is also given the record's history: a place that keeps it hands it out
 * as `stamps`, for an empty record too.
 */
export function overCas({ read, write, list }, options) {
  const { now = () => Date.now(), isLost = () => true, failed = (cause) => cause } = given(options);
  const told = (cause, isSent) => (cause instanceof StoreError ? cause : failed(cause, isSent));

  async function update(key, step) {
    const once = onceMore(isLost);
    /** The write whose connection was lost, and the last one that was refused. */
    let lost, refused;
    for (let losses = 0; losses < MAX_LOSSES; losses++) {
      const found = await once.ask(() => read(key)).catch((cause) => { throw told(cause, lost !== undefined); }) ?? {};
      const { bytes, version, stamps, nowUnixMs = now() } = given(found);
      const before = bytes == null ? undefined : stamps;
      // Some clients send what they got no reply to again by themselves: the first was carried out, and the second refused.
      if (refused?.entry && before && hasLanded(refused.mark, refused.before, before)) return refused.reply;
      if (lost) {
        const isDone = stamps ? hasLanded(lost.mark, lost.before, before) : isThere(lost, found);
        if (isDone) return lost.reply;
        if (isDone === undefined) throw uncertain(lost.cause);
      }
      // When it expires only the record itself says, and the step can read that.
      const { reply, entry } = turn(step, bytes == null ? undefined : { bytes, expiresAtUnixMs: Infinity }, nowUnixMs);
      if (entry === undefined) return reply;
      const history = written(before);
      const sent = { version, before, entry, reply, mark: entry ? history[0] : undefined };
      let won;
      try {
        won = await write(key, version, entry?.bytes, entry?.expiresAtUnixMs, history);
      } catch (cause) {
        if (!(await once.allows(cause))) throw told(cause, true);
        lost = { ...sent, cause };
        continue;
      }
      if (won === true) return reply;
      if (won !== false) throw new StoreError("conflict", "The store's write says neither true nor false.", { written: null });
      refused = sent;
      await pause(losses);
    }
    throw new StoreError("conflict", `The store's write has refused ${MAX_LOSSES} times: does it compare the version that read gave?`);
  }

  return methodOf({ list }, "list") ? { update, list: (prefix) => list(prefix) } : { update };
}

/** As `hasLanded`, where a place keeps no history. The records of this package have tokens, so that none is like another: bytes tell. */
function isThere({ version, entry }, found) {
  if (entry === null && found.bytes == null) return true;
  if (found.version === version) return false;
  return entry !== null && found.bytes != null && isLike(found.bytes, entry.bytes) ? true : undefined;
}

const isLike = (found, wanted) => found.length === wanted.length && found.every((byte, at) => byte === wanted[at]);

// The first losses are told to many at once: those who come back at different times lose less.
function pause(losses) {
  const waitMs = Math.random() * Math.min(losses * 2, 50);
  return waitMs < 1 ? undefined : new Promise((resolve) => setTimeout(resolve, waitMs));
}
