// Doing things once: outcomes, errors, lapsed attempts, values, keys.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Idempotency, IdempotencyError, IdempotencyKey, NotApplied, fingerprint } from "shardd-wasm/idempotency";
import { mapStore } from "./store.js";

const REQUEST = { operation: "POST /charges", body: { amount: 5, account: "alice" } };
const SAME = { operation: "POST /charges", body: { account: "alice", amount: 5 } };
const OTHER = { operation: "POST /charges", body: { amount: 6, account: "alice" } };
const isError = (code, more = {}) => (error) => {
  assert.ok(error instanceof IdempotencyError, String(error));
  assert.equal(error.name, "IdempotencyError");
  for (const [member, value] of Object.entries({ code, ...more })) assert.equal(error[member], value, member);
  return true;
};

/** An effect that counts its runs. */
function counted(value = "done") {
  const effect = async () => (effect.runs++, value);
  return Object.assign(effect, { runs: 0 });
}

/** A promise and its end. */
function gate() {
  let open;
  const opened = new Promise((resolve) => { open = resolve; });
  return { opened, open };
}

/** A store whose time stands still until it is moved. */
function timed(options = {}) {
  const time = { now: 1_795_000_000_000 };
  const store = mapStore(() => time.now);
  return { time, store, idempotency: new Idempotency(store, { leaseMs: 10_000, keepAliveMs: 0, ...options }) };
}

test("runs once, and replays", async () => {
  const idempotency = new Idempotency(mapStore());
  const effect = counted({ receipt: 7 });
  assert.deepEqual(await idempotency.execute("order", REQUEST, effect), { status: "executed", value: { receipt: 7 }, stored: true });
  assert.deepEqual(await idempotency.execute("order", SAME, effect), { status: "replayed", value: { receipt: 7 } });
  assert.deepEqual(await idempotency.execute("order", OTHER, effect), { status: "fingerprint-mismatch" });
  assert.equal(effect.runs, 1);
  await idempotency.purge("order");
  assert.equal((await idempotency.execute("order", OTHER, effect)).status, "executed");
});

test("a duplicate is refused with what is left of the lease, or waits for the value", async () => {
  const { time, store, idempotency } = timed();
  const { opened, open } = gate();
  const first = idempotency.execute("k", REQUEST, () => opened);
  await new Promise(setImmediate);
  time.now += 4_000;
  const never = () => assert.fail("ran twice");
  assert.deepEqual(await idempotency.execute("k", REQUEST, never), { status: "in-flight", retryAfterMs: 6_000 });
  assert.deepEqual(await idempotency.execute("k", OTHER, never), { status: "fingerprint-mismatch" });
  const patient = new Idempotency(store, { inFlight: { waitMs: 60_000 } });
  const waiting = Array.from({ length: 20 }, () => patient.execute("k", REQUEST, never));
  open("value");
  assert.deepEqual(await first, { status: "executed", value: "value", stored: true });
  for (const outcome of await Promise.all(waiting)) assert.deepEqual(outcome, { status: "replayed", value: "value" });
});

test("a store that watches wakes those who wait", async () => {
  const store = mapStore();
  const waiters = new Set();
  let watched = 0;
  const woken = {
    async update(key, step) {
      const reply = await store.update(key, step);
      for (const wake of [...waiters]) wake();
      return reply;
    },
    watch: (key, signal) => new Promise((resolve) => {
      watched++;
      const wake = () => (waiters.delete(wake), resolve());
      waiters.add(wake);
      signal.addEventListener("abort", wake);
    }),
  };
  const idempotency = new Idempotency(woken, { inFlight: { waitMs: 60_000 } });
  const { opened, open } = gate();
  const first = idempotency.execute("k", REQUEST, () => opened);
  const second = idempotency.execute("k", REQUEST, () => assert.fail("ran twice"));
  await new Promise(setImmediate);
  open(1);
  assert.deepEqual([(await first).status, (await second).status], ["executed", "replayed"]);
  assert.ok(watched > 0);
  assert.equal(waiters.size, 0, "a watch is left behind");
});

test("NotApplied frees the key, other errors hold it", async () => {
  const { time, idempotency } = timed();
  const boom = new Error("the network broke");
  const failing = (error) => idempotency.execute("k", REQUEST, () => { throw error; });
  const nothing = new NotApplied("no stock", { cause: boom });
  await assert.rejects(failing(nothing), (error) => error === nothing && error.name === "NotApplied");
  await assert.rejects(failing(boom), (error) => error === boom);
  assert.equal((await idempotency.execute("k", REQUEST, counted())).status, "in-flight");
  // What an error wraps does not count.
  await assert.rejects(idempotency.execute("wrapped", REQUEST, () => { throw new Error("later step", { cause: nothing }); }));
  assert.equal((await idempotency.execute("wrapped", REQUEST, counted())).status, "in-flight");
  time.now += 10_000;
  assert.equal((await idempotency.execute("k", REQUEST, counted())).status, "executed");
});

test("onError may free the key; one that throws does not", async () => {
  for (const [onError, status] of [[() => "release", "executed"], [() => "leave", "in-flight"], [() => { throw new Error("?"); }, "in-flight"]]) {
    const idempotency = new Idempotency(mapStore(), { onError });
    await assert.rejects(idempotency.execute("k", REQUEST, () => Promise.reject(new Error("no"))), /no/);
    assert.equal((await idempotency.execute("k", REQUEST, counted())).status, status);
  }
});

test("a lapsed attempt runs again, is refused, or is looked after", async () => {
  const lapse = async ({ time, idempotency }) => {
    await assert.rejects(idempotency.execute("k", REQUEST, () => { throw new Error("crashed"); }));
    time.now += 10_000;
  };
  const rerun = timed();
  await lapse(rerun);
  assert.equal((await rerun.idempotency.execute("k", REQUEST, counted())).status, "executed");

  const refuse = timed({ onLapsed: "refuse" });
  await lapse(refuse);
  const never = () => assert.fail("ran");
  const uncertain = await refuse.idempotency.execute("k", REQUEST, never);
  assert.equal(uncertain.status, "uncertain");
  assert.match(uncertain.fencingToken, /^[0-9a-f]{32}$/);
  assert.equal((await refuse.idempotency.get("k")).status, "lapsed");
  assert.equal((await refuse.idempotency.execute("k", OTHER, never)).status, "fingerprint-mismatch");

  let asked;
  const answers = ["unknown", "rerun", { value: "found" }];
  for (const answer of answers) {
    const recover = timed({ onLapsed: async (lapsed) => ((asked = lapsed), answer) });
    await lapse(recover);
    let attempt;
    const outcome = await recover.idempotency.execute("k", REQUEST, (given) => ((attempt = given), "ran"));
    assert.equal(asked.key.name, "k");
    if (answer === "unknown") assert.equal(outcome.status, "uncertain");
    if (answer === "rerun") assert.deepEqual([outcome.status, attempt.lapsed], ["executed", asked.fencingToken]);
    if (answer.value) assert.deepEqual(outcome, { status: "replayed", value: "found" });
    if (attempt) assert.ok(attempt.fencingToken > asked.fencingToken, "tokens grow");
  }
});

test("the effect is told when its lease is lost, and its value is not stored over another's", async () => {
  const events = [];
  const { store, idempotency } = timed({ leaseMs: 60, keepAliveMs: 60_000, on: (event) => events.push(event) });
  const outcome = await idempotency.execute("k", REQUEST, async ({ signal }) => {
    store.entries.clear();
    await new Idempotency(store).execute("k", OTHER, () => "theirs");
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    assert.equal(signal.reason.code, "lease-lost");
    return "ours";
  });
  assert.deepEqual(outcome, { status: "fenced", rejection: "fencing-mismatch", value: "ours" });
  assert.deepEqual(events.map(({ type }) => type), ["lease-lost", "ended"]);
  assert.ok(events.every(({ keyHash }) => /^[0-9a-f]{16}$/.test(keyHash)));
});

test("values of every kind come back", async () => {
  const idempotency = new Idempotency(mapStore());
  const values = [undefined, null, 0, "ü", [1, { a: [] }], new Uint8Array([0, 255, 37]), new Uint8Array()];
  for (const [at, value] of values.entries()) {
    await idempotency.execute(`value ${at}`, REQUEST, () => value);
    assert.deepEqual((await idempotency.execute(`value ${at}`, REQUEST, counted())).value, value);
  }
  const response = () => new Response("body ü", { status: 201, headers: { location: "/7", "set-cookie": "a=b" } });
  const { value: first } = await idempotency.execute("response", REQUEST, response);
  const { value: again } = await idempotency.execute("response", REQUEST, counted());
  assert.deepEqual([first.headers.get("set-cookie"), again.headers.get("set-cookie")], ["a=b", null]);
  for (const one of [first, again]) assert.deepEqual([one.status, one.headers.get("location"), await one.text()], [201, "/7", "body ü"]);
});

test("a value that cannot be stored is in the error, and the key is held", async () => {
  const idempotency = new Idempotency(mapStore());
  const value = { big: 1n };
  await assert.rejects(idempotency.execute("k", REQUEST, () => value), isError("payload", { ran: true, value }));
  assert.equal((await idempotency.execute("k", REQUEST, counted())).status, "in-flight");
});

test("a recovered value that cannot be stored is in the error, too", async () => {
  const value = { big: 1n };
  const { time, idempotency } = timed({ onLapsed: () => ({ value }) });
  await assert.rejects(idempotency.execute("k", REQUEST, () => { throw new Error("crashed"); }), /crashed/);
  time.now += 10_000;
  await assert.rejects(idempotency.execute("k", REQUEST, () => assert.fail("ran")), isError("payload", { ran: true, value }));
});

test("a codec of one's own, retain, onReplay", async () => {
  const codec = {
    encode: async (value) => ({ status: 299, headers: [["sealed", "yes"]], body: new TextEncoder().encode([...value].reverse().join("")) }),
    decode: ({ status, headers, body }) => [status, headers, [...new TextDecoder().decode(body)].reverse().join("")],
  };
  const idempotency = new Idempotency(mapStore(), { codec, retain: (value) => value !== "busy" });
  assert.deepEqual(await idempotency.execute("k", REQUEST, () => "busy"), { status: "executed", value: "busy", stored: false });
  assert.equal((await idempotency.execute("k", REQUEST, () => "abc")).stored, true);
  assert.deepEqual((await idempotency.execute("k", REQUEST, counted())).value, [299, [["sealed", "yes"]], "abc"]);
  assert.deepEqual((await idempotency.get("k")).value[2], "abc");

  const store = mapStore();
  await new Idempotency(store).execute("k", REQUEST, () => "secret");
  const guarded = new Idempotency(store, { onReplay: (value, { key }) => { throw new Error(`not for you: ${key}`); } });
  await assert.rejects(guarded.execute("k", REQUEST, counted()), /not for you: k/);
});

test("a store that fails, hangs, answers late, holds what is no record", async () => {
  const effect = counted();
  const boom = new Error("no disk");
  const failing = { update: async () => { throw boom; } };
  await assert.rejects(new Idempotency(failing).execute("k", REQUEST, effect), isError("store", { ran: false, cause: boom }));
  const told = [];
  const open = new Idempotency(failing, { storeFailure: "open", on: ({ type }) => told.push(type) });
  assert.equal(effect.runs, 0);
  assert.deepEqual(await open.execute("k", REQUEST, effect), { status: "executed", value: "done", stored: false });
  assert.deepEqual(told, ["store-failed", "ended"]);

  let late;
  const hanging = new Idempotency({ update: (key, step) => ((late = step), new Promise(() => {})) }, { storeTimeoutMs: 20 });
  await assert.rejects(hanging.execute("k", REQUEST, effect), (error) => error.code === "store" && /storeTimeoutMs/.test(error.cause.message));
  assert.throws(() => late(undefined, Date.now()), "a late step still does something");

  await assert.rejects(new Idempotency({ update: async () => {} }).execute("k", REQUEST, effect), isError("store", { ran: false }));
  const foreign = mapStore();
  foreign.entries.set("k", new Uint8Array([9, 9, 9]));
  await assert.rejects(new Idempotency(foreign).execute("k", REQUEST, effect), (error) => /another program/.test(error.cause.message));
  await new Idempotency(foreign).purge("k");
  assert.equal((await new Idempotency(foreign).execute("k", REQUEST, effect)).status, "executed");

  // After the effect: its value is in the error.
  const once = mapStore();
  let steps = 0;
  const breaking = { update: (key, step) => (steps++ === 0 ? once.update(key, step) : Promise.reject(boom)) };
  await assert.rejects(new Idempotency(breaking).execute("k", REQUEST, () => "paid"), isError("completion", { ran: true, value: "paid", cause: boom }));
});

test("keys and fingerprints", async () => {
  assert.match(IdempotencyKey.random().name, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  const key = new IdempotencyKey("order:1/2");
  assert.deepEqual([key.name, `${key.scoped("charge")}`, JSON.stringify(key)], ["order:3A1:2F2", "order:3A1:2F2/charge", '"order:3A1:2F2"']);
  assert.equal(IdempotencyKey.fromName("a/b").name, "a/b");
  assert.equal(new IdempotencyKey("ü".repeat(127)).name.length, 127);
  for (const bad of ["", "x".repeat(256), "ü".repeat(128), 7, null, undefined, {}]) {
    assert.throws(() => new IdempotencyKey(bad), isError("invalid-input"), String(bad));
    await assert.rejects(new Idempotency(mapStore()).execute(bad, REQUEST, counted()), isError("invalid-input"));
  }
  assert.throws(() => key.scoped(""), isError("invalid-input"));
  assert.throws(() => IdempotencyKey.fromName("no:escape"), isError("invalid-input"));
  // The figure of the `idempotent` library.
  assert.equal(BigInt(`0x${fingerprint("POST /charges", "{}")}`), 299732346916009152855928605633619747208n);
  assert.equal(fingerprint("a", new Uint8Array([123, 125])), fingerprint("a", "{}"));
  assert.notEqual(fingerprint("a", "{}", "sha-256"), fingerprint("a", "{}"));
  assert.notEqual(fingerprint("a:b", "c"), fingerprint("a", "b:c"));
});

test("a step has a key of its own, which stays done when the effect runs again", async () => {
  const { time, idempotency } = timed();
  const charged = counted("charged");
  const order = (ends) => idempotency.execute("order", REQUEST, async ({ key }) => {
    const { value } = await idempotency.execute(key.scoped("charge"), REQUEST, charged);
    if (!ends) throw new Error("crashed after the charge");
    return value;
  });
  await assert.rejects(order(false), /crashed/);
  time.now += 10_000;
  assert.deepEqual(await order(true), { status: "executed", value: "charged", stored: true });
  assert.equal(charged.runs, 1);
});

test("steps: what is done stays done, with its value, when the effect runs again", async () => {
  const { time, idempotency } = timed();
  const [charged, mailed] = [counted({ receipt: 7 }), counted()];
  let runs = 0;
  const order = () => idempotency.execute("order", REQUEST, async ({ step, key }) => {
    const receipt = await step("charge", ({ key: own }) => (assert.equal(own.name, `${key}/charge`), charged()));
    if (++runs === 1) throw new Error("crashed after the charge");
    await step("mail", mailed);
    return receipt;
  });
  await assert.rejects(order(), /crashed/);
  time.now += 10_000;
  assert.deepEqual(await order(), { status: "executed", value: { receipt: 7 }, stored: true });
  assert.deepEqual([charged.runs, mailed.runs, runs], [1, 1, 2]);
  // A step that throws is not done; a claim has steps, too.
  const claim = await idempotency.claim("other", REQUEST);
  await assert.rejects(claim.step("charge", () => { throw new NotApplied("no money"); }), /no money/);
  assert.deepEqual(await claim.step("charge", charged), await claim.step("charge", () => assert.fail("ran twice")));
  await assert.rejects(claim.step("charge"), isError("invalid-input"));
  await assert.rejects(claim.step("", charged), isError("invalid-input"));
  claim.leave();
});

test("a step whose attempt crashed is waited for, and runs again", async () => {
  const idempotency = new Idempotency(mapStore(), { leaseMs: 80, keepAliveMs: 0 });
  let crashed = false;
  const order = () => idempotency.execute("order", REQUEST, ({ step }) => step("charge", async () => {
    if (!crashed) {
      crashed = true;
      throw new Error("crashed");
    }
    return "charged";
  }));
  await assert.rejects(order(), /crashed/);
  let outcome;
  while ((outcome = await order()).status === "in-flight") await new Promise((resolve) => setTimeout(resolve, 5));
  assert.deepEqual(outcome, { status: "executed", value: "charged", stored: true });
});

test("drain waits for what is under way, and says what still is", async () => {
  const idempotency = new Idempotency(mapStore());
  assert.equal(await idempotency.drain(), 0);
  const { opened, open } = gate();
  const [slow, claim] = [idempotency.execute("a", REQUEST, () => opened), await idempotency.claim("b", REQUEST)];
  assert.equal(await idempotency.drain({ timeoutMs: 5 }), 2);
  let isDrained = false;
  const drained = idempotency.drain().then((left) => ((isDrained = true), left));
  open("value");
  await slow;
  await new Promise((resolve) => setTimeout(resolve, 120));
  assert.equal(isDrained, false);
  await claim.complete(1);
  assert.equal(await drained, 0);
  await idempotency.execute("c", REQUEST, () => { throw new Error("crashed"); }).catch(() => {});
  assert.equal(await idempotency.drain(), 0, "failures end, too");
  for (const timeoutMs of [0, -1, "5", NaN]) await assert.rejects(idempotency.drain({ timeoutMs }), isError("invalid-input"));
});

test("localReplays: own values are replayed without the store, and nobody can change them", async () => {
  const store = mapStore();
  let asked = 0;
  const counting = { update: (...args) => (asked++, store.update(...args)) };
  const seen = [];
  const idempotency = new Idempotency(counting, { localReplays: 2, ttlMs: 80, onReplay: (value) => seen.push(value[0]) });
  const bytes = new Uint8Array([1, 2]);
  const { value } = await idempotency.execute("a", REQUEST, () => bytes);
  const before = asked;
  value[0] = 9;
  const { value: again } = await idempotency.execute("a", SAME, counted());
  assert.deepEqual([...again], [1, 2], "not what the caller made of it");
  again[0] = 9;
  assert.deepEqual(await idempotency.execute("a", SAME, counted()), { status: "replayed", value: new Uint8Array([1, 2]) });
  assert.deepEqual(await idempotency.execute("a", OTHER, counted()), { status: "fingerprint-mismatch" });
  assert.deepEqual([asked, seen], [before, [1, 1]]);
  // So many at most; nothing after a purge, nothing of others, nothing after its time.
  for (const key of ["b", "c"]) await idempotency.execute(key, REQUEST, () => [key]);
  await idempotency.execute("a", REQUEST, counted());
  assert.ok(asked > before + 4);
  await idempotency.purge("c");
  assert.equal((await idempotency.execute("c", OTHER, () => ["anew"])).status, "executed");
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.equal((await idempotency.execute("c", REQUEST, () => ["later"])).status, "executed");
  const failing = new Idempotency({ update: () => { throw new Error("no disk"); } }, { localReplays: 2, storeFailure: "open" });
  const effect = counted();
  for (let round = 0; round < 2; round++) assert.equal((await failing.execute("k", REQUEST, effect)).stored, false);
  assert.equal(effect.runs, 2, "what was not stored is not replayed");
});

test("scopes are apart", async () => {
  const store = mapStore();
  const [a, b] = ["a", "b"].map((scope) => new Idempotency(store, { scope }));
  await a.execute("k", REQUEST, () => "a");
  assert.equal((await b.execute("k", OTHER, () => "b")).status, "executed");
  assert.equal((await a.execute("k", REQUEST, counted())).value, "a");
  assert.ok([...store.entries.keys()].every((name) => /^[0-9a-f]{32}\/k$/.test(name)));
});

test("wrong options are one sentence", () => {
  for (const options of [{ lease: 5 }, { leaseMs: 0 }, { leaseMs: "5" }, { inFlight: "wait" }, { inFlight: {} }, { onLapsed: "ask" }, { storeFailure: true }, null]) {
    assert.throws(() => new Idempotency(mapStore(), options), isError("invalid-input"), JSON.stringify(options));
  }
  for (const store of [undefined, null, {}, { update: 1 }]) assert.throws(() => new Idempotency(store), isError("invalid-input"));
});
