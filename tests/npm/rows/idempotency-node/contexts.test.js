// Whose context it is: effects, stores and handlers run in that of their own caller, however many are at it side by side.
import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { test } from "node:test";
import { Idempotency, valkeyStore } from "shardd-wasm/idempotency";
import { mapStore } from "./store.js";

const USERS = Array.from({ length: 20 }, (_, number) => `user ${number}`);
const user = new AsyncLocalStorage();

/** A store whose answers take a while, and that notes whose context it is asked in, by the user whose key it is. */
function noting() {
  const store = mapStore();
  const seen = [];
  const note = (what, key) => seen.push([what, key.split("/").pop(), user.getStore()]);
  const waiting = new Set();
  return {
    seen,
    async update(key, step) {
      note("update", key);
      await new Promise((resolve) => setTimeout(resolve, 1));
      const reply = await store.update(key, (...found) => {
        note("step", key);
        return step(...found);
      });
      for (const wake of [...waiting]) wake();
      return reply;
    },
    watch(key, signal) {
      note("watch", key);
      return new Promise((resolve) => {
        const wake = () => (waiting.delete(wake), resolve());
        waiting.add(wake);
        signal.addEventListener("abort", wake);
      });
    },
  };
}

/** Nobody was seen in another one's context, and each of these things was seen of everybody. */
function eachInTheirOwn(seen, things) {
  for (const [what, key, whose] of seen) assert.equal(whose, key, what);
  for (const what of things) assert.deepEqual([...new Set(seen.filter(([thing]) => thing === what).map(([, key]) => key))].sort(), [...USERS].sort(), what);
}

const all = (act) => Promise.all(USERS.map((name) => user.run(name, () => act(name))));

test("twenty users at once: effect, steps, store, renewals, options and events are each one's own", async () => {
  const store = noting();
  const note = (what) => store.seen.push([what, user.getStore(), user.getStore()]);
  const idempotency = new Idempotency(store, {
    leaseMs: 20, retain: () => (note("retain"), true), on: () => note("event"), onReplay: () => note("replay"), now: () => (note("now"), Date.now()),
  });
  const outcomes = await all((name) => idempotency.execute(name, { operation: "charge" }, async ({ key }) => {
    store.seen.push(["effect", key.name, user.getStore()]);
    await new Promise((resolve) => setTimeout(resolve, 60));
    return user.getStore();
  }));
  assert.deepEqual(outcomes.map(({ value }) => value), USERS);
  await all((name) => idempotency.execute(name, { operation: "charge" }, () => assert.fail("ran twice")));
  eachInTheirOwn(store.seen, ["effect", "update", "step", "retain", "event", "replay", "now"]);
  // The claim, a renewal at least, the completion; and the replay.
  for (const name of USERS) assert.ok(store.seen.filter(([what, key]) => what === "update" && key === name).length > 3, name);
});

test("who waits for another's attempt goes on in a context of their own, whoever woke them", async () => {
  const store = noting();
  const idempotency = new Idempotency(store, { inFlight: { waitMs: 60_000 }, onReplay: (value, { key }) => store.seen.push(["replay", key.name, user.getStore()]) });
  const finish = [];
  const first = all((name) => idempotency.execute(name, { operation: "charge" }, () => new Promise((resolve) => finish.push(resolve))));
  while (finish.length < USERS.length) await new Promise((resolve) => setTimeout(resolve, 5));
  const second = all((name) => idempotency.execute(name, { operation: "charge" }, () => assert.fail("ran twice")));
  while (new Set(store.seen.filter(([what]) => what === "watch").map(([, key]) => key)).size < USERS.length) await new Promise((resolve) => setTimeout(resolve, 5));
  user.run("nobody", () => finish.reverse().forEach((resolve) => resolve("done")));
  assert.ok((await first).every(({ status }) => status === "executed"));
  assert.ok((await second).every(({ status }) => status === "replayed"));
  eachInTheirOwn(store.seen, ["update", "step", "watch", "replay"]);
});

test("a claim and its completion, and what looks after a lapsed attempt", async () => {
  const time = { now: 1_795_000_000_000 };
  const seen = [];
  const store = mapStore(() => time.now);
  const update = (key, step) => (seen.push(["update", key, user.getStore()]), store.update(key, step));
  const onLapsed = async ({ key }) => (seen.push(["lapsed", key.name, user.getStore()]), "rerun");
  const idempotency = new Idempotency({ update }, { leaseMs: 10_000, keepAliveMs: 0, onLapsed });
  await all(async (name) => (await idempotency.claim(name, { operation: "charge" })).leave());
  time.now += 10_000;
  await all(async (name) => {
    const claim = await idempotency.claim(name, { operation: "charge" });
    assert.equal(await claim.touch(5_000), "applied");
    assert.equal((await claim.complete(name)).status, "executed");
  });
  eachInTheirOwn(seen, ["update", "lapsed"]);
});

test("a handler and its scope", async () => {
  const store = noting();
  store.watch = undefined;
  const seen = [];
  const once = new Idempotency(store, { inFlight: { waitMs: 60_000 } }).handler(async (request) => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    seen.push(["handler", request.headers.get("authorization"), user.getStore()]);
    return new Response(user.getStore());
  }, { scope: (request) => (seen.push(["scope", request.headers.get("authorization"), user.getStore()]), user.getStore()) });
  const send = (name) => once(new Request("https://shop/charges", { method: "POST", body: "5", headers: { authorization: name, "idempotency-key": "one" } }));
  const answers = await all(async (name) => Promise.all([send(name), send(name)].map(async (response) => (await response).text())));
  assert.deepEqual(answers, USERS.map((name) => [name, name]));
  eachInTheirOwn(seen, ["handler", "scope"]);
});

test("the command of a server", async () => {
  const seen = [];
  const command = async ([, , , key]) => {
    await undefined;
    seen.push(["command", key.slice(1), user.getStore()]);
    throw new Error("no server");
  };
  const idempotency = new Idempotency(valkeyStore(command));
  await all((name) => assert.rejects(idempotency.execute(name, { operation: "charge" }, () => assert.fail("ran")), { code: "store" }));
  eachInTheirOwn(seen, ["command"]);
});

test("a call begun under fake timers keeps nobody waiting, neither under them nor under real ones", async () => {
  const FAKED = ["setTimeout", "setImmediate", "setInterval", "queueMicrotask"];
  const real = Object.fromEntries(FAKED.map((name) => [name, globalThis[name]]));
  const store = mapStore();
  const idempotency = new Idempotency(store, { leaseMs: 50 });
  // As Jest's, Sinon's and Vitest's: what is scheduled happens when the test says so, and here it never does.
  for (const name of FAKED) globalThis[name] = () => ({ unref() {} });
  let hanging;
  let first;
  try {
    hanging = idempotency.execute("hangs", { operation: "charge" }, () => new Promise(() => {}));
    first = idempotency.execute("first", { operation: "charge" }, async () => 1);
    assert.deepEqual(await first, { status: "executed", value: 1, stored: true });
  } finally {
    Object.assign(globalThis, real);
  }
  assert.equal((await idempotency.execute("first", { operation: "charge" }, () => assert.fail("ran twice"))).status, "replayed");
  assert.equal((await idempotency.execute("second", { operation: "charge" }, async () => 2)).value, 2);
  // Nothing renews the lease of the one that hangs, and so others may have its key.
  const patient = new Idempotency(store, { inFlight: { waitMs: 60_000 } });
  assert.equal((await patient.execute("hangs", { operation: "charge" }, async () => 3)).value, 3);
  assert.ok(hanging);
});

test("an error of an effect has the caller's line in its stack", async () => {
  const idempotency = new Idempotency(mapStore());
  async function theCaller() {
    await idempotency.execute("k", { operation: "charge" }, async () => { throw new Error("no"); });
  }
  await assert.rejects(theCaller(), (error) => /theCaller/.test(error.stack));
});
