// What must hold after the wasm failed, on any engine: each scene makes it fail in its own way, amid calls, and goes on with the same objects.
import { init, Shardd, InternalError, provokePanic } from "./subject.js";
import { memoryStore } from "shardd-wasm/stores";
import { localShardd } from "shardd-wasm/testing";
import wasm from "./cramped.js";

await init(wasm);

/** More than the bounded memory takes. */
const HUGE = 64 * 1024 * 1024;
const SETTLE_MS = 500;

function equal(found, wanted, what) {
  const [left, right] = [found, wanted].map((value) => JSON.stringify(value));
  if (left !== right) throw new Error(`${what}: ${left} instead of ${right}`);
}

/** The answer to a write of the account "huge", longer than the memory: what comes back is real, and so is the end of the memory. */
async function padded(answer, { body }) {
  const response = await answer;
  if (!body || JSON.parse(body).account !== "huge") return response;
  return new Response(`${await response.text()}${" ".repeat(HUGE)}`, { status: response.status });
}

/** A busy machine holds a call up between its client's clock and `fetch`. Virtual time stands still meanwhile. */
function hold(ms) {
  const untilMs = performance.now() + ms;
  for (let turn = 0; turn < 1_000_000 && performance.now() < untilMs; turn++);
}

function stage({ heldMs = 0, ...options } = {}) {
  const local = localShardd({ regions: 2 });
  const sent = [];
  const fetch = (url, init) => {
    if (init.method === "POST" && sent.length === 0) hold(heldMs);
    const copy = { at: performance.now(), body: init.body, signal: init.signal };
    if (init.method === "POST") sent.push(copy);
    return padded(local.fetch(url, init), init);
  };
  const shardd = new Shardd("key", { edges: local.edges, fetch, settleMs: SETTLE_MS, maxBodyBytes: 2 * HUGE, ...options });
  return { shardd, local, sent };
}

const failed = (promise) => promise.then((value) => { throw new Error(`it resolved to ${JSON.stringify(value)}`); }, (error) => error);

async function until(condition) {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 2));
}

/** The error of a call that the end of the wasm took along. */
async function fell(promise, outcome) {
  const error = await failed(promise);
  if (!(error instanceof InternalError)) throw error;
  equal([error.code, error.outcome, error.retryable], ["internal", outcome, false], "the error");
  if (!error.cause) throw new Error("the error has no cause");
  return error;
}

/** A read that is under way when the wasm panics: it falls, and the wasm with it. */
async function trapped(shardd) {
  const read = shardd.listEvents("b");
  read.catch(() => {});
  await undefined;
  await undefined;
  let trap;
  try { provokePanic(); } catch (error) { trap = error; }
  equal((await fell(read, "rejected")).cause === trap, true, "the cause");
}

/** A write whose copy has landed, and whose answer never comes. */
async function stalled({ shardd, local, sent }, nonce, start = () => shardd.credit("b", "a", 5, { idempotencyNonce: nonce, minAcks: 2 })) {
  const before = sent.length;
  for (const region of [0, 1]) local.fault(region, { kind: "stall-body", only: "events" });
  const write = start();
  write.catch(() => {});
  await until(() => sent.length > before && local.events().length > 0);
  for (const region of [0, 1]) local.fault(region, null);
  return { write };
}

const booked = (local, nonce) => local.events().filter(({ idempotencyNonce }) => idempotencyNonce === nonce).length;

function over({ local }) {
  equal(local.storms(), [], "storms");
  local.dispose();
}

export const SCENES = {
  async "a panic: a write in flight says unknown, is cut, and its retry makes it once"() {
    const set = stage();
    const { write } = await stalled(set, "one");
    await trapped(set.shardd);
    const error = await fell(write, "unknown");
    const [first] = set.sent;
    equal([error.idempotencyNonce, first.signal.aborted], ["one", true], "what is left");
    const again = await error.retry();
    equal([again.deduplicated, set.sent.length, booked(set.local, "one")], [true, 2, 1], "the retry");
    equal(set.sent[1].body, first.body, "the body");
    if (set.sent[1].at - first.at < SETTLE_MS) throw new Error("the second copy left too early");
    over(set);
  },

  async "the same nonce by hand waits as well; a nonce of the client's own is on the error"() {
    const set = stage({ heldMs: 30 });
    const { write } = await stalled(set, undefined);
    await trapped(set.shardd);
    const { idempotencyNonce } = await fell(write, "unknown");
    equal(JSON.parse(set.sent[0].body).idempotency_nonce, idempotencyNonce, "the nonce");
    const again = await set.shardd.credit("b", "a", 5, { idempotencyNonce, minAcks: 2 });
    equal([again.deduplicated, booked(set.local, idempotencyNonce)], [true, 1], "by hand");
    if (set.sent[1].at - set.sent[0].at < SETTLE_MS) throw new Error("the second copy left too early");
    over(set);
  },

  async "a write that timed out before the panic is in doubt after it"() {
    const set = stage();
    const credit = (controls) => set.shardd.credit("b", "a", 5, { idempotencyNonce: "one", minAcks: 2, ...controls });
    const { write } = await stalled(set, "one", () => credit({ timeoutMs: 400 }));
    equal((await failed(write)).outcome, "unknown", "the first");
    const fromMs = performance.now();
    await trapped(set.shardd);
    equal([(await credit()).deduplicated, set.sent.length, booked(set.local, "one")], [true, 2, 1], "the second");
    // Its own edge has to be heard first, and half of the settle time to pass since.
    if (set.sent[1].at - fromMs < SETTLE_MS / 2) throw new Error("the second copy left too early");
    over(set);
  },

  async "out of memory while an answer is recorded: it says unknown, and whoever asks again is told"() {
    const set = stage({ store: memoryStore() });
    const { write } = await stalled(set, "one");
    await fell(set.shardd.credit("b", "huge", 5, { idempotencyNonce: "two" }), "unknown");
    await fell(write, "unknown");
    const small = new Shardd("key", { edges: set.local.edges, fetch: set.local.fetch });
    equal((await small.credit("b", "huge", 5, { idempotencyNonce: "two" })).deduplicated, true, "the retry");
    equal([booked(set.local, "one"), booked(set.local, "two")], [1, 1], "booked");
    over(set);
  },

  async "again and again"() {
    const set = stage();
    for (let round = 1; round <= 5; round++) {
      await trapped(set.shardd);
      equal((await set.shardd.credit("b", "a", 5)).balance, 5 * round, "the balance");
    }
    over(set);
  },

  async "a client keeps its key function, its signal, its events and its bigints"() {
    const [keys, events, controller] = [[], [], new AbortController()];
    const apiKey = async () => { keys.push("key"); return "key"; };
    const local = localShardd();
    const shardd = new Shardd(apiKey, { edges: local.edges, fetch: local.fetch, integers: "bigint", signal: controller.signal, onEvent: ({ type }) => events.push(type) });
    await trapped(shardd);
    events.length = 0;
    const { balance } = await shardd.credit("b", "a", 5n);
    if (balance !== 5n || keys.length < 2 || !events.includes("pin")) throw new Error(`${typeof balance} ${keys} ${events}`);
    controller.abort(new Error("enough"));
    const error = await failed(shardd.credit("b", "a", 5));
    equal([error.name, error.cause.message], ["AbortedError", "enough"], "after the abort");
    local.dispose();
  },

  async "clones go on and share what they know; what was closed or freed stays so"() {
    const set = stage();
    const [clone, closed, freed] = ["one", "two", "three"].map((key) => set.shardd.withApiKey(key));
    closed.close();
    freed.free();
    await trapped(clone);
    equal((await clone.credit("b", "a", 5)).balance, 5, "the clone");
    const pinned = (shardd) => shardd.edgeTable().filter(({ pinned }) => pinned).map(({ url }) => url);
    equal([pinned(set.shardd), pinned(clone).length], [pinned(clone), 1], "the pin");
    equal((await failed(closed.credit("b", "a", 5))).message, "The client was closed: make a new one.", "closed");
    equal(/as after free\(\)/.test((await failed(freed.credit("b", "a", 5))).message), true, "freed");
    await trapped(set.shardd);
    clone.close();
    equal((await failed(clone.credit("b", "a", 5))).name, "AbortedError", "closed while there was no wasm");
    over(set);
  },

  async "a recorded write is pending, its hold is let go, and resume finishes it once"() {
    const memory = memoryStore();
    let held = 0;
    const hold = async () => {
      held += 1;
      return () => void (held -= 1);
    };
    const set = stage({ store: { update: memory.update, list: memory.list, hold } });
    const { write } = await stalled(set, "durable");
    equal(held, 1, "held while it is under way");
    await trapped(set.shardd);
    await fell(write, "unknown");
    equal(held, 0, "held by the dead");
    equal((await set.shardd.pending()).map(({ idempotencyNonce }) => idempotencyNonce), ["durable"], "pending");
    const [{ result, error }] = await set.shardd.resume();
    if (error) throw error;
    equal([result.deduplicated, booked(set.local, "durable"), await set.shardd.pending()], [true, 1, []], "resumed");
    over(set);
  },

  async "what the runtime throws ends its call, and the next one works"() {
    const set = stage();
    await set.shardd.credit("b", "a", 5);
    const real = globalThis.setTimeout;
    globalThis.setTimeout = () => { throw new Error("no timers here"); };
    const call = set.shardd.credit("b", "a", 5, { idempotencyNonce: "n" });
    call.catch(() => {});
    for (let turn = 0; turn < 20; turn++) await undefined;
    globalThis.setTimeout = real;
    await fell(call, "unknown");
    equal((await set.shardd.credit("b", "a", 5)).balance, 10, "the balance");
    over(set);
  },

  async "a call at the end of the stack ends somehow, and the next one works"() {
    const set = stage();
    const calls = [];
    let depth = 0;
    const measure = () => { depth += 1; measure(); };
    try { measure(); } catch { /* that deep */ }
    const dive = (left) => {
      if (left > 0) return dive(left - 1);
      calls.push(set.shardd.credit("b", "a", 1));
    };
    for (let spare = 0; spare < 1_000; spare += 7) {
      try { dive(depth - spare); } catch (error) { if (!(error instanceof RangeError || error.name === "InternalError")) throw error; }
    }
    const ends = await Promise.allSettled(calls);
    for (const { reason } of ends) if (reason && !/ShardError|InternalError|RangeError/.test(reason.name)) throw reason;
    await set.shardd.credit("c", "a", 5);
    over(set);
  },
};
