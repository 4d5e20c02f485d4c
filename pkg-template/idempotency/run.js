// One call: what the wasm says is to be done, done in the context of whoever called, and what its end means.
import { quietly } from "../quietly.js";
import { IdempotencyError, isNotApplied } from "./error.js";
import { instantiate } from "./instance.js";
import { keeper } from "./keeper.js";
import { hashed } from "./key.js";
import {
  ANSWERED, COMPLETE, DETAIL, FAILED, FENCED, FIGURE, LEFT, OVER, PHASE, RECOVERED, RELEASED, REMOVE, RETURNED, RUNNING, UNENCODABLE, UNKNOWN, UNSTORED,
  WAITING, WOKEN, lapsedOf, proofOf, tokenOf,
} from "./number.js";
import { asked } from "./operation.js";
import { Unanswered } from "./place.js";
import { packed, unpacked } from "./packed.js";
import { clock, paused } from "./time.js";

/** What a claim that is left rejects with. */
export const ABANDONED = Symbol("left");

/** `call` is { settings, ways, watch, key, name, fingerprint, terms, local, busy, step, effect }. */
export function run(call) {
  call.busy.calls++;
  const running = ended(call).finally(() => call.busy.calls--);
  const { waitUntil } = call.settings;
  if (waitUntil) quietly(() => waitUntil(running.then(() => {}, () => {})));
  return running;
}

async function ended(call) {
  const { settings: { on }, name } = call;
  const tell = (event) => quietly(() => on({ ...event, keyHash: hashed(name) }));
  const known = call.local?.find(name);
  const beganAt = Date.now();
  const outcome = known ? await locally(call, known) : await asTold(call, tell);
  // What the store keeps for `ttlMs` from its completion on, for so long since it was claimed.
  if (outcome.status === "executed" && outcome.stored) call.local?.keep(name, call.fingerprint, call.response, call.settings.ttlMs - (Date.now() - beganAt));
  tell({ type: "ended", status: outcome.status });
  return outcome;
}

const locally = async (call, { fingerprint, stored }) =>
  fingerprint === call.fingerprint ? replayed(call, stored) : { status: "fingerprint-mismatch" };

async function asTold(call, tell) {
  const controller = new AbortController();
  const attempt = { controller, tell, answer: undefined, cause: undefined };
  let end;
  try {
    end = await followed(call, attempt);
    if (!OUTCOMES[end[FIGURE]]) throw new Error("The store answered another question.");
  } catch (cause) {
    // A trap of the wasm, or no timers. Nobody renews the lease any more.
    const { value, ran = false } = call;
    const error = new IdempotencyError("internal", "The wasm failed in the middle of this call: try again after the lease, which runs out.", { cause, ran, value });
    controller.abort(error);
    throw error;
  }
  return outcomeOf(call, end, attempt);
}

/** Does what the wasm says until the call is over. Only what the wasm or the runtime throws comes out of here: users' errors may look like it. */
async function followed(call, attempt) {
  const { terms, settings: { now }, watch, name } = call;
  const told = (state, event, numbers) => instantiate().glue.told(terms, state, event, numbers, clock(now));
  const none = new Float64Array();
  let state = told(none, ANSWERED, none);
  while (state[PHASE] !== OVER) {
    let event = WOKEN;
    let numbers = none;
    if (state[PHASE] === WAITING) {
      await paused(state[FIGURE], watch, name);
    } else if (state[PHASE] === RUNNING) {
      event = await attempted(call, state, attempt);
    } else {
      const answer = await asked(call, state[FIGURE], aboutOf(call, state));
      const failed = answer instanceof Unanswered;
      event = failed ? FAILED : ANSWERED;
      if (failed) attempt.cause = answer.cause;
      else ({ numbers } = attempt.answer = answer);
    }
    state = told(state, event, numbers);
  }
  return state;
}

function aboutOf(call, state) {
  switch (state[FIGURE]) {
    case COMPLETE: return { proof: proofOf(state), response: call.packed };
    case REMOVE: return { proof: proofOf(state) };
    default: return {};
  }
}

/** Runs the effect while its lease is kept; says how it ended. */
async function attempted(call, state, { controller, tell }) {
  const running = effected(call, state, controller.signal);
  const stop = keeper(call, state, (reason) => {
    tell({ type: "lease-lost", reason });
    controller.abort(new IdempotencyError("lease-lost", "The lease of this effect was lost, and another attempt may run: stop if you can.", { ran: null, reason }));
  });
  try {
    return await running;
  } finally {
    stop();
  }
}

async function effected(call, state, signal) {
  const { settings, key, effect, step } = call;
  const [fencingToken, lapsed] = [tokenOf(state), lapsedOf(state)];
  if (lapsed !== undefined && typeof settings.onLapsed === "function") {
    let found;
    try {
      found = await settings.onLapsed({ key, fencingToken: lapsed });
      if (found === "unknown") return UNKNOWN;
      if (found !== "rerun") return await done(call, RECOVERED, found.value);
    } catch (error) {
      call.error = error;
      return LEFT;
    }
  }
  call.ran = null;
  let value;
  try {
    value = await effect({ key, fencingToken, lapsed, signal, step });
  } catch (error) {
    call.error = error;
    return isReleased(settings, error) ? RELEASED : LEFT;
  }
  return done(call, RETURNED, value);
}

/** It was done, now or by an attempt that lapsed; what is left is to store the value. */
async function done(call, ending, value) {
  const { settings: { retain, codec }, key } = call;
  Object.assign(call, { ran: true, value });
  try {
    if (!(await retain(value, { key }))) {
      call.unstored = true;
      return UNSTORED;
    }
    call.response = await codec.encode(value);
    call.packed = packed(call.response);
    return ending;
  } catch (error) {
    call.cause = error;
    return UNENCODABLE;
  }
}

/** Only the error itself counts, not what it wraps: an effect of several steps whose last did nothing has done something. */
function isReleased({ onError }, error) {
  if (error === ABANDONED) return false;
  return isNotApplied(error) || quietly(() => onError(error)) === "release";
}

async function replayed({ settings: { codec, onReplay }, key }, stored) {
  let value;
  try {
    value = await codec.decode(stored);
  } catch (cause) {
    throw new IdempotencyError("payload", "What is stored under this key cannot be read: see whether another program wrote it.", { cause });
  }
  await onReplay(value, { key });
  return { status: "replayed", value };
}

/** By the numbers of idempotency-wasm/src/call.rs. */
const OUTCOMES = [
  ({ value, unstored }) => ({ status: "executed", value, stored: !unstored }),
  (call, end, { answer }) => replayed(call, unpacked(answer.bytes)),
  ({ value }) => ({ status: "replayed", value }),
  ({ value }, end) => ({ status: "fenced", rejection: FENCED[end[DETAIL]], value }),
  (call, end) => ({ status: "in-flight", retryAfterMs: end[DETAIL] }),
  () => ({ status: "fingerprint-mismatch" }),
  (call, end) => ({ status: "uncertain", fencingToken: tokenOf(end) }),
  ({ error }) => { throw error; },
  unencodable, unclaimed, uncompleted,
];

const outcomeOf = (call, end, attempt) => OUTCOMES[end[FIGURE]](call, end, attempt);

function unencodable(call) {
  const { cause, value } = call;
  call.failure = "payload";
  throw new IdempotencyError("payload", "The effect ran, but its value cannot be stored: it is in this error only. Give the option codec, or return what JSON can write.", { cause, ran: true, value });
}

async function unclaimed(call, end, { cause, controller: { signal }, tell }) {
  const { settings, key, effect, step } = call;
  call.failure = "store";
  tell({ type: "store-failed", error: cause, ran: false });
  if (settings.storeFailure === "closed") throw new IdempotencyError("store", "The store gave no answer, and nothing was run: try again.", { cause });
  return { status: "executed", value: await effect({ key, fencingToken: "", lapsed: undefined, signal, step }), stored: false };
}

function uncompleted(call, end, { cause, tell }) {
  const { settings, value } = call;
  call.failure = "completion";
  tell({ type: "store-failed", error: cause, ran: true });
  if (settings.storeFailure !== "closed") return { status: "executed", value, stored: false };
  throw new IdempotencyError("completion", "The effect ran, but the store gave no answer: its value is in this error only.", { cause, ran: true, value });
}
