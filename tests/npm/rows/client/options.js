// Options: every name known, every value of its type, the nearest name where one is not; nothing is sent before that.
import assert from "node:assert/strict";
import { InvalidInputError, Shardd } from "shardd-wasm";
import { failure, stage } from "./stage.js";

const EDGES = ["https://a.example"];

function refused(sentence, options, key = "key") {
  assert.throws(() => new Shardd(key, options), (error) => {
    assert.ok(error instanceof InvalidInputError, error.stack);
    assert.match(error.message, sentence);
    assert.match(error.message, /^(The|An) [^\n]{10,200}[.?]$/);
    return true;
  });
}

// Of a client: unknown names, with the nearest one that is known.
for (const [name, nearest] of [
  ["edge", "edges"], ["Edges", "edges"], ["timeout", "timeoutMs"], ["timeoutms", "timeoutMs"], ["attemptTimeout", "attemptTimeoutMs"],
  ["probeTimeout", "probeTimeoutMs"], ["cooldown", "cooldownMs"], ["settle", "settleMs"], ["ambiguousWrite", "ambiguousWrites"],
  ["maxAttempt", "maxAttempts"], ["maxBody", "maxBodyBytes"], ["integer", "integers"], ["fetcher", "fetch"], ["rememberEdges", "rememberEdge"],
  ["discovery", "discover"], ["onEvents", "onEvent"], ["signals", "signal"], ["waitUntill", "waitUntil"], ["allowHTTP", "allowHttp"],
]) refused(new RegExp(`did you mean ${nearest}\\?`), { [name]: 5 });
// The unknown name may be a secret in the wrong place: it stays out of the message.
refused(/^An option is unknown: did you mean \w+\?$/, { sk_live_secret: true });
refused(/option note is not one of this call/, { note: "x" });
for (const options of [5, "edges", true, () => {}, ["https://a.example"], Symbol("s"), 5n]) refused(/options are not an object/, options);
for (const options of [undefined, null, {}, { edges: undefined }, { onEvent: null, signal: null, timeoutMs: null, note: undefined }]) new Shardd("key", options);

// Wrong types and values.
for (const name of ["timeoutMs", "attemptTimeoutMs", "probeTimeoutMs", "cooldownMs", "settleMs", "maxAttempts"]) {
  for (const value of ["5000", true, {}, [5000], NaN, 1.5, Infinity, 0, -1, 2 ** 31, 2n ** 31n, 2n ** 70n, new Date()]) {
    refused(new RegExp(`(option )?${name} is (not a|out of range|beyond)`), { [name]: value });
  }
  new Shardd("key", { [name]: name === "settleMs" ? 500 : 1 });
  new Shardd("key", { [name]: 2_147_483_647n });
}
refused(/settleMs is out of range: give a whole number from 500/, { settleMs: 499 });
for (const [options, sentence] of [
  [{ edges: "https://a.example" }, /edges is not an array/], [{ edges: [] }, /list of edges is empty/], [{ edges: [5] }, /edge is not a string/],
  [{ edges: new Set(EDGES) }, /edges is not an array/], [{ edges: ["a.example"] }, /not an http\(s\) URL/], [{ edges: ["ftp://a.example"] }, /not an http\(s\) URL/],
  [{ edges: ["http://a.example"] }, /plain http beyond this machine/], [{ edges: ["https://user:secret@a.example"] }, /credentials/],
  [{ edges: ["https://a.example?x"] }, /a query/], [{ edges: ["https://a.example#x"] }, /a fragment/], [{ edges: ["https://a b.example"] }, /not an http/],
  [{ edges: [`https://${"\ud800"}.example`] }, /half a surrogate/],
  [{ allowHttp: 1 }, /allowHttp is neither/], [{ allowHttp: "yes" }, /allowHttp is neither/],
  [{ ambiguousWrites: "retry" }, /ambiguousWrites is neither "failover" nor "same-edge"/], [{ ambiguousWrites: true }, /ambiguousWrites is neither/],
  [{ maxBodyBytes: -1 }, /maxBodyBytes is negative/], [{ maxBodyBytes: "32" }, /maxBodyBytes is not a number/],
  [{ integers: "bigints" }, /integers is neither "number" nor "bigint"/], [{ integers: BigInt }, /integers is neither/],
  [{ fetch: "fetch" }, /fetch is not a function/], [{ fetch: {} }, /fetch is not a function/], [{ onEvent: [] }, /onEvent is not a function/],
  [{ signal: new AbortController() }, /signal is not an AbortSignal/], [{ waitUntil: Promise.resolve() }, /waitUntil is not a function/],
]) refused(sentence, options);
// A secret in a URL stays out of the message.
assert.throws(() => new Shardd("key", { edges: ["https://user:secret@a.example"] }), (error) => !/secret/.test(error.message));

// What fits: slashes and copies are dropped, plain http on this machine is fine.
assert.deepEqual(
  new Shardd("key", { edges: ["https://a.example/", "https://a.example", "http://127.0.0.1:5//", "http://localhost", "http://[::1]:7", "http://x.localhost"] }).edgeTable().map(({ url }) => url),
  ["https://a.example", "http://127.0.0.1:5", "http://localhost", "http://[::1]:7", "http://x.localhost"],
);
assert.equal(new Shardd("key", { edges: ["http://a.example"], allowHttp: true }).edgeTable().length, 1);
assert.deepEqual(new Shardd("key").edgeTable()[0], { url: "https://use1.api.shardd.xyz", rttMs: null, state: "up", cooldownLeftMs: 0, pinned: false });

// Of a call: what is unknown, and what another call takes.
const { shardd, local, sent } = stage();
const CALLS = {
  charge: (options) => shardd.charge("b", "a", 5, options),
  credit: (options) => shardd.credit("b", "a", 5, options),
  createEvent: (options) => shardd.createEvent("b", "a", 5, options),
  createMyBucketEvent: (options) => shardd.createMyBucketEvent("b", "a", 5, options),
  reserve: (options) => shardd.reserve("b", "a", 5, 60_000, options),
  settle: (options) => shardd.settle("b", "a", "id", 5, options),
  release: (options) => shardd.release("b", "a", "id", options),
  listEvents: (options) => shardd.listEvents("b", options),
  getBalances: (options) => shardd.getBalances("b", options),
  getAccount: (options) => shardd.getAccount("b", "a", options),
  edges: (options) => shardd.edges(options),
  health: (options) => shardd.health(undefined, options),
  listMyBuckets: (options) => shardd.listMyBuckets(options),
  listMyDeletedBuckets: (options) => shardd.listMyDeletedBuckets(options),
  getMyBucket: (options) => shardd.getMyBucket("b", options),
  listMyBucketEvents: (options) => shardd.listMyBucketEvents("b", options),
  listMyEvents: (options) => shardd.listMyEvents(options),
  deleteMyBucket: (options) => shardd.deleteMyBucket("b", options),
};
const EVERY = ["signal", "timeoutMs", "edge", "waitUntil"];
const COMMON = ["note", "idempotencyNonce", "minAcks", "ackTimeoutMs"];
const HOLDS = ["skipHold", "holdAmount", "holdExpiresAtUnixMs"];
const ENDS = ["settleReservation", "releaseReservation"];
/** What each call takes beside the four that every call takes. */
const TAKES = {
  charge: [...COMMON, "maxOverdraft", ...HOLDS],
  credit: COMMON,
  createEvent: [...COMMON, "maxOverdraft", ...HOLDS, ...ENDS],
  createMyBucketEvent: [...COMMON, "maxOverdraft", ...HOLDS, ...ENDS],
  reserve: [...COMMON, "maxOverdraft"],
  settle: COMMON,
  release: COMMON,
  getAccount: ["after"],
  listMyBuckets: ["q", "page", "limit"],
  listMyBucketEvents: ["q", "page", "limit", "account"],
  listMyEvents: ["bucket", "account", "origin", "eventType", "sinceMs", "untilMs", "search", "limit", "offset", "replication"],
};
const all = [...new Set([...EVERY, ...Object.values(TAKES).flat(), "integers", "fetch", "timeout", "nonce"])];
for (const [name, call] of Object.entries(CALLS)) {
  for (const option of all) {
    // A value that no option takes: either the name is refused or the value is.
    const { message, ...error } = await failure(call({ [option]: Symbol("no value") }));
    assert.equal(error.outcome, "rejected");
    const taken = [...EVERY, ...(TAKES[name] ?? [])].includes(option);
    const what = `${name} { ${option} }: ${message}`;
    if (taken) assert.match(message, new RegExp(`(${option}|edge|after) (is|contains|are)`), what);
    else assert.match(message, /is not one of this call: leave it out|An option is unknown: did you mean \w+\?/, what);
  }
  for (const wrong of [5, "text", true, [], () => {}]) assert.match((await failure(call(wrong))).message, /options are not an object/, name);
}
assert.match((await failure(shardd.charge("b", "a", 5, { nonce: "n" }))).message, /did you mean note\?/);
assert.match((await failure(shardd.charge("b", "a", 5, { idempotencynonce: "n" }))).message, /did you mean idempotencyNonce\?/);
assert.match((await failure(shardd.credit("b", "a", 5, { holdAmount: 1 }))).message, /option holdAmount is not one of this call/);
assert.deepEqual(sent, [], "nothing was sent for a wrong option");

// What is left undefined is not given, whatever it would have been; null is absent too, where the name is known.
assert.equal((await shardd.credit("b", "a", 5, { holdAmount: undefined, nonsense: undefined, note: null, signal: null, edge: null })).balance, 5);
assert.equal((await shardd.getBalances("b", null)).totalBalance, 5);
// Options of any make: without a prototype, of a class, frozen.
class Options { note = "of a class"; }
assert.equal((await shardd.credit("b", "a", 5, new Options())).event.note, "of a class");
assert.equal((await shardd.credit("b", "a", 5, Object.assign(Object.create(null), { note: "bare" }))).event.note, "bare");
assert.equal((await shardd.credit("b", "a", 5, Object.freeze({ note: "frozen" }))).event.note, "frozen");

// One that throws is no synchronous throw, and the error names it.
{
  const thrown = new Error("trapped");
  const trap = (name) => Object.defineProperty({}, name, { enumerable: true, get() { throw thrown; } });
  const isNamed = (error, name) => {
    assert.ok(error instanceof InvalidInputError, error.stack);
    assert.equal(error.message, `The ${name} cannot be read: see the cause.`);
    assert.equal(error.cause, thrown);
  };
  for (const name of ["note", "signal", "idempotencyNonce", "waitUntil"]) isNamed(await failure(shardd.credit("b", "a", 5, trap(name))), `option ${name}`);
  isNamed(await failure(shardd.getBalances("b", trap("signal"))), "option signal");
  isNamed(await failure(shardd.getAccount("b", "a", trap("after"))), "option after");
  isNamed(await failure(shardd.forget(trap("pending"))), "option pending");
  const unreadable = new Proxy({}, { ownKeys() { throw thrown; } });
  isNamed(await failure(shardd.credit("b", "a", 5, unreadable)), "options");
  const refused = (act) => {
    try {
      act();
    } catch (error) {
      return error;
    }
    return assert.fail("it was taken");
  };
  const client = (more) => () => new Shardd("key", { fetch: local.fetch, edges: local.edges, ...more });
  for (const name of ["fetch", "edges", "store", "signal", "onEvent", "rememberEdge", "timeoutMs"]) isNamed(refused(() => new Shardd("key", trap(name))), `option ${name}`);
  isNamed(refused(() => shardd.withApiKey("other", trap("owner"))), "option owner");
  isNamed(refused(() => Shardd.fromEnv({ SHARDD_API_KEY: "key" }, trap("edges"))), "option edges");
  for (const [option, member] of [["rememberEdge", "get"], ["rememberEdge", "set"], ["store", "update"], ["store", "hold"], ["signal", "aborted"], ["signal", "addEventListener"]]) {
    isNamed(refused(client({ [option]: Object.assign(trap(member), member === "set" && { get() {} }, member === "addEventListener" && { aborted: false }) })), `option ${option}`);
  }
  isNamed(await failure(shardd.credit("b", "a", 5, { signal: trap("aborted") })), "option signal");
  // A signal that throws later aborts nothing, and takes nobody with it.
  let looks = 0;
  const moody = { get aborted() { if (looks++ > 0) throw thrown; return false; }, get reason() { throw thrown; }, addEventListener() {}, removeEventListener() {} };
  assert.equal((await shardd.getBalances("b", { signal: moody })).totalBalance, 20);
  assert.ok(looks > 1);
}

// The client's options as they were when it was made.
{
  const options = { fetch: local.fetch, edges: [...local.edges], onEvent: () => {} };
  const own = new Shardd("key", options);
  options.waitUntil = () => { throw new Error("too late"); };
  options.rememberEdge = { get: 5 };
  options.edges.push("https://b.example");
  assert.equal((await own.getBalances("b")).totalBalance, 20);
  assert.equal(own.edgeTable().length, 1);
}

// waitUntil gets one promise for each call that begins, which never rejects; the call itself does. One that is refused has nothing to outlive.
{
  const kept = [];
  const waitUntil = function (promise) { assert.equal(this, undefined); kept.push(promise); };
  const { shardd: own, local: ledger } = stage({ waitUntil, maxAttempts: 1 });
  await own.credit("b", "a", 5);
  ledger.fault(0, { kind: "reset-before" });
  await failure(own.credit("b", "a", 5));
  await failure(own.credit("b", "a", -5));
  assert.equal(kept.length, 2);
  await Promise.all(kept);
  const other = [];
  ledger.fault(0, null);
  await own.credit("b", "a", 5, { waitUntil: (promise) => other.push(promise) });
  assert.deepEqual([kept.length, other.length], [2, 1], "the call's own goes before the client's");
  const thrown = new TypeError("Illegal invocation");
  const before = ledger.requests()[0]["POST /events"];
  const error = await failure(own.credit("b", "a", 5, { waitUntil: () => { throw thrown; } }));
  assert.ok(error instanceof InvalidInputError);
  assert.match(error.message, /waitUntil threw: give \(promise\) => ctx\.waitUntil\(promise\)/);
  assert.deepEqual([error.cause, error.outcome], [thrown, "rejected"]);
  assert.equal(ledger.requests()[0]["POST /events"], before, "nothing was sent");
  ledger.dispose();
}
local.dispose();
