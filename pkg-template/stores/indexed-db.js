// Records that outlive the page: one readwrite transaction for each step, a Web Lock for each holder, and word of each change to
// the other tabs.
import { database } from "./database.js";
import { hold } from "./hold.js";
import { tabs } from "./tabs.js";
import { turn } from "./turn.js";

/** Every so many steps what has expired is dropped. */
const SWEEP_EVERY = 256;
/** So many at a time. */
const SWEEP_MAX = 1_000;

export function indexedDbStore(name = "shardd", { now = () => Date.now() } = {}) {
  const records = database(name);
  const others = tabs(name);
  let steps = 0;

  return {
    async update(key, step) {
      let taken;
      await records.transact("readwrite", (store, attempt) => {
        // A step that is repeated begins from what is there by then.
        taken = undefined;
        if (steps++ % SWEEP_EVERY === 0) sweep(store, now());
        store.get(key).onsuccess = attempt(({ target }) => {
          taken = turn(step, target.result, now());
          if (taken.entry) store.put(taken.entry, key);
          if (taken.entry === null) store.delete(key);
        });
      });
      if (taken.entry !== undefined) others.wake(key);
      return taken.reply;
    },

    async *list(prefix) {
      const nowUnixMs = now();
      const range = IDBKeyRange.bound(prefix, `${prefix}\uffff`);
      let keys, entries;
      await records.transact("readonly", (store) => {
        store.getAllKeys(range).onsuccess = ({ target }) => { keys = target.result; };
        store.getAll(range).onsuccess = ({ target }) => { entries = target.result; };
      });
      for (const [at, { bytes, expiresAtUnixMs }] of entries.entries()) {
        if (nowUnixMs < expiresAtUnixMs) yield [keys[at], bytes];
      }
    },

    hold: (key) => hold(`shardd:${name}:${key}`),
    watch: (key, signal) => others.wait(key, signal),
  };
}

function sweep(store, nowUnixMs) {
  let left = SWEEP_MAX;
  store.index("expiry").openKeyCursor(IDBKeyRange.upperBound(nowUnixMs)).onsuccess = ({ target: { result: cursor } }) => {
    if (!cursor || left-- === 0) return;
    store.delete(cursor.primaryKey);
    cursor.continue();
  };
}
