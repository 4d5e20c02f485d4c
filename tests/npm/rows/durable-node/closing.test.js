// The end of a store: what it is asked for afterwards fails, who waits is woken, and the process ends by itself.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import test from "node:test";
import { everyStore, freshIndexedDb, listed, put, read } from "./places.js";
import { StoreError, casStore, indexedDbStore } from "shardd-wasm/stores";

const closed = (error) => {
  assert.ok(error instanceof StoreError);
  assert.deepEqual([error.name, error.reason, error.written], ["StoreError", "closed", false]);
  assert.match(error.message, /was closed/);
  return true;
};

for (const [name, open] of everyStore(async () => assert.fail("a closed store asked Redis"))) {
  test(`${name}: closed, it says so`, async () => {
    const store = open();
    if (name !== "redisCasStore") await put(store, "k", [1]);
    store.close();
    store.close();
    await assert.rejects(read(store, "k"), closed);
    await assert.rejects(listed(store), closed);
    for (const method of ["watch", "hold", "sweep"]) if (store[method]) await assert.rejects(store[method]("k"), closed);
  });

  test(`${name}: \`using\` closes it, where the runtime knows that`, async () => {
    const store = open();
    assert.equal(typeof store[Symbol.dispose ?? "close"], "function");
    store[Symbol.dispose ?? "close"]();
    await assert.rejects(read(store, "k"), closed);
  });
}

test("casStore: without a list it has none, and closes", async () => {
  const store = casStore({ read: async () => undefined, write: async () => true });
  assert.equal(store.list, undefined);
  store.close();
  await assert.rejects(read(store, "k"), closed);
});

test("who waits for a change is woken by the end", async () => {
  for (const [name, open] of everyStore()) {
    const store = open();
    if (!store.watch) continue;
    const waits = [store.watch("a"), store.watch("b", new AbortController().signal)];
    store.close();
    assert.deepEqual(await Promise.all(waits), [undefined, undefined], name);
  }
});

test("indexedDbStore: what is under way is finished, what waits for the database fails, and the database can be deleted", async () => {
  freshIndexedDb();
  const store = indexedDbStore("ending");
  await put(store, "k", [1]);
  const underWay = put(store, "k", [2]);
  await Promise.resolve();
  store.close();
  const said = await underWay.catch((error) => error);
  if (said !== "put") closed(said);
  const opening = indexedDbStore("ending");
  const waits = put(opening, "k", [3]);
  opening.close();
  await assert.rejects(waits, closed);
  const request = indexedDB.deleteDatabase("ending");
  await new Promise((resolve, reject) => Object.assign(request, { onsuccess: resolve, onerror: reject, onblocked: () => reject(new Error("blocked")) }));
});

test("indexedDbStore: other stores of its name go on", async () => {
  freshIndexedDb();
  const [one, other] = [indexedDbStore("shared"), indexedDbStore("shared")];
  await put(one, "k", [1]);
  one.close();
  assert.deepEqual(await read(other, "k"), [1]);
});

test("word of a change reaches another store of the name", async () => {
  freshIndexedDb();
  const [one, other] = [indexedDbStore("told"), indexedDbStore("told")];
  for (let at = 0; at < 3; at++) {
    const woken = other.watch("k");
    await put(one, "k", [at]);
    await woken;
  }
});

const SCRIPTS = {
  "after a write": `await put(store, "k");`,
  "after a write and its close": `await put(store, "k"); store.close();`,
  "while somebody waits for a change": `await put(store, "k"); store.watch("k");`,
  "after somebody has waited": `const woken = store.watch("k"); await put(store, "k"); await woken;`,
  "after a write whose page has no channels": `globalThis.BroadcastChannel = class { constructor() { throw new Error("sandboxed"); } }; await put(store, "k"); await put(store, "l");`,
};

for (const [when, script] of Object.entries(SCRIPTS)) {
  test(`indexedDbStore: a process ends by itself ${when}`, async () => {
    const code = `
      import { freshIndexedDb } from "./places.js";
      import { indexedDbStore } from "shardd-wasm/stores";
      freshIndexedDb();
      const store = indexedDbStore("app");
      const put = (store, key) => store.update(key, () => ({ put: Uint8Array.of(1), expiresAtUnixMs: Infinity }));
      ${script}`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", code], { cwd: new URL(".", import.meta.url), stdio: ["ignore", "inherit", "inherit"] });
    // No measure of anything: what takes so long does not end.
    const timer = setTimeout(() => child.kill(), 60_000);
    const end = await once(child, "exit");
    clearTimeout(timer);
    assert.deepEqual(end, [0, null]);
  });
}
