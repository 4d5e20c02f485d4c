// integers: "bigint" end to end, and what "number" does where a number cannot hold the figure.
import assert from "node:assert/strict";
import { DecodeError, InsufficientFundsError, Shardd } from "shardd-wasm";
import { facts, failure, stage, until } from "./stage.js";

const BIG = 2n ** 53n + 1_001n; // no number is as odd
const { local, shardd: exact, fetch } = stage({ integers: "bigint" }, { keys: [{ token: "key" }] });

// Every figure of every answer, in either spelling of the input.
const credited = await exact.credit("b", "big", BIG);
assert.deepEqual([credited.balance, credited.availableBalance, credited.event.amount], [BIG, BIG, BIG]);
assert.deepEqual([credited.event.holdAmount, credited.event.holdExpiresAtUnixMs, credited.emittedEvents[0].amount], [0n, 0n, BIG]);
assert.equal((await exact.charge("b", "big", 3, { skipHold: true })).balance, BIG - 3n);
assert.equal((await exact.createEvent("b", "big", -4n, { skipHold: true })).event.amount, -4n);
const reservation = await exact.reserve("b", "big", BIG - 100n, 60_000);
assert.deepEqual([reservation.balance, reservation.availableBalance], [BIG - 7n, 93n]);
assert.deepEqual([reservation.event.holdAmount, typeof reservation.expiresAtUnixMs], [BIG - 100n, "bigint"]);
assert.equal(reservation.expiresAtUnixMs, reservation.event.holdExpiresAtUnixMs);

const account = await exact.getAccount("b", "big", { after: reservation });
const [held] = Object.values(account.reservedByOrigin);
assert.deepEqual([account.balance, account.availableBalance, held.reservedAmount], [BIG - 7n, 93n, BIG - 100n]);
assert.deepEqual([held.nextExpiryUnixMs, held.latestExpiryUnixMs], [reservation.expiresAtUnixMs, reservation.expiresAtUnixMs]);
const balances = await exact.getBalances("b");
assert.deepEqual([balances.totalBalance, balances.accounts[0].balance, balances.accounts[0].activeHoldTotal], [BIG - 7n, BIG - 7n, BIG - 100n]);
const mine = await exact.getMyBucket("b");
assert.deepEqual([mine.summary.totalBalance, mine.accounts[0].availableBalance], [BIG - 7n, 93n]);
assert.equal((await exact.listMyBuckets()).buckets[0].activeHoldTotal, BIG - 100n);
// The ledger lists an event a moment after it was written.
await until(async () => (await exact.listMyEvents()).total === 4);
assert.deepEqual((await exact.listMyEvents()).events.map(({ amount }) => typeof amount), Array(4).fill("bigint"));
assert.deepEqual((await exact.listMyBucketEvents("b")).events.map(({ holdAmount }) => typeof holdAmount), Array(4).fill("bigint"));

// Counters, sequences and created-at times are numbers in both modes; so is a page's limit.
assert.deepEqual([reservation.event.originSeq, reservation.event.createdAtUnixMs, reservation.meta.status].map((n) => typeof n), Array(3).fill("number"));
assert.deepEqual([(await exact.listMyEvents()).limit, balances.accounts[0].eventCount, held.reservationCount], [100, 4, 1]);
assert.equal(typeof (await exact.health()).observedAtUnixMs, "number");
assert.deepEqual(structuredClone(credited), credited);

// What looks like a figure in text stays text.
const noted = await exact.credit("b", "12345", 1, { note: "67890" });
assert.deepEqual([noted.event.account, noted.event.note], ["12345", "67890"]);

// An error's figures are bigints too, and JSON takes them as digits.
const short = await failure(exact.charge("b", "big", BIG));
assert.ok(short instanceof InsufficientFundsError);
assert.deepEqual([short.balance, short.availableBalance, short.projectedAvailableBalance, short.limit], [BIG - 7n, 93n, 93n - BIG, 0n]);
assert.deepEqual([short.holdBlocking, short.retryable, short.outcome], [false, false, "rejected"]);
const logged = JSON.parse(JSON.stringify(short));
assert.deepEqual([logged.name, logged.code, logged.balance, logged.limit], ["InsufficientFundsError", "insufficient_funds", String(BIG - 7n), "0"]);
assert.equal(logged.idempotencyNonce, short.idempotencyNonce);

// The edges of i64.
assert.equal((await exact.credit("b", "most", 2n ** 63n - 1n)).balance, 2n ** 63n - 1n);
assert.equal((await exact.createEvent("b", "least", -(2n ** 63n - 1n), { maxOverdraft: 2n ** 63n - 1n, skipHold: true })).balance, 1n - 2n ** 63n);

// A number never rounds: the write is applied, its answer cannot be given, and its field is named.
const { shardd: plain } = stage({ fetch, edges: local.edges });
const beyond = await failure(plain.charge("b", "big", 1, { skipHold: true, idempotencyNonce: "beyond" }));
assert.ok(beyond instanceof DecodeError);
assert.match(beyond.message, /field (balance|availableBalance) does not fit a number.*integers: "bigint"/);
assert.deepEqual(facts(beyond, "retryable", "status", "idempotencyNonce"), {
  name: "DecodeError", outcome: "applied", retryable: false, status: 201, idempotencyNonce: "beyond",
});
assert.equal((await exact.getAccount("b", "big")).balance, BIG - 8n);
const read = await failure(plain.getAccount("b", "big"));
assert.deepEqual(facts(read, "retryable"), { name: "DecodeError", outcome: "rejected", retryable: false });
assert.match(read.message, /field balance does not fit/);
// A list says which of its fields it was.
assert.match((await failure(plain.listMyEvents())).message, /field (amount|holdAmount) does not fit/);
// The largest number that is still exact is one.
await plain.credit("c", "fits", Number.MAX_SAFE_INTEGER);
assert.equal((await plain.getAccount("c", "fits")).balance, Number.MAX_SAFE_INTEGER);
// A figure of an error that a number would round is null here, and the sentence has its digits: an error is never lost to its figures.
const huge = await failure(plain.charge("b", "big", 2n ** 62n));
assert.deepEqual([huge.name, huge.balance, huge.limit], ["InsufficientFundsError", null, 0]);
assert.match(huge.message, new RegExp(`balance ${BIG - 8n}`));
JSON.stringify(huge);
const few = await failure(plain.charge("c", "none", 5));
assert.deepEqual([few.balance, few.availableBalance, few.projectedAvailableBalance, few.limit], [0, 0, -5, 0]);

// What the caller does to its options later is its own business.
const options = { fetch, edges: local.edges, integers: "bigint" };
const steady = new Shardd("key", options);
options.integers = "number";
assert.equal((await steady.getAccount("b", "big")).balance, BIG - 8n);
local.dispose();
