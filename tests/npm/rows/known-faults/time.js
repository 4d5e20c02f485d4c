// Time that goes on only when nothing is left to do: the client, the ledger and the tests live in it alike, so that
// durations are exact on every machine. Imported before anything that reads a clock. A test moves it, or lets it flow.
const { setImmediate } = globalThis;
const START_UNIX_MS = Date.UTC(2026, 0, 1);
/** Promises that the runtime itself keeps (a body that is read) take a few turns of the event loop. */
const TURNS = 4;

let nowMs = 0;
let timers = 0;
let flows = false;
let pumps = false;
const due = new Map();

globalThis.setTimeout = (callback, ms = 0, ...args) => {
  due.set(++timers, { atMs: nowMs + Math.max(Math.ceil(ms), 0), wake: () => callback(...args) });
  if (flows) pump();
  return timers;
};
globalThis.clearTimeout = (timer) => void due.delete(timer);
Object.defineProperty(performance, "now", { value: () => nowMs });
Date.now = () => START_UNIX_MS + nowMs;
AbortSignal.timeout = (ms) => {
  const controller = new AbortController();
  setTimeout(() => controller.abort(new DOMException("The operation was aborted due to timeout", "TimeoutError")), ms);
  return controller.signal;
};

/** What threads of the runtime compute takes no time here, however long it takes: digests of `crypto.subtle`. */
let computing = 0;
const { digest } = crypto.subtle;
crypto.subtle.digest = async (...args) => {
  computing += 1;
  try {
    return await digest.apply(crypto.subtle, args);
  } finally {
    computing -= 1;
  }
};

export const now = () => nowMs;

async function turns() {
  for (let turn = 0; turn < TURNS; turn = computing > 0 ? 0 : turn + 1) await new Promise((resolve) => setImmediate(resolve));
}

/** From now on time goes on by itself, as long as somebody waits for it. */
export function flow() {
  flows = true;
  pump();
}

async function pump() {
  if (pumps) return;
  pumps = true;
  for (await rest(); first() !== undefined; await rest()) fire(first());
  pumps = false;
}

/** Whoever has just begun to wait may have more to do than that. */
async function rest() {
  for (let seen; seen !== timers; ) {
    seen = timers;
    await turns();
  }
}

/** The timer that fires next, if any does. */
function first() {
  let first;
  for (const [timer, { atMs }] of due) if (first === undefined || atMs < due.get(first).atMs) first = timer;
  return first;
}

function fire(timer) {
  const { atMs, wake } = due.get(timer);
  due.delete(timer);
  nowMs = Math.max(nowMs, atMs);
  wake();
}

/** Lets `ms` pass. */
export async function pass(ms) {
  const endMs = nowMs + ms;
  for (await turns(); first() !== undefined && due.get(first()).atMs <= endMs; await turns()) fire(first());
  nowMs = endMs;
}

/** How a promise ends, and when: `{ value, error, tookMs }`. */
export async function ended(promise) {
  const begunMs = nowMs;
  let end;
  const note = (result) => (end = { ...result, tookMs: nowMs - begunMs });
  promise.then((value) => note({ value }), (error) => note({ error }));
  for (await turns(); !end; await turns()) {
    if (first() === undefined) throw new Error("nothing is left to happen that could end this call");
    fire(first());
  }
  return end;
}

/** What a promise resolves to. */
export async function result(promise) {
  const { value, error } = await ended(promise);
  if (error) throw error;
  return value;
}

/** What a promise rejects with. */
export async function failure(promise) {
  const { value, error } = await ended(promise);
  if (!error) throw new Error(`it resolved to ${JSON.stringify(value)} where it should have failed`);
  return error;
}
