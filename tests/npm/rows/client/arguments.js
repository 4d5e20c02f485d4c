// Arguments are checked before anything is sent, in a sentence that names the one that is wrong; what fits is sent as it is.
import assert from "node:assert/strict";
import { InvalidInputError, Shardd } from "shardd-wasm";
import { failure, stage } from "./stage.js";

const { shardd, local, sent } = stage({}, { keys: [{ token: "key" }] });
const ROW = 2_500; // 2 × bucket + account + nonce, in bytes
const half = "\ud800";

/** Every call that writes, with an amount where it takes one. */
const WRITES = {
  createEvent: (b, a, amount, options) => shardd.createEvent(b, a, amount, options),
  charge: (b, a, amount, options) => shardd.charge(b, a, amount, options),
  credit: (b, a, amount, options) => shardd.credit(b, a, amount, options),
  createMyBucketEvent: (b, a, amount, options) => shardd.createMyBucketEvent(b, a, amount, options),
  reserve: (b, a, amount, options) => shardd.reserve(b, a, amount, 60_000, options),
  settle: (b, a, amount, options) => shardd.settle(b, a, "reservation", amount, options),
  release: (b, a, _, options) => shardd.release(b, a, "reservation", options),
};
const READS = {
  listEvents: (b) => shardd.listEvents(b),
  getBalances: (b) => shardd.getBalances(b),
  getAccount: (b, a) => shardd.getAccount(b, a),
  getMyBucket: (b) => shardd.getMyBucket(b),
  listMyBucketEvents: (b) => shardd.listMyBucketEvents(b),
  deleteMyBucket: (b) => shardd.deleteMyBucket(b),
};

let refusals = 0;
async function refused(sentence, call, what, subject = "") {
  const error = await failure(call());
  assert.ok(error instanceof InvalidInputError, `${what}: ${error.stack}`);
  assert.match(error.message, sentence, what);
  assert.ok(error.message.startsWith(subject && `The ${subject} `), `${what}: ${error.message}`);
  assert.match(error.message, /^[A-Z][^\n]{10,250}\.$/, `${what}: one plain sentence`);
  assert.deepEqual([error.code, error.outcome, error.retryable, error.attempts, error.retry], ["invalid_input", "rejected", false, 0, undefined], what);
  refusals++;
}

// Names.
for (const [name, call] of Object.entries({ ...WRITES, ...READS })) {
  const withAccount = name in WRITES || name === "getAccount";
  for (const [value, sentence] of [
    [undefined, /is not a string/], [null, /is not a string/], [5, /is not a string/], [["b"], /is not a string/], [new String("b"), /is not a string/],
    ["", /is blank/], [" \t\n", /is blank/], ["a\0b", /U\+0000/], [`a${half}`, /half a surrogate pair/], [`${half}a`, /half a surrogate pair/],
  ]) {
    await refused(sentence, () => call(value, "a", 5), `${name}, bucket ${String(value)}`, "bucket");
    if (withAccount) await refused(sentence, () => call("b", value, 5), `${name}, account ${String(value)}`, "account");
  }
}
for (const [name, call] of Object.entries(READS)) {
  for (const dots of [".", ".."]) {
    if (name === "getAccount") await refused(/^The account is \. or \.\., which cannot be part of a URL/, () => call("b", dots), name);
    if (!["listEvents", "getBalances"].includes(name)) await refused(/^The bucket is \. or \.\., which cannot be part of a URL/, () => call(dots, "a"), name);
  }
}
await refused(/bucket is \. or \.\./, () => shardd.createMyBucketEvent("..", "a", 5), "createMyBucketEvent");
await refused(/^A bucket named deleted cannot be read this way/, () => shardd.getMyBucket("deleted"), "getMyBucket");

// Amounts.
const AMOUNTS = [
  [undefined, /not a number/], [null, /not a number/], ["5", /not a number/], [true, /not a number/], [{}, /not a number/], [[5], /not a number/],
  [1.5, /not a safe whole number/], [NaN, /not a safe whole number/], [Infinity, /not a safe whole number/], [2 ** 53, /not a safe whole number/],
  [-(2 ** 53), /not a safe whole number/], [1e21, /not a safe whole number/],
  [2n ** 63n, /beyond ±\(2\^63−1\)/], [-(2n ** 63n), /beyond ±\(2\^63−1\)|not positive/], [2n ** 70n, /beyond ±\(2\^63−1\)/],
];
const POSITIVE = [[0, /not positive/], [-0, /not positive/], [-5, /not positive/], [-5n, /not positive/], [0n, /not positive/]];
for (const [name, call] of Object.entries(WRITES)) {
  if (name === "release") continue;
  const any = name.startsWith("create");
  for (const [amount, sentence] of any ? AMOUNTS : [...AMOUNTS, ...POSITIVE]) {
    await refused(sentence, () => call("b", "a", amount), `${name}, amount ${String(amount)}`, "amount");
  }
}

// What a write takes beside its amount.
for (const [options, sentence] of [
  [{ note: "x".repeat(4_097) }, /note is longer than 4096/], [{ note: "𝄞".repeat(4_097) }, /note is longer/], [{ note: 5 }, /note is not a string/],
  [{ note: "a\0" }, /note contains the character U\+0000/], [{ note: half }, /note contains half a surrogate/],
  [{ idempotencyNonce: "" }, /idempotencyNonce is blank/], [{ idempotencyNonce: "  " }, /idempotencyNonce is blank/],
  [{ idempotencyNonce: "n".repeat(129) }, /idempotencyNonce is longer than 128/], [{ idempotencyNonce: 7 }, /idempotencyNonce is not a string/],
  [{ idempotencyNonce: "reserve:1" }, /begins with reserve:, release: or void:/], [{ idempotencyNonce: " release:1" }, /begins with reserve:/],
  [{ idempotencyNonce: "void:1" }, /begins with reserve:/], [{ idempotencyNonce: "a\0b" }, /U\+0000/], [{ idempotencyNonce: half }, /half a surrogate/],
  [{ minAcks: -1 }, /minAcks is negative/], [{ minAcks: 1.5 }, /minAcks is not a safe whole number/], [{ minAcks: 2 ** 32 }, /minAcks/],
  [{ ackTimeoutMs: "5" }, /ackTimeoutMs is not a number/], [{ ackTimeoutMs: -1 }, /ackTimeoutMs is negative/],
  [{ timeoutMs: 0 }, /timeoutMs is out of range/], [{ timeoutMs: 2 ** 31 }, /timeoutMs is out of range/], [{ timeoutMs: 1.5 }, /timeoutMs is not a safe/],
  [{ signal: {} }, /signal is not an AbortSignal/], [{ signal: "now" }, /signal is not an AbortSignal/],
  [{ edge: "https://elsewhere.test" }, /edge is none of the client's/], [{ edge: 5 }, /edge is not a string/],
  [{ waitUntil: 5 }, /waitUntil is not a function/], [{ waitUntil: {} }, /waitUntil is not a function/],
]) {
  for (const [name, call] of Object.entries(WRITES)) await refused(sentence, () => call("b", "a", 5, options), `${name} ${JSON.stringify(options)}`);
}
for (const [options, sentence] of [
  [{ maxOverdraft: -1 }, /maxOverdraft is negative/], [{ maxOverdraft: 2n ** 63n }, /maxOverdraft is beyond/], [{ maxOverdraft: "1" }, /maxOverdraft is not a number/],
  [{ skipHold: 1 }, /skipHold is neither true nor false/], [{ skipHold: "true" }, /skipHold is neither/],
  [{ holdAmount: -1 }, /holdAmount is negative/], [{ holdAmount: 2n ** 64n }, /holdAmount is beyond/], [{ holdExpiresAtUnixMs: 1.5 }, /holdExpiresAtUnixMs is not a safe/],
  [{ holdExpiresAtUnixMs: new Date() }, /holdExpiresAtUnixMs is not a number/],
]) await refused(sentence, () => shardd.charge("b", "a", 5, options), `charge ${Object.keys(options)}`);

// Reservations.
for (const [ttlMs, sentence] of [
  [undefined, /ttlMs is not a number/], [{ note: "x" }, /ttlMs is not a number/], [4_999, /ttlMs is out of range: give at least 5000/], [0, /ttlMs is out of range/],
  [-1, /ttlMs is negative/], [5_000.5, /ttlMs is not a safe whole number/], [2n ** 63n, /ttlMs is beyond/],
]) await refused(sentence, () => shardd.reserve("b", "a", 5, ttlMs), `ttlMs ${String(ttlMs)}`);
for (const [id, sentence] of [[undefined, /not a string/], [5, /not a string/], ["", /blank/], ["a\0", /U\+0000/], [half, /half a surrogate/]]) {
  await refused(sentence, () => shardd.settle("b", "a", id, 5), `settle ${String(id)}`, "reservationId");
  await refused(sentence, () => shardd.release("b", "a", id), `release ${String(id)}`, "reservationId");
}

// The three together, by their bytes: what is longer would take other people's writes with it.
const long = (bucket, account, nonce) => () => shardd.credit(bucket, account, 1, { idempotencyNonce: nonce });
await refused(/too long together/, long("b".repeat(1_000), "a".repeat(ROW - 2_000), "n"), "row");
await refused(/too long together/, long("b", "é".repeat(1_249), "n"), "row, in two-byte letters");
assert.equal((await long("b".repeat(1_000), "a".repeat(ROW - 2_001), "n")()).balance, 1);
assert.equal((await long("b", "é".repeat(1_248), "m")()).balance, 1);

// Reads.
await refused(/edge is none of the client's/, () => shardd.health("https://elsewhere.test"), "health");
await refused(/edge is not a string/, () => shardd.health(5), "health");

// Methods that were taken off their client, and arguments that are calls of something else.
{
  const { charge, health } = shardd;
  await refused(/method was taken off its client/, () => charge("b", "a", 5), "charge");
  await refused(/method was taken off its client/, () => health.call({}), "health");
}
assert.ok(refusals > 400, `${refusals} refusals`);
assert.deepEqual([...new Set(sent.map(({ path }) => path))], ["/events"], "nothing was sent for a wrong argument");
assert.equal(sent.length, 2);

// What looks odd and fits.
{
  const odd = { bucket: "../b?#%2e/ü\u2028", account: "user:a/1 \\\"' 𝄞" };
  const note = `${"𝄞".repeat(4_094)}\n\u0001`;
  const { event } = await shardd.credit(odd.bucket, odd.account, 5, { note, idempotencyNonce: `  ${"é".repeat(128)}  ` });
  assert.deepEqual([event.bucket, event.account, event.note, event.idempotencyNonce], [odd.bucket, odd.account, note, "é".repeat(128)]);
  assert.equal((await shardd.getAccount(odd.bucket, odd.account)).balance, 5);
  assert.equal((await shardd.getMyBucket(odd.bucket)).accounts[0].account, odd.account);
  assert.equal((await shardd.listMyBucketEvents(odd.bucket, { account: odd.account, q: "&x=1" })).total, 0);
  assert.equal((await shardd.createEvent("b", "a", 0)).event.amount, 0);
  assert.equal((await shardd.createEvent("b", "a", -0)).event.amount, 0);
  assert.ok(!Object.is((await shardd.createEvent("b", "a", 0n)).event.amount, -0));
  const { event: bare } = await shardd.credit("b", "a", 5, { note: null, idempotencyNonce: undefined, minAcks: null });
  assert.equal(bare.note, null);
  assert.match(bare.idempotencyNonce, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal((await shardd.credit("b", "note", 5, { note: "" })).event.note, "");
}
local.dispose();

// Keys.
for (const [key, sentence] of [
  [undefined, /API key is not a string/], [null, /API key is not a string/], [5, /API key is not a string/], [{}, /API key is not a string/],
  ["", /API key is blank/], [" \n", /API key is blank/], ["two\nlines", /API key has characters/], ["tab\tbed", /API key has characters/],
  ["clé", /API key has characters/], ["nul\0", /API key has characters/], [half, /API key contains half a surrogate/],
]) {
  for (const make of [() => new Shardd(key), () => new Shardd("key").withApiKey(key)]) {
    assert.throws(make, (error) => {
      assert.ok(error instanceof InvalidInputError, String(key));
      assert.match(error.message, sentence);
      if (typeof key === "string" && key.trim()) assert.ok(!error.message.includes(key), "no key in a message");
      return true;
    });
  }
}
for (const [env, options] of [[{}], [{ SHARDD_API_KEY: "" }], [{ SHARDD_EDGES: "https://a.example" }]]) {
  assert.throws(() => Shardd.fromEnv(env, options), (error) => error instanceof InvalidInputError && /SHARDD_API_KEY is not set/.test(error.message));
}
assert.deepEqual(
  Shardd.fromEnv({ SHARDD_API_KEY: "key", SHARDD_EDGES: " https://a.example/ ,, https://b.example,https://a.example" }).edgeTable().map(({ url }) => url),
  ["https://a.example", "https://b.example"],
);
