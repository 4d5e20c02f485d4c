// A Fetch handler that does each request with an Idempotency-Key once.
import { isUsed } from "../is-used.js";
import { quietly } from "../quietly.js";
import { marked, replayable, revived, unmarked } from "./codec.js";
import { IdempotencyError, invalid } from "./error.js";
import { keyIn } from "./header.js";
import { looked } from "./operation.js";
import { checked } from "./options.js";
import { problem } from "./problem.js";
import { collected } from "./collected.js";
import { isResponse } from "./response.js";
import { run } from "./run.js";

const isFunction = (value) => typeof value === "function";
const bytes = (value) => Number.isSafeInteger(value) && value >= 0;
const OPTIONS = {
  scope: [undefined, (value) => value === false || isFunction(value), "a function (request) => text, or false"],
  header: ["idempotency-key", (value) => typeof value === "string" && value !== "", "the name of a header"],
  requireKey: [false, (value) => typeof value === "boolean", "true or false"],
  maxBodyBytes: [1_048_576, bytes, "a number of bytes"],
  maxResponseBytes: [1_048_576, bytes, "a number of bytes"],
  retain: [undefined, isFunction, "a function that says whether to store a Response"],
  onReplay: [undefined, isFunction, "a function"],
};
const SAFE = new Set(["GET", "HEAD", "OPTIONS", "TRACE"]);
/** Not idempotent by themselves. */
const UNSAFE = new Set(["POST", "PATCH"]);
const STORE_RETRY_MS = 5_000;
/** In place of a body that was too large to keep. */
const DROPPED = "shardd-dropped";

/** `call(key, request, settings)` makes a call of run.js. */
export function handler(call, fetchHandler, options) {
  if (!isFunction(fetchHandler)) throw invalid("handler wants a function (request) => Response.");
  const settings = checked(OPTIONS, options, "handler");
  if (settings.scope === undefined) {
    throw invalid("handler wants the option scope: (request) => the caller, from credentials you have checked; or false, if all callers may share keys.");
  }
  return async function (request, ...rest) {
    if (!isRequest(request)) throw invalid("This handler was called with no Request: give it the Request that a server of the Fetch kind hands out.");
    const header = request.headers.get(settings.header);
    if (SAFE.has(request.method) || (header === null && !(settings.requireKey && UNSAFE.has(request.method)))) {
      return fetchHandler.call(this, request, ...rest);
    }
    if (header === null) return problem("missing-key");
    const key = keyIn(header);
    if (key === undefined) return problem("invalid-key");
    const scope = settings.scope ? await settings.scope(request) : undefined;
    if (settings.scope && (typeof scope !== "string" || scope === "")) return problem("missing-scope");
    const body = await collected(copyOf(request).body, settings.maxBodyBytes);
    if (body.rest) return refuse(body.rest, request);
    const work = () => fetchHandler.call(this, request, ...rest);
    return once(call, settings, { key, scope, request, body: body.bytes, work, context: rest.find((one) => isFunction(one?.waitUntil)) });
  };
}

/** By its shape: a framework may have a class of its own. */
const isRequest = (value) => isFunction(value?.headers?.get) && isFunction(value.clone) && typeof value.method === "string" && isUrl(value.url);

function isUrl(text) {
  try {
    return Boolean(new URL(text));
  } catch {
    return false;
  }
}

/** A second body to read, for the fingerprint; the handler reads the first. */
function copyOf(request) {
  const usedUp = (cause) => invalid("The body of this request was read before: wrap the outermost handler, or let what reads it before read request.clone().", { cause });
  if (isUsed(request)) throw usedUp();
  try {
    return request.clone();
  } catch (cause) {
    throw usedUp(cause);
  }
}

async function refuse(rest, request) {
  quietly(() => rest.cancel());
  quietly(() => request.body?.cancel());
  return problem("body-too-large");
}

async function once(call, settings, { key, scope, request, body, work, context }) {
  const { pathname, search } = new URL(request.url);
  let made;
  try {
    const asked = { operation: `${request.method} ${pathname}${search}`, body };
    made = call(key, scope === undefined ? asked : { ...asked, scope }, { codec: answers });
  } catch (error) {
    // The key is too long.
    if (error instanceof IdempotencyError) return problem("invalid-key");
    throw error;
  }
  const { retain, onReplay } = made.settings;
  Object.assign(made.settings, {
    retain: ({ kept }, about) => (settings.retain ?? retain)(revived(kept), about),
    onReplay: ({ response }) => (settings.onReplay ?? onReplay)(response, { key: made.key, request }),
  });
  if (context) made.settings.waitUntil = (promise) => context.waitUntil(promise);
  made.effect = async () => answerOf(await work(), settings.maxResponseBytes);
  return answered(made);
}

async function answered(call) {
  let outcome;
  try {
    outcome = await run(call);
  } catch (error) {
    // The error's own code would not do: it may be that of an Idempotency inside the handler.
    if (call.failure === "store") return problem("store-failed", STORE_RETRY_MS);
    // It was done: the caller gets the answer, even if no retry will.
    if (call.ran && (call.failure === "completion" || call.failure === "payload")) return call.value.response;
    throw error;
  }
  switch (outcome.status) {
    case "executed":
    case "replayed":
      return outcome.value.response;
    case "in-flight":
      return problem("in-flight", outcome.retryAfterMs);
    case "fenced":
      return winner(call);
    default:
      return problem(outcome.status);
  }
}

/** What the attempt that took over answered, if it has. */
async function winner(call) {
  const found = await looked(call).catch(() => undefined);
  return found?.stored ? answers.decode(found.stored).response : problem("fenced", found?.remainingMs ?? 0);
}

/** An answer for its caller, and for retries. */
async function answerOf(response, maxBytes) {
  if (!isResponse(response)) throw invalid("The handler gave no Response: return one for every request.", { ran: true });
  if (isUsed(response)) throw invalid("The body of this answer was read before: return it as it is, and read response.clone().", { ran: true });
  const { status, statusText, headers } = response;
  const { bytes, rest } = await collected(response.body, maxBytes);
  const kept = { status, headers: rest ? [[DROPPED, "too large"]] : replayable(headers), body: rest ? new Uint8Array() : bytes };
  const body = rest ?? (response.body === null ? null : bytes);
  return { response: new Response(body, { __proto__: null, status, statusText, headers }), kept };
}

const answers = {
  encode: ({ kept }) => marked(kept),
  decode(stored) {
    const kept = unmarked(stored);
    if (kept.headers.some(([name]) => name === DROPPED)) return { response: problem("result-unavailable"), kept };
    const response = revived(kept);
    response.headers.set("idempotent-replayed", "true");
    return { response, kept };
  },
};
