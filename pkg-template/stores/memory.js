// Records in memory, so many at most.
import { given } from "../snapshot.js";
import { closable } from "./closable.js";
import { StoreError } from "./error.js";
import { turn } from "./turn.js";
import { wakeups } from "./wakeups.js";

/** By the first two bytes of a record: its version, and its state. See src/idempotency/codec/own.rs. */
const isCompleted = ({ bytes: [version, state] }) => (version === 2 || version === 3) && state === 1;

export function memoryStore(options) {
  const { maxEntries = 10_000, now = () => Date.now() } = given(options);
  // In the order of their last writes.
  const entries = new Map();
  const changes = wakeups();

  function put(key, entry, nowUnixMs) {
    if (!entries.delete(key) && entries.size >= maxEntries) makeRoom(nowUnixMs);
    entries.set(key, entry);
  }

  // What is completed can be done without: its retry asks the ledger, or runs again. A claim cannot.
  function makeRoom(nowUnixMs) {
    for (const [key, entry] of entries) {
      if (isCompleted(entry) || entry.expiresAtUnixMs <= nowUnixMs) return entries.delete(key);
    }
    throw new StoreError("full", `The store holds ${maxEntries} unfinished records and takes no more: finish some, or raise maxEntries.`);
  }

  const methods = {
    async update(key, step) {
      const nowUnixMs = now();
      const { reply, entry } = turn(step, entries.get(key), nowUnixMs);
      if (entry) put(key, entry, nowUnixMs);
      if (entry === null) entries.delete(key);
      if (entry !== undefined) changes.wake(key);
      return reply;
    },

    async *list(prefix) {
      const nowUnixMs = now();
      for (const [key, { bytes, expiresAtUnixMs }] of [...entries]) {
        if (expiresAtUnixMs <= nowUnixMs) entries.delete(key);
        else if (key.startsWith(prefix)) yield [key, bytes];
      }
    },

    watch: (key, signal) => changes.wait(key, signal),
  };

  return closable(methods, () => {
    entries.clear();
    changes.wakeAll();
  });
}
