// One call: into the wasm and back, kept alive where `waitUntil` says so.
import { coreOf, settingsOf } from "./client.js";
import { define } from "./define.js";
import { atCaller, isShardError, sentBody } from "./errors.js";
import { fallen } from "./fallen.js";
import { revive } from "./figures.js";
import { freshNonce, givenToCall, isWrite, optionsIn } from "./given.js";
import { remembered } from "./listening.js";
import { checkFetch } from "./no-fetch.js";
import { outlive } from "./outlive.js";
import { publicKeyWarning } from "./public-key.js";
import { quietly } from "./quietly.js";
import { checkControls } from "./retry.js";
import { noteCut, settled } from "./settling.js";
import { shared } from "./shared-signal.js";

/** `args` go to the operation of this `name`; `body` is what an earlier call sent, where this repeats it. */
export function call(shardd, name, args, options, body) {
  try {
    const state = settingsOf(shardd);
    begin(state);
    const kept = optionsIn(options);
    const waitUntil = kept?.waitUntil ?? state.options?.waitUntil;
    const start = () => run(shardd, state, name, args, kept, body);
    return typeof waitUntil === "function" ? outlive(waitUntil, start) : start();
  } catch (error) {
    // Never thrown, and not by being async: that is one more promise for each call.
    return Promise.reject(error);
  }
}

async function run(shardd, state, name, args, options, body) {
  // Made here, so that the error of a call that a trap ends can say it.
  const made = isWrite(name) && options?.idempotencyNonce == null ? freshNonce() : undefined;
  const asked = givenToCall(name, args, options, made);
  const nonce = made ?? (name === "resume" ? args[0] : options?.idempotencyNonce);
  const wait = settled(nonce);
  if (wait) await wait;
  const core = coreOf(state);
  const { life } = state;
  const signal = shared(options?.signal);
  let sent;
  try {
    sent = name === "resume" ? core.resume(args[0], asked, signal) : core.call(name, asked, signal, body);
    const answer = await life.hear(sent);
    // A long list has been read on its way in.
    if (typeof answer !== "string") return answer;
    return JSON.parse(answer, state.options?.integers === "bigint" ? revive : undefined);
  } catch (thrown) {
    let error = thrown;
    if (!isShardError(error)) {
      // What was thrown out at the door has sent nothing.
      const cut = sent && (name === "deleteMyBucket" ? null : nonce);
      error = fallen(error, cut);
      if (cut) noteCut(cut, life, state.options);
    }
    // V8 knows who awaits this call.
    atCaller(error, run);
    if (Object.hasOwn(error, "idempotencyNonce")) {
      const retry = (controls) => again(shardd, name, args, options, error, controls);
      define(error, "retry", { value: retry, configurable: true });
    }
    throw error;
  }
}

async function again(shardd, name, args, options, error, said) {
  const controls = optionsIn(said) ?? Object.create(null);
  checkControls(controls);
  // The signal that ended the first call would end this one too.
  const kept = { ...options, signal: undefined, ...controls, idempotencyNonce: error.idempotencyNonce };
  // What nobody can say any more is in doubt all the same: an empty body says so.
  return call(shardd, name, args, kept, sentBody(error) ?? (error.outcome === "unknown" ? "" : undefined));
}

// Before the first call, since the constructor does no I/O.
function begin(state) {
  const core = coreOf(state);
  checkFetch(state.options?.fetch);
  if (state.begun !== core) remembered(state.memory, core);
  const isFirst = !state.begun;
  state.begun = core;
  const warning = isFirst && publicKeyWarning(state.apiKey);
  if (warning) quietly(() => state.options?.onEvent?.(warning));
}
