// Every store that Node can have, over places that a test can look into. Those of browsers and Workers stand on what imitates them.
import * as classes from "./indexeddb.js";
import { IdempotencyObject, casStore, durableObjectStorage, durableObjectStore, indexedDbStore, memoryStore, redisCasStore } from "shardd-wasm/stores";

export const put = (store, key, bytes, expiresAtUnixMs) =>
  store.update(key, () => ({ reply: "put", put: Uint8Array.from(bytes), ...(expiresAtUnixMs === undefined ? {} : { expiresAtUnixMs }) }));
export const read = (store, key) => store.update(key, (bytes) => ({ reply: bytes && [...bytes] }));
export const remove = (store, key) => store.update(key, () => ({ reply: "removed", remove: true }));

/** A step that tells one call from two. */
export const count = (store, key = "count") => store.update(key, (bytes) => {
  const next = (bytes?.[0] ?? 0) + 1;
  return { reply: next, put: Uint8Array.of(next), expiresAtUnixMs: Infinity };
});

export async function listed(store, prefix = "") {
  const rows = [];
  for await (const [key, bytes] of store.list(prefix)) rows.push([key, [...bytes]]);
  return rows.sort();
}

/** The storage of a Durable Object. */
export function objectStorage() {
  const rows = new Map();
  let alarm = null;
  let last = Promise.resolve();
  const storage = {
    rows,
    // One after another, as in an object.
    transaction: (work) => (last = last.catch(() => {}).then(() => work(storage))),
    get: async (key) => structuredClone(rows.get(key)),
    put: async (key, value) => void rows.set(key, structuredClone(value)),
    delete: async (key) => rows.delete(key),
    list: async ({ prefix, limit, startAfter = "" }) =>
      new Map([...rows].filter(([key]) => key.startsWith(prefix) && key > startAfter).sort(([a], [b]) => (a < b ? -1 : 1)).slice(0, limit)),
    getAlarm: async () => alarm,
    setAlarm: async (unixMs) => { alarm = unixMs; },
  };
  return storage;
}

/** A namespace of Durable Objects; `stub(methods)` makes what it hands out of an object's methods. */
export function objectNamespace(stub = (methods) => methods) {
  const objects = new Map();
  return {
    objects,
    idFromName: (name) => name,
    get(name) {
      if (!objects.has(name)) objects.set(name, new IdempotencyObject({ storage: objectStorage() }));
      const object = objects.get(name);
      const methods = Object.fromEntries(["read", "write", "list"].map((method) => [method, async (...args) => object[method](...args)]));
      return stub(methods);
    },
  };
}

/** Anything with versions, asked over a network: others come in between. */
export function versioned({ loses = () => false } = {}) {
  const rows = new Map();
  let versions = 0;
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  return {
    rows,
    async read(key) {
      await turn();
      return rows.get(key);
    },
    async write(key, version, bytes, expiresAtUnixMs) {
      await turn();
      if (loses() || rows.get(key)?.version !== version) return false;
      if (bytes) rows.set(key, { bytes, version: ++versions, expiresAtUnixMs });
      else rows.delete(key);
      return true;
    },
    async *list(prefix) {
      for (const [key, { bytes }] of rows) if (key.startsWith(prefix)) yield [key, bytes];
    },
  };
}

/** Gives the page an IndexedDB of its own. */
export function freshIndexedDb() {
  Object.assign(globalThis, classes, { indexedDB: new classes.IDBFactory() });
}

/** `[name, (now) => store]`; `redis` runs a command. The last two have clocks of their own. */
export function everyStore(redis) {
  freshIndexedDb();
  return [
    ["memoryStore", (now) => memoryStore({ now })],
    ["indexedDbStore", (now) => indexedDbStore(`every ${Math.random()}`, { now })],
    ["casStore", (now) => casStore(versioned(), { now })],
    ["durableObjectStorage", (now) => durableObjectStorage(objectStorage(), { prefix: "own/", now })],
    ["durableObjectStore", () => durableObjectStore(objectNamespace(), { objects: 3 })],
    ...(redis ? [["redisCasStore", () => redisCasStore(redis, { prefix: `${Math.random()}:` })]] : []),
  ];
}
