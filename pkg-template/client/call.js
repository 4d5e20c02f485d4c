// One call: from its arguments to its promise, kept alive where `waitUntil` says so.
import { strangeEdge } from "../generated/sentences.js";
import { define } from "../define.js";
import { atCaller, isShardError } from "../errors.js";
import { checkFetch } from "../no-fetch.js";
import { outlive } from "../outlive.js";
import { publicKeyWarning } from "../public-key.js";
import { quietly } from "../quietly.js";
import { requestOf } from "./arguments.js";
import { clientOf, coreOf, left, remembered } from "./client.js";
import { freshNonce } from "./nonce.js";
import { checked } from "./options.js";
import { refuse } from "./refuse.js";
import { checkControls } from "./retry.js";
import { Running } from "./running.js";
import { trimmed } from "./text.js";

/** Makes the call of this `name` with these arguments. */
export function call(shardd, name, args, options) {
  try {
    const client = clientOf(shardd);
    ready(client);
    return launch(client, requestOf(name, args, options, freshNonce));
  } catch (error) {
    // Never thrown, and not by being async: that is one more promise for each call.
    return Promise.reject(isShardError(error) ? atMethod(error, shardd, name) : error);
  }
}

/** The stack begins at the user's own line; behind `call` where the method is somebody's stand-in. */
function atMethod(error, shardd, name) {
  atCaller(error, Object(shardd)[name]);
  return /\n/.test(error.stack) ? error : atCaller(error, call);
}

/** Before the first call, since the constructor does no I/O. */
function ready(client) {
  const core = coreOf(client);
  checkFetch(client.settings.fetch);
  if (client.begun === core) return;
  remembered(client.memory, core);
  const warning = client.begun === undefined && publicKeyWarning(client.apiKey);
  client.begun = core;
  if (warning && client.onEvent) quietly(() => client.onEvent(warning));
}

/** Sends a request. */
export function launch(client, request) {
  const core = coreOf(client);
  const only = edgeOf(core, request.given.edge);
  const waitUntil = request.given.waitUntil || client.settings.waitUntil;
  const start = () => run(client, core, request, only);
  return waitUntil ? outlive(waitUntil, start) : start();
}

function edgeOf({ edges }, edge) {
  if (edge === undefined) return -1;
  const at = edges.indexOf(trimmed(edge).replace(/\/+$/, ""));
  return at < 0 ? refuse(strangeEdge) : at;
}

async function run(client, core, request, only) {
  let running;
  // A client that is freed meanwhile is not this call's end.
  client.shares.users++;
  try {
    // What is given up in the tick in which it began sends nothing.
    await undefined;
    return await new Promise((resolve, reject) => {
      running = new Running(client, core, request, only, resolve, reject);
      running.begin();
    });
  } catch (error) {
    // V8 knows who awaits this call.
    atCaller(error, run);
    if (isShardError(error) && request.replayable && error.idempotencyNonce === request.nonce) {
      const retry = async (controls) => again(client, request, error.outcome, running && running.sent, controls);
      define(error, "retry", { value: retry, configurable: true });
    }
    throw error;
  } finally {
    if (running) running.isHeard = true;
    left(client.shares);
  }
}

/** The same write again: the identical body, where a copy may have landed. */
function again(client, request, outcome, sent, said) {
  if (said !== undefined && said !== null) checkControls(said);
  // The signal that ended the first call would end this one too.
  const given = { __proto__: null, ...request.given, signal: undefined, ...checked("call", said) };
  const isInDoubt = outcome !== "rejected";
  ready(client);
  return launch(client, { __proto__: null, ...request, given, isInDoubt, sent: isInDoubt ? sent : undefined });
}
