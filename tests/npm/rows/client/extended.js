// A page's scripts have extended Object.prototype, enumerably, by functions and by values, some of them with the names of options.
import assert from "node:assert/strict";
import { InsufficientFundsError, InvalidInputError, ShardError, Shardd } from "shardd-wasm";
import { memoryStore } from "shardd-wasm/stores";
import { localShardd } from "shardd-wasm/testing";
import { facts, failure } from "./stage.js";

const ADDED = {
  extend() { return this; }, each() {}, clone() { return { ...this }; }, remove() { return true; }, hold() {}, watch() {}, update() {}, list() {}, command() {},
  isEmpty: true, count: 7, note: "added", put: "added", edge: "added", owner: "added", outcome: "added", limit: 9, scope: "added", version: "added", only: "added",
};
for (const [name, value] of Object.entries(ADDED)) Object.prototype[name] = value;
process.on("exit", () => { for (const name of Object.keys(ADDED)) delete Object.prototype[name]; });

const told = [];
const local = localShardd({ regions: 2, keys: [{ token: "key" }] });
const options = { edges: local.edges, fetch: (url, init) => local.fetch(url, { __proto__: null, ...init }), onEvent: (event) => told.push(Object.keys(event)) };
const shardd = new Shardd("key", { ...options, store: memoryStore() });

// Writes, with a store whose steps have a `remove` that nobody said.
const written = await shardd.credit("b", "a", 500, { idempotencyNonce: "once" });
assert.deepEqual([written.event.note, written.balance], [null, 500]);
assert.equal((await shardd.credit("b", "a", 500, { idempotencyNonce: "once" })).deduplicated, true);
assert.equal((await shardd.charge("b", "a", 5, { note: "own" })).event.note, "own");
const { reservationId } = await shardd.reserve("b", "a", 50, 60_000);
await shardd.settle("b", "a", reservationId, 5);
// Reads.
assert.equal((await shardd.getAccount("b", "a", { after: written })).balance, 490);
assert.deepEqual(Object.keys((await shardd.getBalances("b")).accounts[0]).length, 7);
await local.settled();
assert.ok((await shardd.listEvents("b")).events.length >= 4);
for await (const row of shardd.myEvents({ limit: 2 })) assert.equal(row.bucket, "b");
await shardd.edges();
await shardd.health();
assert.deepEqual([await shardd.pending(), await shardd.resume(), await shardd.discard("none")], [[], [], false]);
for (const row of [...shardd.edgeTable(), ...(await shardd.listMyBuckets()).buckets]) for (const name of Object.keys(ADDED)) assert.ok(!Object.hasOwn(row, name));

// Faults, failover, errors and their records.
local.fault("all", { kind: "status", status: 503, count: 1 });
await shardd.credit("b", "a", 5);
const short = await failure(shardd.charge("b", "a", 5_000));
assert.ok(short instanceof InsufficientFundsError);
assert.deepEqual(facts(short, "limit", "edge"), { name: "InsufficientFundsError", outcome: "rejected", limit: 0, edge: short.edge });
for (const name of ["extend", "note", "isEmpty", "version"]) assert.ok(!Object.hasOwn(short.toJSON(), name), name);
assert.deepEqual(ShardError.fromJSON(JSON.stringify(short)).toJSON(), short.toJSON());
await shardd.credit("b", "a", 5_000);
assert.equal((await short.retry()).balance, 495);

// Options: what is one's own is judged, what is not is not there.
assert.throws(() => new Shardd("key", { ...options, timeout: 5 }), /did you mean timeoutMs/);
await assert.rejects(shardd.charge("b", "a", 5, { extend: 5 }), InvalidInputError);
assert.throws(() => new Shardd("key", { store: {} }), /no method update/);
assert.equal(Shardd.fromEnv({ SHARDD_API_KEY: "key" }, options).edgeTable().length, 2);
assert.equal(await shardd.forget(), 7);
// Those that events have of their own.
assert.ok(told.flat().every((name) => !Object.hasOwn(ADDED, name) || ["edge", "outcome"].includes(name)));
local.dispose();
