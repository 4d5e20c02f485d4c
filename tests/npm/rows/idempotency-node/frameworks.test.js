// What frameworks and other scripts of a page do to an Idempotency: proxies, middleware that reads bodies, an extended Object.prototype.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { inspect } from "node:util";
import { Idempotency, IdempotencyKey, idempotentFetch, valkeyStore } from "shardd-wasm/idempotency";
import { casStore, memoryStore } from "shardd-wasm/stores";

const REQUEST = { operation: "pay", body: { amount: 7 } };
const deep = (target) => new Proxy(target, { get: (of, name, receiver) => wrapped(Reflect.get(of, name, receiver)), apply: (of, self, args) => wrapped(Reflect.apply(of, self, args)) });
const wrapped = (value) => (Object(value) !== value || value instanceof Promise ? value : deep(value));

test("behind a proxy, as a subclass, made by Object.create or frozen, it is the Idempotency", async () => {
  class Own extends Idempotency {}
  for (const make of [deep, (one) => deep(deep(one)), Object.create, Object.freeze, (one) => deep(Object.freeze(one)), () => deep(new Own(memoryStore()))]) {
    const once = make(new Idempotency(memoryStore()));
    const { value } = await once.execute("k", REQUEST, ({ step }) => step("part", () => 7));
    assert.equal(value, 7);
    assert.equal((await once.execute("k", REQUEST, () => 8)).value, 7);
    assert.equal((await once.claim("k", REQUEST)).status, "exists");
    assert.equal(await once.wrap(() => 9, { key: () => "w", scope: undefined, operation: undefined, body: undefined })(), 9);
    const serve = once.handler(() => new Response("ok"), { scope: false });
    assert.equal(await (await serve(post("h"))).text(), "ok");
    assert.equal((await once.get("k")).value, 7);
    await once.purge("k");
    assert.equal(await once.drain({ timeoutMs: undefined }), 0);
  }
});

test("its store and settings do not show, and a copy says what to do", async () => {
  const once = new Idempotency(memoryStore(), { scope: "a-secret" });
  assert.doesNotMatch(`${JSON.stringify(once)} ${inspect(once, { showHidden: true, getters: true, depth: 9 })}`, /a-secret/);
  assert.deepEqual([Object.keys(once), { ...once }], [[], {}]);
  for (const stranger of [undefined, {}, { ...once }]) {
    await assert.rejects(Idempotency.prototype.execute.call(stranger, "k", REQUEST, () => 1), { name: "IdempotencyError", code: "invalid-input", message: /markRaw or shallowRef/ });
  }
});

const post = (key, body = "{}") => new Request("https://shop.test/pay", { method: "POST", headers: { "idempotency-key": key }, body });

test("a request whose body was read before is refused in a sentence", async () => {
  let ran = 0;
  const serve = (scope) => new Idempotency(memoryStore()).handler(() => (ran++, new Response("ok")), { scope });
  const streamed = async (use) => {
    const request = post("k");
    const reader = request.body.getReader();
    await use(reader);
    return request;
  };
  const used = {
    json: async () => { const request = post("k"); await request.json(); return request; },
    text: async () => { const request = post("k"); await request.text(); return request; },
    cancelled: async () => { const request = post("k"); await request.body.cancel(); return request; },
    locked: () => streamed(() => {}),
    "in part": () => streamed(async (reader) => { await reader.read(); reader.releaseLock(); }),
    // Where a runtime has neither flag, its clone() says no.
    "of another runtime": async () => ({ method: "POST", url: "https://shop.test/pay", headers: new Headers({ "idempotency-key": "k" }), clone() { throw new TypeError("unusable"); } }),
  };
  for (const [how, make] of Object.entries(used)) {
    const error = await serve(false)(await make()).catch((error) => error);
    assert.deepEqual([error.name, error.code, error.ran], ["IdempotencyError", "invalid-input", false], how);
    assert.match(error.message, /^The body of this request was read before: wrap the outermost handler, or .*request\.clone\(\)\.$/, how);
  }
  // Also where the scope reads it.
  await assert.rejects(serve(async (request) => (await request.json(), "alice"))(post("k")), { name: "IdempotencyError" });
  assert.equal(ran, 0);
  // A copy that was read is nobody's business, and what has no key is handed on as it is.
  const request = post("k");
  await request.clone().json();
  assert.equal((await serve(false)(request)).status, 200);
  const plain = new Request("https://shop.test/pay", { method: "POST", body: "{}" });
  await plain.text();
  assert.equal((await serve(false)(plain)).status, 200);
});

test("an answer whose body was read before is refused, rather than kept empty", async () => {
  const logged = async () => { const response = new Response("paid"); await response.text(); return response; };
  const serve = new Idempotency(memoryStore()).handler(logged, { scope: false });
  await assert.rejects(serve(post("k")), { name: "IdempotencyError", message: /body of this answer was read before.*response\.clone\(\)/ });
});

test("idempotentFetch refuses a Request in a sentence, and one that was read before in another", async () => {
  const fetch = () => assert.fail("sent");
  const read = post("k");
  await read.text();
  for (const [request, sentence] of [[read, /was read before/], [post("k"), /can be sent once only/]]) {
    await assert.rejects(idempotentFetch(request, undefined, { fetch }), { name: "IdempotencyError", message: sentence });
    await assert.rejects(idempotentFetch("https://shop.test/pay", request, { fetch }), { name: "IdempotencyError", message: sentence });
  }
});

test("what is undefined is not given", async () => {
  const names = ["leaseMs", "keepAliveMs", "ttlMs", "inFlight", "onLapsed", "onError", "retain", "onReplay", "codec", "scope", "fingerprint", "localReplays", "storeTimeoutMs", "storeFailure", "on", "now", "waitUntil"];
  const once = new Idempotency(casStore({ ...place(), list: undefined }, { now: undefined }), Object.fromEntries(names.map((name) => [name, undefined])));
  assert.equal((await once.execute("k", { ...REQUEST, fingerprint: undefined }, () => 7)).value, 7);
  const serve = once.handler(() => new Response("ok"), { scope: false, header: undefined, requireKey: undefined, maxBodyBytes: undefined, maxResponseBytes: undefined, retain: undefined, onReplay: undefined });
  assert.equal((await serve(post("h"))).status, 200);
  valkeyStore(() => {}, { prefix: undefined });
  const sent = [];
  const fetch = async (url, init) => (sent.push(init), new Response("ok"));
  await idempotentFetch("https://shop.test/pay", { method: undefined, headers: undefined, body: undefined, signal: undefined }, { fetch, key: undefined, store: undefined, attempts: undefined });
  assert.equal(sent[0].method, "POST");
});

function place() {
  const records = new Map();
  return {
    read: async (key) => records.get(key),
    write: async (key, version, bytes) => (records.get(key)?.version === version ? (records.set(key, { bytes, version: (version ?? 0) + 1 }), true) : false),
  };
}

test("an Object.prototype that scripts have extended", async () => {
  const added = { extend() {}, remove: () => true, clone() {}, watch: async () => {}, update() {}, list() {}, command() {}, scope: "added", key: "added", waitUntil: "added", count: 3, put: "x", retain: 5, fingerprint: 5, timeoutMs: "x", prefix: "x" };
  Object.assign(Object.prototype, added);
  after(() => Object.keys(added).forEach((name) => delete Object.prototype[name]));
  for (const store of [memoryStore(), casStore(place()), { update: ((inner) => (key, step) => inner.update(key, step))(memoryStore()) }]) {
    const once = new Idempotency(store);
    for (const status of ["executed", "replayed"]) assert.equal((await once.execute("k", REQUEST, () => ({ paid: 7 }))).status, status);
    const serve = once.handler(async (request) => new Response(await request.text()), { scope: false });
    for (let time = 0; time < 2; time++) assert.equal(await (await serve(post("h", "seven"))).text(), "seven");
    assert.deepEqual((await once.get("k")).value, { paid: 7 });
    assert.equal(await once.wrap(() => 9, { key: () => "w" })(), 9);
    const claim = await once.claim(new IdempotencyKey("c"), REQUEST);
    assert.equal((await claim.complete(5)).status, "executed");
    await once.purge("k");
    assert.equal(await once.drain(), 0);
  }
  assert.throws(() => new Idempotency({}), { name: "IdempotencyError" });
  assert.equal((await idempotentFetch("https://shop.test/pay", { body: "7" }, { fetch: async () => new Response("ok") })).status, 200);
  for (const name of Object.keys(added)) delete Object.prototype[name];
});
