// What a client runs for its caller runs in that caller's context: key and owner functions, fetch, the store, onEvent, waitUntil.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Shardd } from "shardd-wasm";
import { memoryStore } from "shardd-wasm/stores";
import { localShardd } from "shardd-wasm/testing";
import { crowd, user, Watch } from "./crowd.js";

const COUNT = 10;

/** A server's one client, whose every way out tells in whose context it was taken. */
function server(watch, { store, ...options } = {}) {
  const local = localShardd({ regions: 2 });
  const bearer = (init) => init.headers.authorization?.replace("Bearer key-of-", "");
  const shardd = new Shardd(async () => `key-of-${user.getStore()}`, {
    edges: local.edges,
    owner: () => user.getStore(),
    fetch(url, init) {
      // Probes carry no key: whoever sends one does so in a context of his own.
      if (bearer(init)) watch.meet("fetch", bearer(init));
      if (init.body) watch.meet("the body", JSON.parse(init.body).account);
      return local.fetch(url, init);
    },
    onEvent(event) {
      if (event.type === "attempt") watch.meet("onEvent", user.getStore() ?? "nobody");
    },
    ...(store && { store: watched(store, watch) }),
    ...options,
  });
  return { local, shardd };
}

/** A store whose records' names tell whose they are: the nonces carry the user's name. */
function watched(store, watch) {
  const nameIn = (key) => /user-\d+$/.exec(key)[0];
  return {
    update(key, step) {
      watch.meet("the store", nameIn(key));
      return store.update(key, (...found) => {
        watch.meet("the store's step", nameIn(key));
        return step(...found);
      });
    },
    list: (prefix) => store.list(prefix),
  };
}

function noneStrayed(watch, atLeast) {
  assert.deepEqual(watch.strayed, []);
  assert.ok(watch.met >= atLeast, `only ${watch.met} were met`);
}

test("first calls, which race together", async () => {
  const watch = new Watch();
  const { local, shardd } = server(watch);
  await crowd(COUNT, (name) => shardd.credit("app", name, 1));
  noneStrayed(watch, 3 * COUNT);
  local.dispose();
});

test("later calls, reads and writes, after an await of the caller's", async () => {
  const watch = new Watch();
  const { local, shardd } = server(watch);
  await crowd(COUNT, async (name) => {
    await shardd.credit("app", name, 5);
    watch.meet("the caller", name);
    await shardd.getAccount("app", name);
    watch.meet("the caller", name);
    await Promise.all([shardd.getBalances("app"), shardd.listEvents("app"), shardd.health()]);
    watch.meet("the caller, later", name);
  });
  noneStrayed(watch, 4 * COUNT);
  local.dispose();
});

test("a failover and a wait of the settle rule", async () => {
  const watch = new Watch();
  // Where the machine is slow, the other region's answer comes late, and a copy goes to the first once more.
  const { local, shardd } = server(watch, { settleMs: 500, maxAttempts: 20 });
  await crowd(COUNT, (name) => shardd.credit("app", name, 1));
  local.fault(0, { kind: "reset-after", only: "events" });
  const results = await crowd(COUNT, (name) => shardd.credit("app", name, 1));
  assert.ok(results.every(({ meta, balance }) => meta.attempts > 1 && balance === 2));
  noneStrayed(watch, 6 * COUNT);
  local.dispose();
});

test("a key that is renewed", async () => {
  const watch = new Watch();
  const local = localShardd({ regions: 1, keys: Array.from({ length: COUNT }, (_, at) => ({ token: `new-${at}` })) });
  const asked = new Map();
  const shardd = new Shardd(() => {
    const name = user.getStore();
    asked.set(name, (asked.get(name) ?? 0) + 1);
    return `${asked.get(name) > 1 ? "new" : "old"}-${name.replace("user-", "")}`;
  }, { edges: local.edges, owner: () => user.getStore(), fetch: (url, init) => {
    const number = /\d+$/.exec(init.headers.authorization ?? "")?.[0];
    if (number) watch.meet("fetch", `user-${number}`);
    return local.fetch(url, init);
  } });
  await crowd(COUNT, (name) => shardd.credit("app", name, 1));
  assert.deepEqual([...asked.values()], Array(COUNT).fill(2));
  noneStrayed(watch, 2 * COUNT);
  local.dispose();
});

test("a store, pending() and resume()", async () => {
  const watch = new Watch();
  const { local, shardd } = server(watch, { store: memoryStore() });
  await crowd(COUNT, (name) => shardd.credit("app", name, 1, { idempotencyNonce: name }));
  local.fault(0, { kind: "stall-body", only: "events" });
  local.fault(1, { kind: "stall-body", only: "events" });
  const cut = await crowd(COUNT, (name) => shardd.credit("app", name, 1, { idempotencyNonce: `again-${name}`, timeoutMs: 300 }).catch((error) => error));
  assert.ok(cut.every(({ outcome }) => outcome === "unknown"));
  local.fault(0, null);
  local.fault(1, null);
  const resumed = await crowd(COUNT, () => shardd.resume());
  assert.ok(resumed.every(([{ result }]) => result.deduplicated));
  noneStrayed(watch, 10 * COUNT);
  local.dispose();
});

test("retry(), and calls of one nonce that share an answer", async () => {
  const watch = new Watch();
  const { local, shardd } = server(watch);
  await crowd(COUNT, (name) => Promise.all([1, 2, 3].map(() => shardd.credit("app", name, 1, { idempotencyNonce: name }))));
  local.fault(0, { kind: "reset-after", only: "events" });
  local.fault(1, { kind: "reset-after", only: "events" });
  const errors = await crowd(COUNT, (name) => shardd.credit("app", name, 1, { timeoutMs: 400 }).catch((error) => error));
  local.fault(0, null);
  local.fault(1, null);
  let next = 0;
  await crowd(COUNT, () => errors[next++].retry({ timeoutMs: 10_000 }));
  noneStrayed(watch, 6 * COUNT);
  local.dispose();
});
