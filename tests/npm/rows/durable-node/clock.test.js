// Records without an expiry outlive every clock; one that gets none loses the one it had; and deleting many is a list and a step each.
import assert from "node:assert/strict";
import test from "node:test";
import { everyStore, listed, objectNamespace, objectStorage, put, read, remove } from "./places.js";
import { startRedis } from "./server.js";
import { StoreError, durableObjectStorage, durableObjectStore, memoryStore, redisCasStore } from "shardd-wasm/stores";

const CENTURY_MS = 100 * 365 * 86_400_000;

const server = await startRedis();
test.after(() => server?.end());

for (const [name, open] of everyStore(server?.command)) {
  test(`${name}: a clock that is set drops nothing that has no expiry`, async () => {
    let aheadMs = 0;
    const store = open(() => Date.now() + aheadMs);
    // Never, in every way of saying it.
    for (const [at, never] of [Infinity, undefined, 2 ** 64, NaN].entries()) await put(store, `never ${at}`, [at], never);
    for (aheadMs of [CENTURY_MS, -CENTURY_MS / 4, CENTURY_MS]) {
      for (const at of [0, 1, 2, 3]) assert.deepEqual(await read(store, `never ${at}`), [at]);
      assert.equal((await listed(store, "never")).length, 4);
      await store.sweep?.();
    }
    // Past every interval at which some store sweeps.
    for (let at = 0; at < 300; at++) await put(store, "other", [1], Infinity);
    assert.equal((await listed(store, "never")).length, 4);
  });

  test(`${name}: an expiry goes when the record is put without one`, async () => {
    let aheadMs = 0;
    const store = open(() => Date.now() + aheadMs);
    await put(store, "brief", [1], Date.now() + 3_600_000);
    await put(store, "brief", [2], Infinity);
    aheadMs = CENTURY_MS;
    await store.sweep?.();
    for (let at = 0; at < 300; at++) await put(store, "other", [1], Infinity);
    assert.deepEqual([await read(store, "brief"), await listed(store, "brief")], [[2], [["brief", [2]]]]);
  });

  test(`${name}: many are deleted by a list and a step each`, async () => {
    const store = open(() => Date.now());
    const mine = Array.from({ length: 120 }, (_, at) => `mine:${at}`).concat("mine:\uffff", "mine:\uffffx", "mine:*?[x]\\", "mine:");
    for (const key of mine) await put(store, key, [1], Infinity);
    await put(store, "mine", [1], Infinity);
    await put(store, "mine;", [1], Infinity);
    const seen = [];
    for await (const [key] of store.list("mine:")) {
      seen.push(key);
      assert.equal(await remove(store, key), "removed");
    }
    assert.deepEqual(seen.sort(), mine.sort());
    assert.deepEqual(await listed(store, "mine:"), []);
    assert.deepEqual((await listed(store)).map(([key]) => key), ["mine", "mine;"]);
    assert.equal(await remove(store, "mine:none"), "removed");
  });
}

test("redisCasStore: the server has no time for a record that has none", async (t) => {
  if (!server) return t.skip("neither valkey-server nor redis-server is installed");
  const store = redisCasStore(server.command, { prefix: "ttl:" });
  const ttl = () => server.command(["PTTL", "ttl:k"]);
  await put(store, "k", [1], Date.now() + 60_000);
  assert.ok((await ttl()) > 0);
  await put(store, "k", [2], Infinity);
  assert.equal(await ttl(), -1);
});

test("durableObjectStore: an alarm that was set for an expiry leaves what has none by then", async () => {
  const namespace = objectNamespace();
  const store = durableObjectStore(namespace);
  await put(store, "never", [1], Infinity);
  const [object] = namespace.objects.values();
  assert.equal(await object.ctx.storage.getAlarm(), null);
  await put(store, "was brief", [1], Date.now() - 1);
  assert.ok((await object.ctx.storage.getAlarm()) <= Date.now());
  await put(store, "was brief", [2], Infinity);
  await put(store, "brief", [3], Date.now() - 1);
  await object.alarm();
  assert.deepEqual((await listed(store)).map(([key]) => key), ["never", "was brief"]);
});

test("durableObjectStorage: a sweep says that nothing is due where nothing expires", async () => {
  const store = durableObjectStorage(objectStorage());
  await put(store, "never", [1], Infinity);
  assert.equal(await store.sweep(), Infinity);
});

test("memoryStore: a record of either version is known for completed; an unfinished one never makes room", async () => {
  for (const version of [2, 3]) {
    const store = memoryStore({ maxEntries: 2 });
    await put(store, "live", [version, 0], Infinity);
    await put(store, "done", [version, 1], Infinity);
    await put(store, "next", [version, 0], Infinity);
    assert.deepEqual((await listed(store)).map(([key]) => key), ["live", "next"]);
    const full = await put(store, "one more", [version, 0], Infinity).catch((error) => error);
    assert.ok(full instanceof StoreError);
    assert.deepEqual([full.reason, full.written], ["full", false]);
  }
  const other = memoryStore({ maxEntries: 1 });
  await put(other, "of another version", [4, 1], Infinity);
  await assert.rejects(put(other, "next", [3, 0], Infinity), { reason: "full" });
});
