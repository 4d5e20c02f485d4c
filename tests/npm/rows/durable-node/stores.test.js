// The stores that Node can have: each conforms, each has its bounds.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { BROKEN } from "./broken.js";
import { fileStore } from "./file-store.js";
import { versioned } from "./places.js";
import { startRedis } from "./server.js";
import { conforms, holdsTheTable, movable } from "./suite.js";
import { store as toyStore } from "./toy-store.js";
import { StoreError, casStore, durableObjectStorage, memoryStore, redisCasStore } from "shardd-wasm/stores";

const LIVE = Uint8Array.of(2, 0);
const DONE = Uint8Array.of(2, 1);
const put = (store, key, bytes, expiresAtUnixMs = Infinity) => store.update(key, () => ({ put: bytes, expiresAtUnixMs }));
const has = (store, key) => store.update(key, (bytes) => ({ reply: bytes !== undefined }));

test("the stores can be required, carry no wasm, and touch nothing when they are loaded", async () => {
  const required = createRequire(import.meta.url)("shardd-wasm/stores");
  assert.deepEqual(Object.keys(required).sort(), Object.keys(await import("shardd-wasm/stores")).sort());
  const globals = ["WebAssembly", "indexedDB", "fetch", "BroadcastChannel", "navigator"];
  const before = globals.map((name) => Object.getOwnPropertyDescriptor(globalThis, name));
  for (const name of globals) Object.defineProperty(globalThis, name, { configurable: true, get: () => assert.fail(`${name} was touched`) });
  await import(new URL("node_modules/shardd-wasm/dist/stores.js?again", import.meta.url));
  for (const [at, name] of globals.entries()) {
    if (before[at]) Object.defineProperty(globalThis, name, before[at]);
    else delete globalThis[name];
  }
});

/** What a store must hold that remembers lapsed attempts. */
function whole(checked) {
  const { cases, skipped, races, crashes } = checked;
  console.log(JSON.stringify(checked));
  assert.deepEqual([cases, skipped, races], [28, 0, 40]);
  assert.ok(crashes >= 10);
}

/** Stores that ask the process for the time. */
async function aheadOfTime(work) {
  const real = Date.now;
  const { now, pass } = movable(() => real());
  Date.now = now;
  try {
    return await work(pass);
  } finally {
    Date.now = real;
  }
}

test("memoryStore and casStore conform", async () => {
  const { now, pass } = movable();
  whole(await conforms(memoryStore({ now }), pass));
  const one = versioned();
  whole(await conforms([casStore(one, { now }), casStore(one, { now })], pass));
  let dice = 0;
  const busy = versioned({ loses: () => dice++ % 3 === 0 });
  whole(await conforms([casStore(busy, { now }), casStore(busy, { now })], pass));
});

test("the README's store of one method conforms", () => aheadOfTime(async (pass) => whole(await conforms(toyStore, pass))));

for (const [what, broken, said] of BROKEN) {
  test(`a store is found out: ${what}`, async () => {
    const { now, pass } = movable();
    await assert.rejects(holdsTheTable(broken(now), pass), said);
  });
}

test("the README's own store conforms, and outlives the process", async () => {
  const folder = mkdtempSync(join(tmpdir(), "shardd-store-"));
  try {
    const file = join(folder, "records.json");
    await aheadOfTime(async (pass) => whole(await conforms([fileStore(file), fileStore(file)], pass)));
    await put(fileStore(file), "kept", LIVE);
    assert.equal(await has(fileStore(file), "kept"), true);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("memoryStore makes room of what is done or expired, and never of a live claim", async () => {
  let nowUnixMs = 1_000;
  const store = memoryStore({ maxEntries: 3, now: () => nowUnixMs });
  await put(store, "live", LIVE, 9_000);
  await put(store, "done", DONE, 9_000);
  await put(store, "brief", LIVE, 2_000);
  await put(store, "fourth", LIVE, 9_000);
  assert.deepEqual([await has(store, "live"), await has(store, "done"), await has(store, "brief")], [true, false, true]);
  const full = await put(store, "fifth", LIVE, 9_000).catch((error) => error);
  assert.ok(full instanceof StoreError);
  assert.deepEqual([full.name, full.reason, full.written], ["StoreError", "full", false]);
  assert.match(full.message, /3 unfinished records.*maxEntries/);
  // What is there can still change, and what is not can be asked for.
  await put(store, "fourth", DONE, 9_000);
  assert.equal(await has(store, "fifth"), false);
  await put(store, "fifth", LIVE, 9_000);
  assert.equal(await has(store, "fourth"), false);
  nowUnixMs = 2_000;
  assert.equal(await has(store, "brief"), false);
  await put(store, "sixth", LIVE, 9_000);
  assert.deepEqual([await has(store, "live"), await has(store, "fifth"), await has(store, "sixth")], [true, true, true]);
});

test("casStore: a write that compares nothing, says nothing, or a read of no bytes is told apart", async () => {
  const never = casStore({ read: async () => undefined, write: async () => false });
  const { setTimeout: real } = globalThis;
  globalThis.setTimeout = (work) => real(work, 0);
  try {
    await assert.rejects(put(never, "k", LIVE), { name: "StoreError", reason: "conflict", message: /does it compare/ });
  } finally {
    globalThis.setTimeout = real;
  }
  const silent = casStore({ read: async () => undefined, write: async () => {} });
  await assert.rejects(put(silent, "k", LIVE), { reason: "conflict", written: null, message: /neither true nor false/ });
  const texts = casStore({ read: async () => ({ bytes: "text" }), write: async () => true });
  await assert.rejects(put(texts, "k", LIVE), { reason: "foreign", written: false });
  const broken = new Error("of the place");
  await assert.rejects(put(casStore({ read: async () => { throw broken; } }), "k", LIVE), broken);
  assert.equal(casStore({ read: async () => undefined, write: async () => true }).list, undefined);
});

test("casStore judges by the place's clock where it has one, and hands expiries on", async () => {
  const { read, write, rows } = versioned();
  const store = casStore({ read: async (key) => ({ ...(await read(key)), nowUnixMs: 77 }), write });
  assert.equal(await store.update("k", (_, nowUnixMs) => ({ reply: nowUnixMs, put: LIVE, expiresAtUnixMs: 99 })), 77);
  assert.equal(rows.get("k").expiresAtUnixMs, 99);
});

test("durableObjectStorage sweeps what has expired", async () => {
  const rows = new Map();
  const storage = {
    transaction: (work) => work(storage),
    get: async (key) => rows.get(key),
    put: async (key, value) => void rows.set(key, value),
    delete: async (key) => rows.delete(key),
    list: async ({ prefix, limit, startAfter = "" }) =>
      new Map([...rows].filter(([key]) => key.startsWith(prefix) && key > startAfter).sort().slice(0, limit)),
  };
  rows.set("own", "of the object's own");
  let nowUnixMs = 1_000;
  const store = durableObjectStorage(storage, { prefix: "shardd/", now: () => nowUnixMs });
  for (let at = 0; at < 1_200; at++) await put(store, `${at}`, DONE, 2_000 + at);
  nowUnixMs = 2_600;
  assert.equal(await store.sweep(), 2_601);
  assert.equal(rows.size, 600, "and the object's own");
  nowUnixMs = 9_000;
  assert.deepEqual([await has(store, "1100"), await store.sweep(), rows.size], [false, Infinity, 1]);
});

test("redisCasStore on a real server", async (t) => {
  const server = await startRedis();
  if (!server) return t.skip("neither valkey-server nor redis-server is installed");
  try {
    const store = redisCasStore(server.command);
    const { handles, pass } = aheadOfTheServer([server.command, server.command]);
    whole(await conforms(handles, pass));
    await put(store, "brief", LIVE, Date.now() - 1);
    assert.equal(await has(store, "brief"), false, "Redis itself drops what has expired");
    await put(store, "kept", LIVE, Date.now() + 60_000);
    const left = await server.command(["PTTL", "shardd-record:kept"]);
    assert.ok(left > 0 && left <= 60_000);
    await server.command(["SET", "shardd-record:foreign", "%"]);
    await assert.rejects(has(store, "foreign"), { reason: "foreign" });
  } finally {
    await server.end();
  }
});

/** redisCasStores that hear another time than the server's. */
function aheadOfTheServer(commands) {
  let aheadMs = 0;
  const command = (command) => async (args) => {
    const reply = await command(args);
    if (args[0] !== "EVAL" || !Array.isArray(reply)) return reply;
    const [text, [seconds, microseconds]] = reply;
    return [text, [Number(seconds) + aheadMs / 1_000, microseconds]];
  };
  return { handles: commands.map((one) => redisCasStore(command(one))), pass: (ms) => { aheadMs += ms; } };
}
