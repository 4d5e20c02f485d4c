// The same behaviour through each client, and between them.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Idempotency, NotApplied, valkeyStore } from "shardd-wasm/idempotency";
import { redisCasStore } from "shardd-wasm/stores";
import * as clients from "./clients.js";
import { conforms, holdsTheTable } from "./suite.js";

const REQUEST = { operation: "POST /charges", body: "{}" };
const never = () => assert.fail("ran twice");
const open = {};
for (const [name, connect] of Object.entries(clients)) open[name] = await connect();
after(async () => {
  for (const { end } of Object.values(open)) await end();
});

let prefixes = 0;
const place = (name, options, prefix = `p${prefixes++}`) => new Idempotency(valkeyStore(open[name].command, { prefix }), options);

/** Takes time from what is left of every key of this prefix: the server's clock cannot be moved. */
const PASS = `
for _, key in ipairs(redis.call("KEYS", ARGV[1])) do
  local left = redis.call("PTTL", key)
  if left >= 0 then
    if redis.call("HGET", key, "lease") then redis.call("HINCRBY", key, "lease", -ARGV[2]) end
    redis.call("PEXPIRE", key, left - ARGV[2])
  end
end`;

/** The commands of a client that hears of another time than the server's. */
function ahead(command, clock) {
  return async (args) => {
    const reply = await command(args);
    if (args[0] !== "EVAL" || !Array.isArray(reply)) return reply;
    const [text, [seconds, microseconds]] = reply;
    return [text, [Number(seconds) + clock.aheadMs / 1_000, microseconds]];
  };
}

test("valkeyStore conforms through each client, and through all in turn", async () => {
  const all = Object.keys(clients);
  for (const names of [...all.map((name) => [name]), all]) {
    const prefix = `table-${names}`;
    const pass = (ms) => open.ioredis.command(["EVAL", PASS, "0", `${prefix}:*`, String(ms)]);
    const checked = await holdsTheTable(names.map((name) => valkeyStore(open[name].command, { prefix })), pass);
    console.log(JSON.stringify({ store: "valkeyStore", names, ...checked }));
    assert.deepEqual([checked.cases, checked.skipped, checked.races], [28, 0, 40]);
  }
});

test("redisCasStore conforms through each client, and through all in turn", async () => {
  const all = Object.keys(clients);
  for (const names of [...all.map((name) => [name]), all]) {
    const clock = { aheadMs: 0 };
    const handles = names.map((name) => redisCasStore(ahead(open[name].command, clock), { prefix: `cas-${names}:` }));
    const checked = await conforms(handles, (ms) => { clock.aheadMs += ms; });
    console.log(JSON.stringify({ store: "redisCasStore", names, ...checked }));
    assert.deepEqual([checked.cases, checked.skipped, checked.races], [28, 0, 40]);
  }
});

test("scripts that forget the token, or the request, are found out", async () => {
  const forgotten = ["holder ~= run_id or count ~= sequence", "owner and owner ~= fingerprint"];
  for (const [at, check] of forgotten.entries()) {
    const prefix = `broken-${at}`;
    const pass = (ms) => open.ioredis.command(["EVAL", PASS, "0", `${prefix}:*`, String(ms)]);
    const command = async ([name, ...args]) => {
      if (name === "EVALSHA") throw new Error("NOSCRIPT No matching script.");
      return open.nodeRedis.command([name, ...args.map((arg) => arg.replace(check, "false"))]);
    };
    await assert.rejects(holdsTheTable(valkeyStore(command, { prefix }), pass), /got applied/);
  }
});

for (const name of Object.keys(clients)) {
  test(`${name}: runs once, replays every byte`, async () => {
    const idempotency = place(name);
    const bytes = Uint8Array.from({ length: 512 }, (_, at) => at);
    const values = [bytes, "100 % ü ☃ %41 %zz", null, { a: [1] }, undefined];
    for (const [at, value] of values.entries()) {
      assert.deepEqual(await idempotency.execute(`ключ:${at}/%41`, REQUEST, () => value), { status: "executed", value, stored: true });
      assert.deepEqual(await idempotency.execute(`ключ:${at}/%41`, REQUEST, never), { status: "replayed", value });
    }
    assert.deepEqual(await idempotency.execute("ключ:0/%41", { operation: "other" }, never), { status: "fingerprint-mismatch" });
    const found = await idempotency.get("ключ:0/%41");
    assert.deepEqual([found.status, found.value], ["completed", bytes]);
    assert.ok(found.remainingMs > 86_000_000 && found.remainingMs <= 86_400_000);
    await idempotency.purge("ключ:0/%41");
    assert.equal(await idempotency.get("ключ:0/%41"), undefined);
  });

  test(`${name}: in flight, released, fenced, waited for`, async () => {
    const idempotency = place(name);
    const claim = await idempotency.claim("k", REQUEST);
    const { status, retryAfterMs } = await idempotency.execute("k", REQUEST, never);
    assert.equal(status, "in-flight");
    assert.ok(retryAfterMs > 0 && retryAfterMs <= 30_000);
    assert.equal(await claim.touch(60_000), "applied");
    await claim.release();
    await assert.rejects(idempotency.execute("k", REQUEST, () => { throw new NotApplied(); }), { name: "NotApplied" });
    const late = await idempotency.claim("k", REQUEST);
    await idempotency.purge("k");
    const taken = await idempotency.claim("k", REQUEST);
    assert.equal((await late.complete(1)).status, "fenced");
    assert.equal((await taken.complete(2)).status, "executed");
  });

  test(`${name}: a lapsed attempt is seen`, async () => {
    const options = { leaseMs: 1, keepAliveMs: 0 };
    const prefix = `lapsed-${name}`;
    await assert.rejects(place(name, { ...options, onLapsed: "refuse" }, prefix).execute("k", REQUEST, () => { throw new Error("crashed"); }), /crashed/);
    // By the server's clock.
    while ((await place(name, {}, prefix).get("k")).status !== "lapsed");
    assert.equal((await place(name, { onLapsed: "refuse" }, prefix).execute("k", REQUEST, never)).status, "uncertain");
    const seen = [];
    const recovering = place(name, { onLapsed: ({ fencingToken }) => (seen.push(fencingToken), "rerun") }, prefix);
    await recovering.execute("k", REQUEST, ({ fencingToken }) => seen.push(fencingToken));
    assert.ok(seen[0] < seen[1], String(seen));
  });
}

test("many callers of all three clients run it once", async () => {
  let runs = 0;
  const all = Object.keys(clients).map((name) => place(name, { inFlight: { waitMs: 60_000 } }, "race"));
  const outcomes = await Promise.all(Array.from({ length: 60 }, (_, at) => all[at % all.length].execute("k", REQUEST, async () => ++runs)));
  assert.deepEqual([runs, outcomes.filter(({ status }) => status === "executed").length], [1, 1]);
  for (const { value } of outcomes) assert.equal(value, 1);
});

test("what is no entry, and a server that is not there, are errors in which nothing ran", async () => {
  await open.ioredis.command(["SET", "foreign:k", "text"]);
  await assert.rejects(place("nodeRedis", {}, "foreign").execute("k", REQUEST, never), (error) => error.code === "store" && /WRONGTYPE/.test(error.cause.message));
  await open.ioredis.command(["HSET", "foreign:h", "status", "complete", "data", "?", "run_id", "1", "ft", "1"]);
  await assert.rejects(place("nodeRedis", {}, "foreign").execute("h", REQUEST, never), (error) => error.code === "store" && /another program/.test(error.cause.message));
  const gone = new Idempotency(valkeyStore(async () => { throw new Error("ECONNREFUSED"); }));
  await assert.rejects(gone.execute("k", REQUEST, never), { code: "store", ran: false });
  for (const prefix of ["a:b", "a/b", "a\n"]) assert.throws(() => valkeyStore(() => {}, { prefix }), { code: "invalid-input" });
});

for (const name of Object.keys(clients)) {
  test(`${name}: each script travels once, and again where the server has forgotten it`, async () => {
    const travelled = [];
    const command = (args) => {
      if (args[0].startsWith("EVAL")) travelled.push(args[0]);
      return open[name].command(args);
    };
    const idempotency = new Idempotency(valkeyStore(command, { prefix: `sha-${name}` }));
    await open.ioredis.command(["SCRIPT", "FLUSH"]);
    for (const key of ["a", "b", "c"]) await idempotency.execute(key, REQUEST, () => "%");
    const [claim, complete] = [["EVALSHA", "EVAL"], ["EVALSHA", "EVAL"]];
    assert.deepEqual(travelled, [...claim, ...complete, "EVALSHA", "EVALSHA", "EVALSHA", "EVALSHA"]);
    await open.ioredis.command(["SCRIPT", "FLUSH"]);
    assert.deepEqual(await idempotency.execute("a", REQUEST, never), { status: "replayed", value: "%" });
    const held = await idempotency.claim("d", REQUEST);
    for (let round = 0; round < 2; round++) assert.equal(await held.touch(30_000), "applied");
    await held.release();
    const again = await idempotency.claim("d", REQUEST);
    await again.release();
    assert.deepEqual(travelled.slice(8), ["EVALSHA", "EVAL", "EVALSHA", "EVALSHA", "EVAL", "EVALSHA", "EVALSHA", "EVAL", "EVALSHA", "EVALSHA"]);
  });
}

test("entries are those of the native store: names, fields, bytes", async () => {
  const idempotency = place("nodeRedis", { leaseMs: 30_000, ttlMs: 60_000, codec: { encode: () => ({ status: 201, headers: [["a", "b"]], body: new TextEncoder().encode("ok") }), decode: ({ body }) => body } }, "layout");
  await idempotency.execute("k", { fingerprint: "1".padStart(32, "0") }, () => 1);
  assert.deepEqual(await open.ioredis.command(["HMGET", "layout:k", "status", "fp"]), ["complete", "1"]);
  const hex = `return (redis.call("HGET", KEYS[1], "data"):gsub(".", function(c) return string.format("%02x", c:byte()) end))`;
  // What the published library writes for this entry.
  assert.equal(await open.ioredis.command(["EVAL", hex, "1", "layout:k"]), "0100013c0001c9010101610162026f6b");
});
