// One call: into the wasm and back, kept alive where `waitUntil` says so.
import { Shardd as Core } from "./shardd_wasm.js";
import { InternalError, InvalidInputError, isShardError, sentBody } from "./errors.js";
import { remembered } from "./listening.js";
import { publicKeyWarning } from "./public-key.js";
import { quietly } from "./quietly.js";
import { sharingSignal } from "./shared-signal.js";
import { snapshot } from "./snapshot.js";

/** What a client's calls need of its options. */
const settings = new WeakMap();

/** Remembers the options, which nobody else changes, for the calls of `shardd`. */
export function setUp(shardd, apiKey, options) {
  settings.set(shardd, { apiKey, options, begun: false });
  return shardd;
}

/** The options that a client was made with. */
export function optionsOf(shardd) {
  return settings.get(shardd)?.options;
}

/** What `setUp` remembered. */
export function settingsOf(shardd) {
  const state = settings.get(shardd);
  if (!state) throw new InvalidInputError({ message: "The method was taken off its client: call it as shardd.charge(…)." });
  return state;
}

/** `args` go to the operation of this `name`; `body` is what an earlier call sent, where this repeats it. */
export async function call(shardd, name, args, options, body) {
  const state = settingsOf(shardd);
  begin(shardd, state);
  const kept = snapshot(options);
  const waitUntil = kept?.waitUntil ?? state.options?.waitUntil;
  const start = () => run(shardd, name, args, kept, body, state.options?.integers === "bigint" ? revive : undefined);
  return typeof waitUntil === "function" ? outlive(waitUntil, start) : start();
}

async function run(shardd, name, args, options, body, reviver) {
  try {
    return JSON.parse(await Core.prototype.call.call(shardd, name, args, sharingSignal(options), body), reviver);
  } catch (error) {
    if (!isShardError(error)) throw new InternalError({ message: "The client does not run any more, as after free(): make a new one.", cause: error });
    if (error.idempotencyNonce) {
      const retry = (controls) => again(shardd, name, args, options, error, controls);
      Object.defineProperty(error, "retry", { value: retry, configurable: true });
    }
    throw error;
  }
}

/** What a repeated call can be told anew: how it is made, not what it writes. */
const CONTROLS = ["signal", "timeoutMs", "edge", "waitUntil"];

async function again(shardd, name, args, options, error, controls = {}) {
  const fits = (key) => CONTROLS.includes(key) || controls[key] === undefined;
  if (typeof controls !== "object" || !Object.keys(controls ?? {}).every(fits)) {
    throw new InvalidInputError({ message: "A retry sends the same write: it takes { signal, timeoutMs, edge, waitUntil } and nothing else." });
  }
  // The signal that ended the first call would end this one too.
  const kept = { ...options, signal: undefined, ...controls, idempotencyNonce: error.idempotencyNonce };
  return call(shardd, name, args, kept, sentBody(error));
}

// A Worker's request ends with its response, and takes with it what nobody waits for.
function outlive(waitUntil, start) {
  let begin;
  const call = new Promise((resolve) => { begin = resolve; }).then(start);
  try {
    waitUntil(call.catch(() => {}));
  } catch (cause) {
    throw new InvalidInputError({ message: "The option waitUntil threw: give (promise) => ctx.waitUntil(promise).", cause });
  }
  begin();
  return call;
}

// Before the first call, since the constructor does no I/O.
function begin(shardd, state) {
  if (state.begun) return;
  state.begun = true;
  remembered(state.options, shardd);
  const warning = publicKeyWarning(state.apiKey);
  if (warning) quietly(() => state.options?.onEvent?.(warning));
}

const money =
  /^(amount|holdAmount|reservedAmount|(available|total)?balance|activeHoldTotal|(holdE|e)xpiresAtUnixMs|(next|latest)ExpiryUnixMs)$/i;

// In bigint mode the wasm hands figures out as digits.
function revive(key, value) {
  return typeof value === "string" && money.test(key) && /^-?\d+$/.test(value) ? BigInt(value) : value;
}
