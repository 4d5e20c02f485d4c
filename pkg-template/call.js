// One call: into the wasm and back, kept alive where `waitUntil` says so.
import { Shardd as Core } from "./shardd_wasm.js";
import { InvalidInputError, sentBody } from "./errors.js";
import { remembered } from "./listening.js";
import { publicKeyWarning } from "./public-key.js";

/** What a client's calls need of its options. */
const settings = new WeakMap();

/** Remembers what `from` says for the calls of `shardd`: options, or the client it was made of. */
export function setUp(shardd, apiKey, from) {
  settings.set(shardd, { apiKey, options: settings.has(from) ? settings.get(from).options : from, begun: false });
  return shardd;
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
  const waitUntil = options?.waitUntil ?? state.options?.waitUntil;
  // As it is now: a retry must not see what the caller does to it later.
  const kept = isObject(options) ? { ...options } : options;
  const start = () => run(shardd, name, args, kept, body, state.options?.integers === "bigint" ? revive : undefined);
  return typeof waitUntil === "function" ? outlive(waitUntil, start) : start();
}

async function run(shardd, name, args, options, body, reviver) {
  try {
    return JSON.parse(await Core.prototype.call.call(shardd, name, args, options, body), reviver);
  } catch (error) {
    if (error.idempotencyNonce) {
      const { idempotencyNonce } = error;
      const retry = (more) =>
        call(shardd, name, args, { ...options, signal: undefined, ...more, idempotencyNonce }, sentBody(error));
      Object.defineProperty(error, "retry", { value: retry, configurable: true });
    }
    throw error;
  }
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
  try {
    if (warning) state.options?.onEvent?.(warning);
  } catch {
    // Watching must not change what is watched.
  }
}

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

const money =
  /^(amount|holdAmount|reservedAmount|(available|total)?balance|activeHoldTotal|(holdE|e)xpiresAtUnixMs|(next|latest)ExpiryUnixMs)$/i;

// In bigint mode the wasm hands figures out as digits.
function revive(key, value) {
  return typeof value === "string" && money.test(key) && /^-?\d+$/.test(value) ? BigInt(value) : value;
}
