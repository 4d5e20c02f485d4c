// One call: what is asked of the wasm's loop, what it asks back, and what its answer means.
import { quietly } from "../quietly.js";
import { IdempotencyError, isNotApplied } from "./error.js";
import { hashed } from "./key.js";

/** What a claim that is left rejects with. */
export const LEFT = Symbol("left");

/** `call` is { settings, engine, key, name, fingerprint, local, busy, step, effect }. */
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
  if (known) return locally(call, known, tell);
  const beganAt = Date.now();
  const controller = new AbortController();
  const said = call.engine.execute(asked(call), called(call, controller, tell));
  // Only what the loop rejects with is looked into: users' errors may look like it.
  const outcome = await said.then(
    (ended) => read(call, ended),
    (rejected) => failed(call, rejected, controller, tell),
  );
  // What the store keeps for `ttlMs` from its completion on, for so long since it was claimed.
  if (outcome.status === "executed" && outcome.stored) call.local?.keep(name, call.fingerprint, call.response, call.settings.ttlMs - (Date.now() - beganAt));
  tell({ type: "ended", status: outcome.status });
  return outcome;
}

async function locally(call, { fingerprint, stored }, tell) {
  const said = fingerprint === call.fingerprint ? { status: "replayed", stored } : { status: "fingerprint-mismatch" };
  const outcome = await read(call, said);
  tell({ type: "ended", status: outcome.status });
  return outcome;
}

function asked({ settings, name, fingerprint }) {
  const { leaseMs, keepAliveMs, ttlMs, inFlight, onLapsed, storeTimeoutMs } = settings;
  const needsLapsed = onLapsed !== "rerun";
  return {
    name, fingerprint, leaseMs, keepAliveMs, ttlMs, storeTimeoutMs, needsLapsed,
    keepMs: needsLapsed ? ttlMs : 0,
    waitMs: inFlight === "reject" ? 0 : inFlight.waitMs,
    refusesLapsed: onLapsed === "refuse",
  };
}

/** What the loop calls: see idempotency-wasm/src/attempt.rs. */
function called(call, controller, tell) {
  const { settings, key, effect } = call;
  return {
    async run(fencingToken, lapsed) {
      if (lapsed !== undefined && typeof settings.onLapsed === "function") {
        const found = await settings.onLapsed({ key, fencingToken: lapsed });
        if (found === "unknown") return { ended: "unknown" };
        if (found !== "rerun") return done(call, "recovered", found.value);
      }
      let value;
      call.ran = null;
      try {
        value = await effect({ key, fencingToken, lapsed, signal: controller.signal, step: call.step });
      } catch (error) {
        return { ended: released(settings, error) ? "released" : "failed", error };
      }
      return done(call, "returned", value);
    },

    lost(reason) {
      tell({ type: "lease-lost", reason });
      controller.abort(new IdempotencyError("lease-lost", "The lease of this effect was lost, and another attempt may run: stop if you can.", { ran: null, reason }));
    },
  };
}

/** It was done, now or by an attempt that lapsed; what is left is to store the value. */
async function done(call, ended, value) {
  const { settings: { retain, codec }, key } = call;
  Object.assign(call, { ran: true, value });
  try {
    if (!(await retain(value, { key }))) {
      call.unstored = true;
      return { ended: "unstored", value };
    }
    call.response = await codec.encode(value);
    return { ended, value, response: call.response };
  } catch (error) {
    call.cause = error;
    return { ended: "unencodable" };
  }
}

/** Only the error itself counts, not what it wraps: an effect of several steps whose last did nothing has done something. */
function released({ onError }, error) {
  if (error === LEFT) return false;
  return isNotApplied(error) || quietly(() => onError(error)) === "release";
}

async function read(call, { stored: bytes, ...said }) {
  const { settings: { codec, onReplay }, key } = call;
  if (said.status === "executed") return { ...said, stored: !call.unstored };
  if (said.status !== "replayed" || bytes === undefined) return said;
  let value;
  try {
    value = await codec.decode(bytes);
  } catch (cause) {
    throw new IdempotencyError("payload", "What is stored under this key cannot be read: see whether another program wrote it.", { cause });
  }
  await onReplay(value, { key });
  return { ...said, value };
}

async function failed(call, thrown, controller, tell) {
  const { settings: { storeFailure }, key, effect } = call;
  const { failure, cause } = thrown;
  const closed = storeFailure === "closed";
  const { value, ran = false } = call;
  call.failure = failure;
  if (failure === "store" || failure === "completion") tell({ type: "store-failed", error: cause, ran });
  switch (failure) {
    case "effect":
      throw cause;
    case "store":
      if (closed) throw new IdempotencyError("store", "The store gave no answer, and nothing was run: try again.", { cause });
      return { status: "executed", value: await effect({ key, fencingToken: "", lapsed: undefined, signal: controller.signal, step: call.step }), stored: false };
    case "completion":
      if (!closed) return { status: "executed", value, stored: false };
      throw new IdempotencyError("completion", "The effect ran, but the store gave no answer: its value is in this error only.", { cause, ran: true, value });
    case "payload":
      throw new IdempotencyError("payload", "The effect ran, but its value cannot be stored: it is in this error only. Give the option codec, or return what JSON can write.", { cause: call.cause, ran, value });
    case "forgets-lapsed":
      throw new IdempotencyError("forgets-lapsed", "This store forgets attempts with their leases: use one that keeps them, or let lapsed attempts run again.");
    default: {
      // A trap of the wasm: nobody renews the lease any more.
      const error = new IdempotencyError("internal", "The wasm failed in the middle of this call: try again after the lease, which runs out.", { cause: thrown, ran, value });
      controller.abort(error);
      throw error;
    }
  }
}
