// A server a little older or newer than this one, and what it says of refusals.
import assert from "node:assert/strict";
import { Shardd } from "shardd-wasm";
import { localShardd } from "shardd-wasm/testing";
import { failure } from "./failure.js";

const HEALTH = { observed_at_unix_ms: 1, ready: true };
const EVENT = {
  event_id: "e", origin_node_id: "n", origin_epoch: 1, origin_seq: 1, created_at_unix_ms: 1, type: "standard", bucket: "b", account: "a", amount: -5,
  note: null, idempotency_nonce: "n", void_ref: null, hold_amount: 0, hold_expires_at_unix_ms: 0,
};
const WHOLE = { event: EVENT, emitted_events: [EVENT], balance: 10, available_balance: 9, deduplicated: false, acks: { requested: 0, received: 0, timeout: false } };
const json = (status, body) => new Response(JSON.stringify(body), { status });
const without = (value, ...names) => Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)));

/** What the charge "n" comes to, and how often it was sent. Each has a ledger of its own. */
let ledgers = 0;
async function charged(status, body, options) {
  let posts = 0;
  const fetch = async (url) => (url.endsWith("/health") ? json(200, HEALTH) : (posts++, json(status, body)));
  const shardd = new Shardd("key", { edges: [`https://${++ledgers}.test`], fetch, timeoutMs: 3_000, ...options });
  const said = await shardd.charge("b", "a", 5, { idempotencyNonce: "n" }).catch((error) => error);
  assert.equal(posts, 1, "once");
  return said;
}

// What is left out is blank, and no reason to doubt a booked write.
for (const [body, emitted, acks] of [
  [without(WHOLE, "emitted_events"), 0, WHOLE.acks],
  [{ ...WHOLE, emitted_events: null }, 0, WHOLE.acks],
  [without(WHOLE, "acks", "emitted_events"), 0, null],
  [{ ...WHOLE, event: without(EVENT, "note", "void_ref", "hold_amount", "hold_expires_at_unix_ms") }, 1, WHOLE.acks],
  [{ ...WHOLE, later: { at: [1] }, event: { ...EVENT, later: 1 } }, 1, WHOLE.acks],
]) {
  const result = await charged(201, body);
  assert.deepEqual([result.balance, result.availableBalance, result.emittedEvents.length, result.acks, result.deduplicated], [10, 9, emitted, acks, false]);
}
for (const [status, deduplicated] of [[200, true], [201, false]]) {
  assert.equal((await charged(status, without(WHOLE, "deduplicated"))).deduplicated, deduplicated);
  assert.equal((await charged(status, without(WHOLE, "deduplicated", "acks"))).deduplicated, deduplicated);
}

// The event proves the write where a figure is missing.
for (const name of ["balance", "available_balance"]) {
  for (const body of [without(WHOLE, name), { ...WHOLE, [name]: null }, { ...WHOLE, [name]: "10" }]) {
    const error = await charged(201, body);
    assert.deepEqual([error.name, error.outcome, error.retryable], ["DecodeError", "applied", false]);
  }
}
// The same where the event itself lacks something, or has an odd member.
for (const event of [without(EVENT, "type"), without(EVENT, "origin_node_id"), { ...EVENT, origin_seq: -1 }, { ...EVENT, event_id: 5 }]) {
  const error = await charged(201, { ...WHOLE, event });
  assert.deepEqual([error.name, error.outcome, error.retryable], ["DecodeError", "applied", false]);
}
// A replay is compared with the request: the ledger answers a nonce that it has with the first write of that nonce.
for (const other of [{ amount: -6 }, { account: "c" }, { bucket: "c" }, { type: "hold_release", amount: 0, void_ref: "r" }]) {
  const error = await charged(200, { ...WHOLE, deduplicated: true, event: { ...EVENT, ...other } });
  assert.deepEqual([error.name, error.outcome], ["ConflictError", "rejected"], JSON.stringify(other));
}
for (const same of [{ type: "standard_v2" }, { bucket: "user_0f3a__bucket_62" }, { note: "first" }]) {
  assert.equal((await charged(200, { ...WHOLE, deduplicated: true, event: { ...EVENT, ...same } })).deduplicated, true);
}
// The event of another nonce proves nothing.
{
  const error = await charged(201, { ...without(WHOLE, "balance"), event: { ...EVENT, idempotency_nonce: "other" } }, { maxAttempts: 1 });
  assert.deepEqual([error.name, error.outcome], ["DecodeError", "unknown"]);
}

// Insufficient funds in other words, and with fewer figures.
const SHORT = { error: "insufficient_funds", balance: 3, available_balance: 2, projected_available_balance: -3, limit: 0 };
for (const body of [SHORT, { ...SHORT, error: "insufficient funds" }, { ...SHORT, error: "Insufficient Funds: too little" }, { ...SHORT, error: "no", code: "INSUFFICIENT_FUNDS" }]) {
  const error = await charged(422, body);
  assert.deepEqual([error.name, error.balance, error.availableBalance, error.projectedAvailableBalance, error.limit], ["InsufficientFundsError", 3, 2, -3, 0]);
}
{
  const error = await charged(422, without(SHORT, "projected_available_balance", "limit"));
  assert.deepEqual([error.balance, error.projectedAvailableBalance, error.limit], [3, null, null]);
  const bare = await charged(422, { error: "insufficient_funds" });
  assert.deepEqual([bare.name, bare.balance], ["InsufficientFundsError", null]);
}
// A figure is never rounded: what no number holds is null, and the sentence has its digits.
{
  const BIG = "9007199254740993";
  const wire = new Response(JSON.stringify(SHORT).replace('"balance":3', `"balance":${BIG}`), { status: 422 });
  const fetch = async (url) => (url.endsWith("/health") ? json(200, HEALTH) : wire.clone());
  const asked = (integers) => failure(new Shardd("key", { edges: [`https://${++ledgers}.test`], fetch, integers }).charge("b", "a", 5));
  const plain = await asked("number");
  assert.equal(plain.balance, null);
  assert.match(plain.message, new RegExp(BIG));
  const exact = await asked("bigint");
  assert.equal(exact.balance, BigInt(BIG));
  assert.doesNotMatch(exact.message, new RegExp(BIG));
}
// Where holds are why, the sentence says so.
{
  const error = await charged(422, { ...SHORT, balance: 30, hold_blocking: true });
  assert.match(error.message, /holds of earlier charges take 28 of its balance.*skipHold/);
}

// What the server said of a key, and of itself.
{
  const states = ["revoked", "expired", "frozen"];
  const local = localShardd({ regions: 1, keys: states.map((state) => ({ token: state, state })) });
  const reasons = {};
  for (const key of [...states, "unknown"]) {
    const error = await failure(new Shardd(key, { edges: local.edges, fetch: local.fetch }).getBalances("b"));
    assert.deepEqual([error.name, error.retryable], ["UnauthorizedError", false]);
    reasons[error.reason] = error.message;
  }
  assert.deepEqual(Object.keys(reasons), ["key_revoked", "key_expired", "user_frozen", "key_unknown"]);
  assert.equal(new Set(Object.values(reasons)).size, 4, "each has a sentence of its own");
  local.dispose();
}
for (const [text, reason, retryable] of [
  ["dashboard auth is not configured", "no_dashboard", false],
  ["dashboard introspection failed with 500", "dashboard", true],
  ["error sending request for url (http://x/)", "dashboard", true],
  ["no libp2p nodes discovered", "no_nodes", true],
  ["node warming up", "warming_up", true],
  ["something else", undefined, true],
]) {
  const fetch = async (url) => json(url.endsWith("/health") ? 200 : 503, url.endsWith("/health") ? HEALTH : { error: text });
  const error = await failure(new Shardd("key", { edges: [`https://${++ledgers}.test`], fetch, maxAttempts: 1 }).listMyBuckets());
  assert.deepEqual([error.name, error.reason, error.retryable], ["ServiceUnavailableError", reason, retryable], text);
  if (reason === "no_dashboard") assert.match(error.message, /dashboard auth is not configured/);
}

// What nobody promised may be nested as deep as it likes: 64 levels pass, more is no answer, and no stack ends.
for (const [levels, code] of [[60, undefined], [70, "decode"], [100_000, "decode"]]) {
  const text = JSON.stringify(WHOLE).replace(/}$/, `,"later":${"[".repeat(levels)}${"]".repeat(levels)}}`);
  const fetch = async (url) => (url.endsWith("/health") ? json(200, HEALTH) : new Response(text, { status: 201 }));
  const shardd = new Shardd("key", { edges: [`https://${++ledgers}.test`], fetch, maxAttempts: 1 });
  const said = await shardd.charge("b", "a", 5, { idempotencyNonce: "n" }).catch((error) => error);
  assert.equal(said.code, code, `${levels} levels`);
  if (!code) assert.equal(said.later.flat(Infinity).length, 0);
}
