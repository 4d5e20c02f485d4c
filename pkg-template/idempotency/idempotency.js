// The class that users hold: a store, its settings, and the ways to do something once.
import { claim } from "./claim.js";
import { codec } from "./codec.js";
import { IdempotencyError, invalid } from "./error.js";
import { handler } from "./handler.js";
import { instantiate, watches } from "./instance.js";
import { fingerprint, keyOf, nameWithin } from "./key.js";
import { settingsOf } from "./options.js";
import { run } from "./run.js";

const internals = new WeakMap();

export class Idempotency {
  constructor(store, options = {}) {
    if (typeof store?.update !== "function" && typeof store?.command !== "function") {
      throw invalid("Idempotency wants a store: one of shardd-wasm/stores, a valkeyStore, or an object with update(key, step).");
    }
    const settings = settingsOf(options);
    internals.set(this, { store, settings: { ...settings, codec: settings.codec ?? codec } });
  }

  async execute(key, request, effect) {
    if (typeof effect !== "function") throw invalid("execute wants the effect as a function.");
    return run({ ...callOf(this, key, request), effect });
  }

  async claim(key, request) {
    return claim(callOf(this, key, request));
  }

  wrap(fn, { key, operation = "call", body = (...args) => args }) {
    if (typeof fn !== "function" || typeof key !== "function") throw invalid("wrap wants a function, and the option key: (...args) => text.");
    const idempotency = this;
    return async function (...args) {
      const request = { operation, body: body(...args) };
      return valueOf(await idempotency.execute(key(...args), request, () => fn.apply(this, args)));
    };
  }

  handler(fetchHandler, options = {}) {
    return handler((key, request, extra) => callOf(this, key, request, extra), fetchHandler, options);
  }

  async get(key) {
    const { engine, settings, name } = callOf(this, key, { operation: "" });
    const found = await asked(engine.get(name));
    if (!found) return undefined;
    const { stored, ...rest } = found;
    return stored ? { ...rest, value: await settings.codec.decode(stored) } : rest;
  }

  async purge(key) {
    const { engine, name } = callOf(this, key, { operation: "" });
    await asked(engine.purge(name));
  }
}

Object.defineProperty(Idempotency, "name", { value: "Idempotency" });

/** A call of run.js without its effect; `extra` settings are the handler's. */
function callOf(idempotency, key, request, extra = {}) {
  const known = internals.get(idempotency);
  const settings = { ...known.settings, ...extra };
  const own = keyOf(key);
  return {
    settings, engine: engineOf(known), key: own, name: nameWithin(settings.scope, own),
    fingerprint: fingerprintOf(request, settings.fingerprint),
  };
}

// At first use: pages should not pay for what they may never use, and Workers forbid much at import. After a trap of the wasm it is
// made anew.
function engineOf(known) {
  const life = instantiate();
  if (known.life === life) return known.engine;
  const { Engine } = life.glue;
  const { store, settings: { now } } = known;
  const engine = typeof store.update === "function" ? Engine.over(store, watches, now) : Engine.valkey(store.command, store.prefix ?? "", now);
  if (!engine) throw invalid("The prefix of a valkeyStore must not hold ':', '/' or control characters: choose another.");
  const heard = (method) => async (...args) => life.hear(engine[method](...args));
  known.engine = { execute: heard("execute"), touch: heard("touch"), get: heard("get"), purge: heard("purge") };
  known.life = life;
  return known.engine;
}

function fingerprintOf(request, algorithm) {
  if (typeof request !== "object" || request === null) throw invalid("A request is { operation, body }, or { fingerprint }.");
  if (request.fingerprint === undefined) return fingerprint(request.operation, request.body, algorithm);
  if (!/^[0-9a-f]{32}$/.test(request.fingerprint)) throw invalid("A fingerprint has thirty-two hexadecimal digits: make it with fingerprint(operation, body).");
  return request.fingerprint;
}

/** The value, for those who only want one. */
function valueOf(outcome) {
  switch (outcome.status) {
    case "executed":
    case "replayed":
      return outcome.value;
    case "in-flight":
      throw new IdempotencyError("in-flight", "Somebody else is at it: try again later.", { retryAfterMs: outcome.retryAfterMs });
    case "fingerprint-mismatch":
      throw new IdempotencyError("fingerprint-mismatch", "This key stands for another request: use a new one.");
    case "fenced":
      throw new IdempotencyError("fenced", "The effect ran, but another attempt had taken its key over: its value is in this error only.", { ran: true, value: outcome.value });
    default:
      throw new IdempotencyError("uncertain", "An attempt was begun, and nobody knows whether it did its work: look, then purge the key.", { ran: null, fencingToken: outcome.fencingToken });
  }
}

async function asked(promise) {
  try {
    return await promise;
  } catch (cause) {
    throw new IdempotencyError("store", "The store gave no answer: try again.", { cause });
  }
}
