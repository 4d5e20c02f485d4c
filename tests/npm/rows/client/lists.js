// Answers are read by JSON.parse where they are exactly as promised, and by the exact reader where not: nobody can tell which. White space before
// a colon, which no ledger writes, makes the exact reader read what JSON.parse would have.
import assert from "node:assert/strict";
import { Shardd } from "shardd-wasm";
import { events, balances } from "./rows.js";

const HEALTH = JSON.stringify({ observed_at_unix_ms: 1, ready: true });
const spaced = (text) => text.replace('":', '" :');
const REFUSED = Symbol("refused");

/** What both ways make of `body`, by `integers`; a refusal is its class, code and sentence. */
async function both(call, body, integers) {
  const read = async (bytes) => {
    const fetch = async (url) => new Response(url.endsWith("/gateway/health") ? HEALTH : bytes);
    const shardd = new Shardd("key", { edges: ["http://127.0.0.1:9"], fetch, integers, maxAttempts: 1 });
    return shardd[call]("b").catch(({ name, code, message, status, outcome }) => ({ [REFUSED]: true, name, code, message, status, outcome }));
  };
  return Promise.all([read(body), read(typeof body === "string" ? spaced(body) : spacedBytes(body))]);
}

const spacedBytes = (bytes) => Buffer.from(spaced(Buffer.from(bytes).toString("latin1")), "latin1");

let taken = 0;

async function agree(call, body, what) {
  for (const integers of ["number", "bigint"]) {
    const [quick, exact] = await both(call, body, integers);
    assert.deepEqual(quick, exact, `${what}, ${integers}: ${body}`);
    if (exact[REFUSED]) assert.equal(exact.name, "DecodeError", what);
    else taken++;
  }
}

// As promised, with holds and without, empty and not.
await agree("listEvents", JSON.stringify(events(0)), "no events");
await agree("getBalances", JSON.stringify(balances(0)), "no balances");
for (const count of [1, 7, 300]) {
  await agree("listEvents", JSON.stringify(events(count)), `${count} events`);
  await agree("getBalances", JSON.stringify(balances(count)), `${count} balances`);
}
const [three] = await both("getBalances", JSON.stringify(balances(3)), "bigint");
assert.deepEqual([typeof three.totalBalance, typeof three.accounts[0].balance, typeof three.accounts[0].eventCount], ["bigint", "bigint", "number"]);

// What text can do that no value shows.
const text = JSON.stringify(balances(2));
for (const [what, body] of Object.entries({
  "a field twice": text.replace('"balance":', '"balance":1,"balance":'),
  "a field twice, the same": text.replace('"bucket":"b"', '"bucket":"b","bucket":"b"'),
  "an unknown field twice": text.replace('"bucket":"b"', '"bucket":"b","x":1,"x":2'),
  "a row's node twice": text.replace('"reserved_by_origin":{', '"reserved_by_origin":{"n":null,"n":null,'),
  "half a surrogate pair": text.replace('"account":"', '"account":"\\ud800'),
  "an escaped letter": text.replace('"account":"', '"account":"\\u0041'),
  "an escaped quote and colon": text.replace('"account":"', '"account":"\\":'),
  "a byte order mark": `\ufeff${text}`,
  "more after the end": `${text} 1`,
  "cut off": text.slice(0, -1),
  "nothing": "",
  "minus zero": text.replace(/"balance":-?\d+/, '"balance":-0'),
  "2^53 - 1": text.replace(/"balance":-?\d+/, '"balance":9007199254740991'),
  "2^53 + 1": text.replace(/"balance":-?\d+/, '"balance":9007199254740993'),
  "2^63": text.replace(/"balance":-?\d+/, '"balance":9223372036854775808'),
  "a long figure in a name": text.replace('"account":"', '"account":"1234567890123456789'),
  "a prototype": text.replace('"reserved_by_origin":{', '"reserved_by_origin":{"__proto__":{},'),
  "a prototype of a row": text.replace('"bucket":', '"__proto__":{"balance":1},"bucket":'),
  "a fraction": text.replace(/"balance":-?\d+/, '"balance":1.5'),
})) {
  await agree("getBalances", body, what);
}
const bytes = Buffer.from(text);
bytes[bytes.indexOf("user")] = 0xff;
await agree("getBalances", bytes, "no UTF-8");
const more = events(2);
await agree("listEvents", JSON.stringify({ ...more, next: null }), "a field more");
assert.equal((await both("listEvents", JSON.stringify({ ...more, next: 1 }), "number"))[0].next, 1, "unknown fields pass");

// Any value in any place. LISTS_SEED plays other ones.
const seed = Number(process.env.LISTS_SEED ?? 1);
console.log(`seed ${seed}`);
let state = seed;
const chance = (below) => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((state / 2 ** 32) * below);
};
const VALUES = [null, true, "", "1", -1, 0, 5, 2 ** 53 - 1, -(2 ** 53 - 1), 0.5, 1e300, [], {}, [1], { a: 1 }, { n: { x: 1 } }, "\u{1f600}", undefined];
for (let round = 0; round < 400; round++) {
  const [call, body] = round % 2 ? ["listEvents", events(2)] : ["getBalances", balances(2)];
  let place = body;
  for (let key; ; place = place[key]) {
    const keys = Object.keys(place);
    key = keys[chance(keys.length)];
    if (Object(place[key]) === place[key] && Object.keys(place[key]).length > 0 && chance(4) > 0) continue;
    if (chance(6) > 0) place[key] = VALUES[chance(VALUES.length)];
    else place[`${key}_too`] = place[key];
    break;
  }
  await agree(call, JSON.stringify(body), `seed ${seed}, round ${round}`);
}
assert.ok(taken > 100, `only ${taken} answers were fine`);
