// What users give in place of what is asked for: one sentence each, and nothing traps.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Shardd } from "shardd-wasm";
import { Idempotency, IdempotencyError, idempotentFetch } from "shardd-wasm/idempotency";
import { localShardd } from "shardd-wasm/testing";
import { mapStore } from "./store.js";

const REQUEST = { operation: "o", body: "b" };
const post = () => new Request("https://shop.test/pay", { method: "POST", body: "5", headers: { "idempotency-key": "k" } });

async function failure(promise) {
  const error = await promise.then(() => assert.fail("it resolved"), (error) => error);
  assert.ok(error instanceof IdempotencyError, error.stack);
  return error;
}

test("a handler that returns no Response has run, and is told so", async () => {
  for (const given of [undefined, null, "text", {}, { status: 200 }, { status: "200", headers: new Headers() }]) {
    const handler = new Idempotency(mapStore()).handler(() => given, { scope: false });
    const error = await failure(handler(post()));
    assert.deepEqual([error.code, error.ran, error.message], ["invalid-input", true, "The handler gave no Response: return one for every request."]);
  }
});

test("a handler that is called with no Request says so, and runs nothing", async () => {
  const handler = new Idempotency(mapStore()).handler(() => assert.fail("it ran"), { scope: false });
  const express = { headers: { "idempotency-key": "k" }, method: "POST", url: "/pay" };
  const relative = { headers: new Headers({ "idempotency-key": "k" }), method: "POST", url: "/pay", clone() {} };
  for (const given of [undefined, null, "https://shop.test", {}, express, relative]) {
    const error = await failure(handler(given));
    assert.deepEqual([error.code, error.ran], ["invalid-input", false]);
    assert.match(error.message, /called with no Request: give it the Request/);
  }
});

test("idempotentFetch names a fetch that gives no Response, at once", async () => {
  for (const given of [undefined, null, "text", {}, { status: 200 }]) {
    let calls = 0;
    const error = await failure(idempotentFetch("https://shop.test/pay", {}, { key: "k", fetch: async () => (calls++, given) }));
    assert.deepEqual([error.code, error.ran, error.key, calls], ["invalid-input", null, "k", 1]);
    assert.match(error.message, /^The option fetch of idempotentFetch gave no Response/);
  }
  const error = await failure(idempotentFetch("https://shop.test/pay", {}, { key: "k", attempts: 1, fetch: async () => { throw undefined; } }));
  assert.equal(error.code, "no-answer");
});

test("an option whose getter throws is named", () => {
  const thrown = new Error("trapped");
  const trap = (name) => Object.defineProperty({}, name, { enumerable: true, get() { throw thrown; } });
  for (const make of [() => new Idempotency(mapStore(), trap("leaseMs")), () => new Idempotency(mapStore()).handler(() => {}, trap("scope"))]) {
    assert.throws(make, (error) => error.code === "invalid-input" && /^The option (leaseMs|scope) of \w+ cannot be read: see the cause\.$/.test(error.message) && error.cause === thrown);
  }
});

test("a step that a store calls late changes nothing and says so, in both wasms", async () => {
  let step;
  const keeping = () => {
    const store = mapStore();
    const { update } = store;
    return Object.assign(store, { update: (key, own) => update.call(store, key, (step = own)) });
  };
  const isLate = { name: "Error", message: /^The store called this step after its update had ended/ };
  const idempotency = new Idempotency(keeping());
  await idempotency.execute("k", REQUEST, () => 5);
  assert.throws(() => step(undefined, Date.now()), isLate);
  assert.equal((await idempotency.execute("k", REQUEST, () => 6)).value, 5);
  const local = localShardd({ regions: 1 });
  const shardd = new Shardd("key", { edges: local.edges, fetch: local.fetch, store: keeping() });
  await shardd.credit("b", "a", 5);
  assert.throws(() => step(undefined, Date.now()), isLate);
  assert.equal((await shardd.credit("b", "a", 5)).balance, 10);
  local.dispose();
});
