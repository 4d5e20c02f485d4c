// Errors as JSON and back: nothing that a cause does makes it throw, the deepest cause's code is in it, and the class comes back.
import assert from "node:assert/strict";
import * as shardd from "shardd-wasm";
import { failure, stage } from "./stage.js";

const { NetworkError, ShardError, TimeoutError, isShardError } = shardd;
const coded = (code, more) => Object.assign(new Error("why"), { code }, more);
const through = (cause, levels) => (levels === 0 ? cause : new TypeError("fetch failed", { cause: through(cause, levels - 1) }));
const logged = (cause) => JSON.parse(JSON.stringify(new NetworkError({ message: "The connection failed.", cause })));

// The code that lies deepest, of a chain and of the errors of several addresses.
for (const code of ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "DEPTH_ZERO_SELF_SIGNED_CERT", "UND_ERR_SOCKET"]) {
  for (const levels of [0, 1, 2, 5]) assert.equal(logged(through(coded(code), levels)).causeCode, code);
  assert.equal(logged(through(new AggregateError([new Error("no code"), coded(code)]), 1)).causeCode, code);
  assert.equal(logged(through(Object.assign(new AggregateError([through(coded(code), 2)]), { code: "OUTER" }), 1)).causeCode, code);
}
assert.equal(logged(coded("OUTER", { cause: new Error("none below") })).causeCode, "OUTER");
for (const cause of [undefined, null, "text", 5, new Error("plain"), coded(20), coded("")]) assert.equal(logged(cause).causeCode, undefined);
const { code: refused } = await fetch("http://127.0.0.1:1").catch(({ cause }) => cause);
const { shardd: dead, local: unused } = stage({ edges: ["http://127.0.0.1:1"], fetch: undefined, maxAttempts: 1 });
assert.equal((await failure(dead.getBalances("b"))).toJSON().causeCode, refused);
unused.dispose();

// Whatever the cause is.
const throwing = () => { throw new Error("not this way"); };
const cyclic = coded("ELOOP");
cyclic.cause = new AggregateError([cyclic, { cause: cyclic }]);
cyclic.cause.errors.push(cyclic.cause);
const { proxy: revoked, revoke } = Proxy.revocable({}, {});
revoke();
const causes = [
  cyclic, revoked, 5n, Symbol("s"), Object.create(null), new Proxy({}, { get: throwing, ownKeys: throwing, has: throwing, getPrototypeOf: throwing }),
  new Proxy(new Error("x"), { get: throwing }), { get code() { throw 1; }, get cause() { throw 2; }, get errors() { throw 3; }, toString: throwing },
  { [Symbol.toPrimitive]: throwing }, { toString: () => ({}), valueOf: () => ({}) }, () => {}, class {}, new Error("x", { cause: revoked }),
  new AggregateError([revoked, Symbol("s"), 5n]), { errors: revoked }, { errors: { *[Symbol.iterator]() { for (;;) yield 1; } } }, Object.assign(new Error("m"), { message: Symbol("s") }),
];
for (const cause of causes) {
  const json = new NetworkError({ message: "The connection failed.", cause, outcome: "unknown" }).toJSON();
  assert.equal(typeof json.cause, "string", `cause ${causes.indexOf(cause)}`);
  assert.deepEqual(structuredClone(json), json);
  assert.deepEqual(JSON.parse(JSON.stringify(json)), json);
}
assert.equal(logged(cyclic).causeCode, "ELOOP");
// Nor what a test of somebody's puts into one.
const loop = {};
loop.loop = loop;
for (const value of [loop, revoked, 5n, [5n], { a: 5n }, Symbol("s"), () => {}]) JSON.stringify(new TimeoutError({ message: "slow", account: value, limit: value }));
const hostile = new TimeoutError({ message: "slow" });
for (const name of ["cause", "edge"]) Object.defineProperty(hostile, name, { enumerable: true, get: throwing });
assert.equal(hostile.toJSON().message, "slow");

// And back: of the same class, with all that it had.
const { shardd: exact, local } = stage({ integers: "bigint" });
const short = await failure(exact.charge("b", "a", 5));
for (const json of [short.toJSON(), JSON.stringify(short), structuredClone(short.toJSON()), short]) {
  const back = ShardError.fromJSON(json);
  assert.ok(back instanceof shardd.InsufficientFundsError && isShardError(back));
  assert.deepEqual([back.balance, back.projectedAvailableBalance, back.limit, back.idempotencyNonce], [0n, -5n, 0n, short.idempotencyNonce]);
  assert.deepEqual(back.toJSON(), short.toJSON());
  assert.equal(back.retry, undefined);
  assert.match(back.stack, /^InsufficientFundsError: /);
}
for (const [name, Class] of Object.entries(shardd).filter(([name]) => /Error$/.test(name) && !["ShardError", "isShardError"].includes(name))) {
  const error = new Class({ message: "A sentence.", outcome: "applied", attempts: 2, retryable: true, reason: "why", cause: through(coded("ENOTFOUND"), 2) });
  const back = ShardError.fromJSON(JSON.stringify(error));
  assert.deepEqual([back.constructor, back.name, back.cause, back.causeCode], [Class, name, "TypeError: fetch failed", "ENOTFOUND"]);
  assert.deepEqual(back.toJSON(), error.toJSON());
}
// Of a newer version: its code and name stay, and what this one does not understand proves nothing.
const newer = ShardError.fromJSON({ name: "QuotaError", code: "quota", message: "Enough.", outcome: "half", attempts: "many", retryable: "yes", quota: { left: 0 } });
assert.deepEqual([newer.constructor, newer.name, newer.code, newer.outcome, newer.attempts, newer.retryable, newer.quota], [ShardError, "QuotaError", "quota", "unknown", 0, false, { left: 0 }]);
assert.deepEqual(ShardError.fromJSON(newer.toJSON()).toJSON(), newer.toJSON());
// A log is somebody else's text.
const sly = ShardError.fromJSON('{"message":"m","code":"constructor","__proto__":{"polluted":1},"toJSON":"x","stack":"x","retry":"x","toString":"x","constructor":"x"}');
assert.deepEqual([sly.polluted, {}.polluted, typeof sly.toJSON, sly.retry, String(sly), sly.constructor], [undefined, undefined, "function", undefined, "ShardError: m", ShardError]);
for (const json of [undefined, null, 5, "", "text", "[]", "null", "{}", [], {}, { message: 5 }, cyclic, revoked, () => {}]) assert.throws(() => ShardError.fromJSON(json), shardd.InvalidInputError);
local.dispose();
