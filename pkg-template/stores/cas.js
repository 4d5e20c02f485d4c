// Anything that can read some bytes, and replace them if nobody else did.
import { StoreError } from "./error.js";
import { turn } from "./turn.js";

/** Whoever loses so often loses to a `write` that does not compare what `read` gave. */
const MAX_LOSSES = 1_000;

export function casStore({ read, write, list }, { now = () => Date.now() } = {}) {
  async function update(key, step) {
    for (let losses = 0; losses < MAX_LOSSES; losses++) {
      const { bytes, version, nowUnixMs = now() } = (await read(key)) ?? {};
      // When it expires only the record itself says, and the step can read that.
      const { reply, entry } = turn(step, bytes == null ? undefined : { bytes, expiresAtUnixMs: Infinity }, nowUnixMs);
      if (entry === undefined) return reply;
      const won = await write(key, version, entry?.bytes, entry?.expiresAtUnixMs);
      if (won === true) return reply;
      if (won !== false) throw new StoreError("conflict", "The store's write says neither true nor false.", { written: null });
      await pause(losses);
    }
    throw new StoreError("conflict", `The store's write has refused ${MAX_LOSSES} times: does it compare the version that read gave?`);
  }
  return list ? { update, list: (prefix) => list(prefix) } : { update };
}

// The first losses are told to many at once: those who come back at different times lose less.
function pause(losses) {
  const waitMs = Math.random() * Math.min(losses * 2, 50);
  return waitMs < 1 ? undefined : new Promise((resolve) => setTimeout(resolve, waitMs));
}
