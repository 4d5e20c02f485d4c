// The other end of the Idempotency-Key header: one request under one key, sent until it is answered.
import { isUsed } from "../is-used.js";
import { quietly } from "../quietly.js";
import { methodOf } from "../method.js";
import { given } from "../snapshot.js";
import { IdempotencyError, invalid } from "./error.js";
import { Idempotency, valueOf } from "./idempotency.js";
import { IdempotencyKey, keyOf } from "./key.js";
import { checked, isSpan, isStore } from "./options.js";
import { isResponse } from "./response.js";

const isFunction = (value) => typeof value === "function";
const OPTIONS = {
  key: [undefined, (value) => typeof value === "string" || value instanceof IdempotencyKey, "a text or an IdempotencyKey"],
  store: [undefined, isStore, "a store"],
  scope: [undefined, (value) => value === false || (typeof value === "string" && value !== ""), "a text that says whose request this is, or false"],
  header: ["idempotency-key", (value) => typeof value === "string" && value !== "", "the name of a header"],
  attempts: [5, (value) => Number.isSafeInteger(value) && value >= 1, "at least 1"],
  attemptTimeoutMs: [15_000, isSpan, "at least 1 millisecond"],
  timeoutMs: [60_000, isSpan, "at least 1 millisecond"],
  fetch: [undefined, isFunction, "a function"],
};
/** Another attempt may be answered otherwise. A 409 only says so with a Retry-After: see problem.js. */
const PASSING = new Set([408, 425, 429, 502, 503, 504]);
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;
/** By these a service knows who asks. Cookies do not show. */
const CREDENTIALS = ["authorization", "cookie", "x-api-key"];
/** How long to wait for another tab that makes a key for the same name. */
const NAMING_MS = 5_000;

export async function idempotentFetch(url, options, how = {}) {
  const settings = checked(OPTIONS, how, "idempotentFetch");
  for (const request of [url, options]) if (methodOf(request, "clone")) throw invalid(noRequest(request));
  const init = given(options);
  if (typeof url !== "string" && !(url instanceof URL)) throw invalid("idempotentFetch wants a URL, and what fetch takes beside it.");
  if (isFunction(init.body?.getReader)) throw invalid("A stream can be sent once only: give idempotentFetch its bytes.");
  if (!isFunction(settings.fetch ?? globalThis.fetch)) throw invalid("This runtime has no fetch: give idempotentFetch the option fetch.");
  const key = await keyFor(settings, url, init);
  const headers = new Headers(init.headers);
  headers.set(settings.header, `"${key.replace(/["\\]/g, "\\$&")}"`);
  return sent(url, { __proto__: null, method: "POST", ...init, headers }, settings, key);
}

/** A Request has one body, which is a stream. */
const noRequest = (request) => isUsed(request)
  ? "The body of this Request was read before, and it cannot be sent: give idempotentFetch its URL, and { method, headers, body } with the bytes."
  : "A Request can be sent once only: give idempotentFetch its URL, and { method, headers, body } with the bytes of request.clone().arrayBuffer().";

/** The key that goes out: what was given, or a random one; with a store, one that is found again under the same name. */
async function keyFor({ key, store, scope }, url, { method = "POST", body, headers }) {
  if (!store) {
    const own = typeof key === "string" ? keyOf(key) && key : (key ?? IdempotencyKey.random()).name;
    if (!/^[\x20-\x7e]+$/.test(own)) throw invalid("A header has no room for such a key: use printable ASCII, or give idempotentFetch a store.");
    return own;
  }
  if (key === undefined) throw invalid("With a store idempotentFetch wants a key, by which it finds the one that goes out.");
  if (scope === undefined && CREDENTIALS.some((name) => new Headers(headers).has(name))) {
    throw invalid("With a store and credentials idempotentFetch wants the option scope: whose request this is, such as a user's id; or false, if the store is one person's.");
  }
  const request = { operation: `${method} ${url}`, body: await written(body), ...(scope && { scope }) };
  const names = new Idempotency(store, { inFlight: { waitMs: NAMING_MS } });
  return valueOf(await names.execute(keyOf(key).scoped("fetch"), request, () => IdempotencyKey.random().name));
}

/** The body as the fingerprint sees it: forms by their fields, files by their bytes. */
async function written(body) {
  if (typeof body === "string" || ArrayBuffer.isView(body)) return body;
  if (isFunction(body?.entries)) return [...body.entries()];
  return isFunction(body?.arrayBuffer) ? body.arrayBuffer() : body;
}

async function sent(url, init, { attempts, attemptTimeoutMs, timeoutMs, fetch = globalThis.fetch }, key) {
  const endsAt = Date.now() + timeoutMs;
  for (let attempt = 1; ; attempt++) {
    const { response, error } = await tried(fetch, url, init, Math.min(attemptTimeoutMs, endsAt - Date.now()));
    if (!error && !isResponse(response)) {
      throw invalid("The option fetch of idempotentFetch gave no Response, and nobody knows whether the request was carried out: give a function that resolves to one.", { ran: null, key });
    }
    const pauseMs = response ? pauseAfter(response, attempt) : backoff(attempt);
    if (pauseMs === undefined) return response;
    // A pause that would end too late is not begun.
    if (attempt === attempts || Date.now() + pauseMs >= endsAt) {
      if (response) return response;
      throw new IdempotencyError("no-answer", "Nobody answered, and nobody knows whether it was done: send it again under the same key.", { cause: error, ran: null, key });
    }
    quietly(() => response?.body?.cancel());
    await paused(pauseMs, init.signal);
  }
}

async function tried(fetch, url, init, limitMs) {
  const controller = new AbortController();
  const { signal } = init;
  const abort = () => controller.abort(signal.reason);
  if (signal?.aborted) abort();
  // Left on: whoever aborts later means the body.
  signal?.addEventListener("abort", abort, { __proto__: null, once: true });
  const timer = setTimeout(() => controller.abort(new Error(`There was no answer within ${limitMs} milliseconds.`)), Math.max(1, limitMs));
  try {
    return { response: await fetch.call(undefined, url, { __proto__: null, ...init, signal: controller.signal }), error: undefined };
  } catch (error) {
    if (signal?.aborted) throw error;
    return { response: undefined, error: error ?? new Error("The fetch threw nothing.") };
  } finally {
    clearTimeout(timer);
  }
}

/** How long to wait before it is worth another attempt; nothing where this is the answer. */
function pauseAfter({ status, headers }, attempt) {
  const said = headers.get("retry-after");
  if (!PASSING.has(status) && !(status === 409 && said !== null)) return undefined;
  if (said === null) return backoff(attempt);
  const seconds = Number(said);
  const pauseMs = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(said) - Date.now();
  return Number.isFinite(pauseMs) ? Math.max(0, pauseMs) : backoff(attempt);
}

/** Doubling, and at random: those who failed together should not come back together. */
const backoff = (attempt) => Math.random() * Math.min(FIRST_PAUSE_MS * Math.pow(2, attempt), LONGEST_PAUSE_MS);

function paused(ms, signal) {
  return new Promise((resolve, reject) => {
    const abort = () => (clearTimeout(timer), reject(signal.reason));
    const timer = setTimeout(() => (signal?.removeEventListener("abort", abort), resolve()), ms);
    if (signal?.aborted) abort();
    signal?.addEventListener("abort", abort, { __proto__: null, once: true });
  });
}
