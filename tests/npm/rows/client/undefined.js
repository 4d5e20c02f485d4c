// What is undefined is not given, wherever something can be: the environment, a client, a call, a filter, a retry, an error, a ledger.
import assert from "node:assert/strict";
import { InvalidInputError, Shardd, TimeoutError } from "shardd-wasm";
import { localShardd } from "shardd-wasm/testing";
import { memoryStore } from "shardd-wasm/stores";
import { failure, stage } from "./stage.js";

const urls = (shardd) => shardd.edgeTable().map(({ url }) => url);
const ENV = { SHARDD_API_KEY: "key", SHARDD_EDGES: "https://a.example, https://b.example" };
const LISTED = ["https://a.example", "https://b.example"];

// The environment: options that are there take its place, undefined ones do not.
for (const options of [undefined, null, {}, { edges: undefined }, { edges: null }, { edges: undefined, timeoutMs: undefined, signal: undefined }]) {
  assert.deepEqual(urls(Shardd.fromEnv(ENV, options)), LISTED);
}
assert.deepEqual(urls(Shardd.fromEnv(ENV, { edges: ["https://c.example"] })), ["https://c.example"]);
assert.deepEqual(urls(Shardd.fromEnv({ ...ENV, SHARDD_EDGES: "" }, { edges: ["https://c.example"] })), ["https://c.example"]);
assert.deepEqual(urls(Shardd.fromEnv({ ...ENV, SHARDD_EDGES: undefined })), urls(new Shardd("key")));
const before = { ...process.env };
Object.assign(process.env, ENV);
for (const env of [undefined, null]) assert.deepEqual(urls(Shardd.fromEnv(env, { edges: undefined })), LISTED);
Object.assign(process.env, before);
// Set but empty is nobody's way to production.
for (const SHARDD_EDGES of ["", " ", ",", " , ,", "\t\n", [], {}, 5, false]) {
  for (const options of [undefined, { edges: undefined }]) {
    assert.throws(() => Shardd.fromEnv({ ...ENV, SHARDD_EDGES }, options), (error) => error instanceof InvalidInputError && /^SHARDD_EDGES is set and names no edge: /.test(error.message));
  }
}
assert.throws(() => Shardd.fromEnv(ENV, "edges"), /options are not an object/);

// A client: every option at once.
const nothing = Object.fromEntries([
  "edges", "allowHttp", "timeoutMs", "attemptTimeoutMs", "probeTimeoutMs", "cooldownMs", "settleMs", "ambiguousWrites", "maxAttempts", "maxBodyBytes",
  "integers", "fetch", "rememberEdge", "discover", "owner", "ledger", "store", "storeFailure", "storeTimeoutMs", "onEvent", "signal", "waitUntil",
].map((name) => [name, undefined]));
assert.deepEqual(urls(new Shardd("key", nothing)), urls(new Shardd("key")));

// An owner function goes on to a client with another key, a name does not.
const owners = [];
const kept = stage({ owner: () => owners.push("asked") && "alice", store: memoryStore({ maxEntries: undefined, now: undefined }) });
for (const options of [undefined, { owner: undefined }, { owner: null }]) await kept.shardd.withApiKey("other", options).credit("b", "a", 5);
assert.equal(owners.length, 3);
assert.equal(await kept.shardd.forget({ pending: undefined }), 3);

// A call, and a filter.
const { shardd, local, sent } = stage({}, { keys: [{ token: "key" }] });
const call = { signal: undefined, timeoutMs: undefined, edge: undefined, waitUntil: undefined };
const write = { ...call, note: undefined, idempotencyNonce: undefined, maxOverdraft: undefined, minAcks: undefined, ackTimeoutMs: undefined, holdAmount: undefined, holdExpiresAtUnixMs: undefined, skipHold: undefined };
const { event } = await shardd.createEvent("b", "a", 500, { ...write, settleReservation: undefined, releaseReservation: undefined });
assert.equal(event.note, null);
await shardd.charge("b", "a", 5, write);
await shardd.getAccount("b", "a", { ...call, after: undefined });
await shardd.health(undefined, call);
await shardd.listMyBuckets({ ...call, q: undefined, page: undefined, limit: undefined });
for await (const row of shardd.myBuckets({ page: undefined })) assert.equal(row.bucket, "b");
for await (const row of shardd.myEvents({ offset: undefined, bucket: undefined })) assert.equal(row.bucket, "b");
for (const { path, body } of sent) assert.doesNotMatch(`${path} ${body ?? ""}`, /undefined/);

// A retry: the first call's options stay where nothing else is said.
const silent = stage({ timeoutMs: 60_000 }, {});
silent.local.fault(0, { kind: "black-hole" });
const error = await failure(silent.shardd.charge("b", "a", 5, { timeoutMs: 300 }));
const from = performance.now();
const again = await failure(error.retry({ timeoutMs: undefined, signal: undefined }));
assert.ok(again instanceof TimeoutError && performance.now() - from < 5_000, "the retry forgot its timeoutMs");
await assert.rejects(error.retry({ note: "another" }), InvalidInputError);

// An error of a test's own, and a ledger.
const { retryable, outcome, attempts, cause } = new TimeoutError({ message: "slow", retryable: undefined, outcome: undefined, attempts: undefined, cause: undefined });
assert.deepEqual([retryable, outcome, attempts, cause], [false, "rejected", 0, undefined]);
const odd = localShardd({ regions: [{ delayMs: undefined }], replicationMs: undefined, seed: undefined, spread: undefined, clock: undefined, startUnixMs: undefined, keys: undefined });
odd.fault(0, { kind: "none", delay_ms: undefined, count: undefined });
assert.throws(() => odd.fault(0, { kind: undefined }), /a fault wants a kind/);
for (const ledger of [odd, local, silent.local, kept.local]) ledger.dispose();
