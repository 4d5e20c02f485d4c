// Arguments and options of every call, good and bad: the same request, byte for byte, or the same refusal.
import assert from "node:assert/strict";
import { OPERATIONS } from "./template/generated/operations.js";
import { TAKES } from "./template/generated/options.js";
import { Differences } from "./alike.js";
import { Chance } from "./chance.js";
import { recorded, requested, stamped } from "./hands.js";
import { call } from "./reader.js";
import { GOOD, BAD, OF_PACKAGE } from "./values.js";

const [seed] = process.argv.slice(2);
const ROUNDS = Number(process.env.ROUNDS ?? 300);
const chance = new Chance(seed);
const differences = new Differences();

/** The options of a set, each with its kind. */
function optionsIn(set) {
  return TAKES[set].split(" ").flatMap((word) => {
    const [name, kind] = word.split(":");
    // An edge must be one of the client's.
    return kind ? [[name, name === "edge" ? name : kind]] : optionsIn(name);
  });
}

/** Arguments and options, of which `faults` are wrong. */
function made(operation, faults) {
  const [, , , set, ...words] = OPERATIONS[operation].split(" ");
  const args = words.map((word) => /^(\w+):(.)/.exec(word).slice(1));
  const options = optionsIn(set).filter(([name]) => !OF_PACKAGE.includes(name) && chance.percent(25));
  const places = [...args, ...options];
  const wrong = new Set(Array.from({ length: Math.min(faults, places.length) }, () => chance.of(places)));
  const valueOf = (place) => chance.of((wrong.has(place) ? BAD : GOOD)[place[1]]);
  return [args.map(valueOf), Object.fromEntries(options.map((place) => [place[0], valueOf(place)])), wrong.size];
}

const refusal = ({ error }) => (error ? `${error.code}: ${error.message}` : undefined);

/** What was sent, and what is noted down of it in a store. */
function compare(operation, args, options, theirs, faults) {
  const { sent, records } = theirs;
  const nonce = sent?.body && JSON.parse(sent.body).idempotency_nonce;
  const ours = requested(operation, args, options, nonce);
  const what = { operation, args, options };
  // Of several faults, which one is told first is nobody's business.
  if (faults > 1 && ours.error && !sent) return differences.add(what, theirs.error.code, ours.error.code);
  if (ours.error || !sent) return differences.add(what, sent ? "sent" : refusal(theirs), ours.error ? refusal(ours) : "sent");
  const { request } = ours;
  const [, ends] = /^\{"hold_expires_at_unix_ms":(\d+),/.exec(sent.body ?? "") ?? [];
  const body = request.ttlMs === undefined ? request.body : stamped(request.body, ends);
  const isOpen = sent.headers.authorization === undefined;
  differences.add(what, JSON.stringify([sent.method, sent.path, sent.body, isOpen]), JSON.stringify([request.method, request.path, body, request.open]));
  if (!request.replayable) return undefined;
  const [record] = records;
  for (const text of [request.body, request.fingerprint, request.nonce, request.bucket]) assert.ok(holds(record, text), `${operation}: its record lacks ${text.slice(0, 300)}`);
  // Whoever finds the record expects the same event of the write.
  const found = recorded(request, request.given);
  for (const name of Object.keys(request.expected)) assert.ok(found.expected[name] == request.expected[name], `${operation}: ${name} of its record`);
  return undefined;
}

/** Whether a record has this text, with its length before it, seven bits a byte. */
function holds(record, text) {
  const bytes = Buffer.from(text);
  const length = [];
  for (let left = bytes.length; ; left >>= 7) {
    if (left < 128) return Buffer.from(record).includes(Buffer.concat([Buffer.from([...length, left]), bytes]));
    length.push((left & 127) | 128);
  }
}

for (const operation of Object.keys(OPERATIONS)) {
  for (let round = 0; round < ROUNDS; round++) {
    const [args, options, faults] = made(operation, chance.of([0, 0, 1, 1, 2]));
    // A store makes a record of each write. Its end is of no interest here.
    compare(operation, args, options, await call(operation, args, options, { isRecorded: true }), faults);
  }
}
const unreadable = (name) => Object.defineProperty({}, name, { get() { throw new RangeError("no"); }, enumerable: true });
const closed = new Proxy({}, { ownKeys() { throw new RangeError("no"); } });
for (const options of [unreadable("signal"), unreadable("timeoutMs"), closed, null, undefined, {}, [], "options", 5, () => {}, new Map(), { EDGE: 1 }, { skiphold: true }, { SIGNAL: 1 }, { holdAmount: undefined, minAcks: null }]) {
  for (const operation of Object.keys(OPERATIONS)) {
    const [args] = made(operation, 0);
    compare(operation, args, options, await call(operation, args, options, { isRecorded: true }), 0);
  }
}
// Names and a nonce that together are just short enough for the server's row, and just too long: in letters of one, two, three and four bytes.
for (const [letter, bytes] of [["b", 1], ["\u00e9", 2], ["\u20ac", 3], ["\ud83d\udcb0", 4]]) {
  for (const account of [Math.floor(1_500 / bytes), Math.floor(1_500 / bytes) + 1]) {
    for (const nonce of ["n".repeat(100), "n".repeat(96), "\u00e9".repeat(50)]) {
      const args = [letter.repeat(Math.floor(450 / bytes)), letter.repeat(account), 5];
      const options = { idempotencyNonce: nonce };
      for (const operation of ["charge", "createMyBucketEvent"]) compare(operation, args, options, await call(operation, args, options, { isRecorded: true }), 0);
    }
  }
}
console.log(`${differences.end(seed)} requests`);
