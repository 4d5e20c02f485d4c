// The class that users hold: a store, its settings, and the ways to do something once.
import { define } from "../define.js";
import { methodOf } from "../method.js";
import { privateState } from "../private-state.js";
import { given } from "../snapshot.js";
import { placeOf } from "../store-place.js";
import { claim } from "./claim.js";
import { codec, holdsResponse } from "./codec.js";
import { IdempotencyError, answerFrom, invalid } from "./error.js";
import { handler } from "./handler.js";
import { instantiate, watches } from "./instance.js";
import { fingerprint, keyOf, nameWithin } from "./key.js";
import { localReplays } from "./local.js";
import { termsOf } from "./number.js";
import { looked, purged } from "./operation.js";
import { isSpan, isStore, settingsOf } from "./options.js";
import { overPlace } from "./place.js";
import { run } from "./run.js";
import { overServer } from "./server.js";
import { prefixOf } from "./valkey.js";

const internals = privateState();

export class Idempotency {
  constructor(store, options = {}) {
    if (!isStore(store)) {
      throw invalid("Idempotency wants a store: one of shardd-wasm/stores, a valkeyStore, or an object with update(key, step).");
    }
    const settings = settingsOf(options);
    const local = settings.localReplays > 0 ? localReplays(settings.localReplays) : undefined;
    internals.keep(this, { store, settings: { ...settings, codec: settings.codec ?? codec }, local, busy: { calls: 0 } });
  }

  async execute(key, request, effect) {
    if (typeof effect !== "function") throw invalid("execute wants the effect as a function.");
    return run(Object.assign(callOf(this, key, request), { effect }));
  }

  async claim(key, request) {
    return claim(callOf(this, key, request));
  }

  wrap(fn, options) {
    const { key, scope, operation = "call", body = (...args) => args } = given(options);
    if (typeof fn !== "function" || typeof key !== "function") throw invalid("wrap wants a function, and the option key: (...args) => text.");
    if (scope !== undefined && typeof scope !== "function") throw invalid("The option scope of wrap must be a function: (...args) => whose key this is.");
    const idempotency = this;
    return async function (...args) {
      const request = { operation, body: body(...args), ...(scope && { scope: scope(...args) }) };
      return valueOf(await idempotency.execute(key(...args), request, () => fn.apply(this, args)));
    };
  }

  handler(fetchHandler, options = {}) {
    return handler((key, request, extra) => callOf(this, key, request, extra), fetchHandler, options);
  }

  async get(key, whose) {
    const call = callOf(this, key, { ...whose, operation: "" });
    const { settings } = call;
    const found = await answerFrom(looked(call));
    if (!found) return undefined;
    const { stored, ...rest } = found;
    if (!stored) return rest;
    return { ...rest, value: await (holdsResponse(stored) ? codec : settings.codec).decode(stored) };
  }

  async purge(key, whose) {
    const call = callOf(this, key, { ...whose, operation: "" });
    call.local?.forget(call.name);
    await answerFrom(purged(call));
  }

  // By looking, since on Workers no request may wait for another's promise.
  async drain(options) {
    const { timeoutMs = Infinity } = given(options);
    if (timeoutMs !== Infinity && !isSpan(timeoutMs)) throw invalid("The option timeoutMs of drain must be at least 1 millisecond, or Infinity.");
    const { busy } = stateOf(this);
    const from = Date.now();
    for (let lookMs = 1; busy.calls > 0 && Date.now() - from < timeoutMs; lookMs = Math.min(lookMs * 2, 50)) {
      const leftMs = timeoutMs - (Date.now() - from);
      await new Promise((resolve) => setTimeout(resolve, Math.max(1, Math.min(lookMs, leftMs))));
    }
    return busy.calls;
  }
}

define(Idempotency, "name", { value: "Idempotency" });

function stateOf(idempotency) {
  const state = internals.of(idempotency);
  if (!state) throw invalid("The method was taken off its Idempotency, or that is a copy: call it as idempotency.execute(), and keep the Idempotency itself (in Vue in markRaw or shallowRef).");
  return state;
}

/** A call of run.js without its effect; `extra` settings are the handler's. */
function callOf(idempotency, key, request, extra = {}) {
  const known = stateOf(idempotency);
  const settings = { ...known.settings, ...extra };
  const fingerprint = fingerprintOf(request, settings.fingerprint);
  // The steps' too.
  settings.scope = scopeOf(settings.scope, request);
  const own = keyOf(key);
  // What it has not come to yet is not there, whatever a page has added to `Object.prototype`.
  const call = {
    __proto__: null, settings, ...waysOf(known), key: own, name: nameWithin(settings.scope, own), fingerprint, terms: termsOf(settings, fingerprint),
    local: known.local, busy: known.busy,
  };
  call.step = (name, effect) => step(idempotency, call, name, effect);
  return call;
}

/** A part of an effect, under a key of its own: what is done stays done when the effect runs again. */
async function step(idempotency, { settings, key, fingerprint }, name, effect) {
  if (typeof effect !== "function") throw invalid("step wants a name, and what is to be done as a function.");
  // The attempt before may hold it until its lease ends, though not for longer.
  const own = { inFlight: { waitMs: settings.leaseMs }, retain: () => true, onReplay() {}, waitUntil: undefined };
  return valueOf(await run(Object.assign(callOf(idempotency, key.scoped(name), { fingerprint }, { ...settings, ...own }), { effect })));
}

/** How the store is asked, and where it can say that a key has changed, `watch`. */
function waysOf(known) {
  // At first use: pages should not pay for what they may never use, and Workers forbid much at import.
  instantiate();
  const { store } = known;
  known.ways ??= methodOf(store, "update") ? overPlace(placeOf(store).update) : overServer(methodOf(store, "command"), prefixOf(store.prefix ?? ""));
  return { ways: known.ways, watch: watches ? methodOf(store, "watch") : undefined };
}

/**
 * The scope of one caller below that of the Idempotency. A scope that is named and has no value is a caller who is not known: without
 * this he would be everybody.
 */
function scopeOf(all, request) {
  if (!Object.prototype.hasOwnProperty.call(request, "scope")) return all;
  const { scope } = request;
  if (typeof scope !== "string" || scope === "") throw invalid("The scope of a request is text, whose key this is: give it a value, or leave the scope out if this key is yours.");
  return JSON.stringify([all ?? null, scope]);
}

function fingerprintOf(request, algorithm) {
  if (typeof request !== "object" || request === null) throw invalid("A request is { operation, body }, or { fingerprint }.");
  const { fingerprint: made, operation, body } = given(request);
  if (made === undefined) return fingerprint(operation, body, algorithm);
  if (!/^[0-9a-f]{32}$/.test(made)) throw invalid("A fingerprint has thirty-two hexadecimal digits: make it with fingerprint(operation, body).");
  return made;
}

/** The value, for those who only want one. */
export function valueOf(outcome) {
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
