// Records that outlive the page: one readwrite transaction for each step, a Web Lock for each holder, and word of each change to
// the other tabs.
import { given } from "../snapshot.js";
import { closable } from "./closable.js";
import { database } from "./database.js";
import { uncertain } from "./error.js";
import { hasLanded, written } from "./history.js";
import { hold } from "./hold.js";
import { tabs } from "./tabs.js";
import { turn } from "./turn.js";

/** Every so many steps what has expired is dropped. */
const SWEEP_EVERY = 256;
/** So many at a time. */
const SWEEP_MAX = 1_000;

export function indexedDbStore(name = "shardd", options) {
  const { now = () => Date.now() } = given(options);
  const records = database(name);
  const others = tabs(name);
  let steps = 0;

  const methods = {
    async update(key, step) {
      /** What the step saw and said: by it, a transaction whose connection was lost is known for done. */
      let taken;
      await records.transact("readwrite", (store, ask) => {
        if (steps++ % SWEEP_EVERY === 0) sweep(store, now(), ask);
        ask(() => store.get(key), (found) => {
          const before = found && (found.stamps ?? []);
          if (taken && taken.entry !== undefined) {
            const isDone = hasLanded(taken.entry?.stamps[0], taken.before, before);
            if (isDone) return;
            if (isDone === undefined) throw uncertain();
          }
          taken = { before, ...turn(step, found, now()) };
          const { entry } = taken;
          if (entry) ask(() => store.put(Object.assign(entry, { stamps: written(before) }), key));
          if (entry === null) ask(() => store.delete(key));
        });
      });
      if (taken.entry !== undefined) others.wake(key);
      return taken.reply;
    },

    async *list(prefix) {
      let keys, entries;
      await records.transact("readonly", (store, ask) => {
        const within = range(prefix);
        ask(() => store.getAllKeys(within), (found) => { keys = found; });
        ask(() => store.getAll(within), (found) => { entries = found; });
      });
      const nowUnixMs = now();
      for (const [at, { bytes, expiresAtUnixMs }] of entries.entries()) {
        if (nowUnixMs < expiresAtUnixMs) yield [keys[at], bytes];
      }
    },

    hold: (key) => hold(`shardd:${name}:${key}`),
    watch: (key, signal) => others.wait(key, signal),
  };

  return closable(methods, () => {
    records.close();
    others.close();
  });
}

/** All keys with this prefix: up to the first text after them. */
function range(prefix) {
  const beginning = prefix.replace(/\uffff+$/, "");
  if (beginning === "") return IDBKeyRange.lowerBound(prefix);
  const last = beginning.length - 1;
  return IDBKeyRange.bound(prefix, beginning.slice(0, last) + String.fromCharCode(beginning.charCodeAt(last) + 1), false, true);
}

function sweep(store, nowUnixMs, ask) {
  let left = SWEEP_MAX;
  ask(() => store.index("expiry").openKeyCursor(IDBKeyRange.upperBound(nowUnixMs)), (cursor) => {
    if (!cursor || left-- === 0) return;
    ask(() => store.delete(cursor.primaryKey));
    cursor.continue();
  });
}
