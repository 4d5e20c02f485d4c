// A client that a framework hands out as a Proxy (Vue, Pinia, MobX, Alpine), a subclass, Object.create(client), a frozen one: all are the client.
import assert from "node:assert/strict";
import { inspect } from "node:util";
import { InvalidInputError, Shardd } from "shardd-wasm";
import { stage } from "./stage.js";

/** As Vue's reactive(): the getter's receiver is the proxy. */
const plain = (target) => new Proxy(target, { get: (of, name, receiver) => Reflect.get(of, name, receiver) });
/** Hands on with the target as receiver. */
const onto = (target) => new Proxy(target, { get: (of, name) => of[name] });
/** Wraps whatever it gives, functions and what they return too, but for promises and iterators, which no proxy can stand in for. */
const deep = (target) => new Proxy(target, {
  get: (of, name, receiver) => wrapped(Reflect.get(of, name, receiver)),
  apply: (of, self, args) => wrapped(Reflect.apply(of, self, args)),
});
const wrapped = (value) => (Object(value) !== value || value instanceof Promise || value?.[Symbol.asyncIterator] ? value : deep(value));

const { shardd, local, fetch } = stage({}, { keys: ["key", "other"].map((token) => ({ token, user: "6f1e0a52-6b8e-4f0e-9d53-0c8f1d0c8a11" })) });
const options = { fetch, edges: local.edges };
class Own extends Shardd {}
const clients = {
  plain: plain(shardd),
  onto: onto(shardd),
  deep: deep(shardd),
  twice: plain(deep(plain(shardd))),
  created: Object.create(shardd),
  frozen: Object.freeze(new Shardd("key", options)),
  "deep, frozen": deep(Object.freeze(new Shardd("key", options))),
  sealed: plain(Object.seal(new Own("key", options))),
  subclass: deep(new Own("key", options)),
  "with another key": plain(plain(shardd).withApiKey("other")),
  "deep, with another key": deep(shardd).withApiKey("other"),
};
let balance = 0;
for (const [name, client] of Object.entries(clients)) {
  assert.equal((await client.credit("b", "a", 5)).balance, (balance += 5), name);
  assert.equal((await client.getAccount("b", "a")).balance, balance, name);
  assert.equal(client.edgeTable().length, 1, name);
  for await (const row of client.myEvents({ limit: 5 })) {
    assert.equal(row.bucket, "b", name);
    break;
  }
  assert.ok(Array.isArray((await client.listEvents("b")).events), name);
}
// Each has its own state, also where one is the prototype of another.
const derived = Object.create(shardd).withApiKey("other");
derived.close();
await assert.rejects(plain(derived).credit("b", "a", 5), { code: "aborted" });
await plain(shardd).credit("b", "a", 5);
plain(shardd).close();
await assert.rejects(shardd.credit("b", "a", 5), { code: "aborted" });

// Nothing of it shows.
const secret = new Shardd("a-secret", { ...options, owner: "alice" });
for (const text of [JSON.stringify(secret), inspect(secret, { showHidden: true, depth: 9, getters: true }), inspect(plain(secret), { showProxy: true, depth: 9 })]) assert.doesNotMatch(text, /a-secret|alice/);
assert.deepEqual([Object.keys(secret), { ...secret }, Object.getOwnPropertyNames(secret)], [[], {}, []]);
for (const key in secret) assert.fail(key);

// What is no client says so, and by what name to keep one.
for (const stranger of [undefined, null, {}, { ...secret }, structuredClone({}), 5]) {
  await assert.rejects(Shardd.prototype.charge.call(stranger, "b", "a", 5), (error) => error instanceof InvalidInputError && /markRaw or shallowRef/.test(error.message));
}
local.dispose();
