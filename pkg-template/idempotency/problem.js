// What the handler answers on its own, as application/problem+json (RFC 9457).

const PROBLEMS = {
  "missing-key": [400, "This request wants an idempotency key", "Send the header with a key that you make once for each thing to do, and keep for its retries."],
  "invalid-key": [400, "The idempotency key is none", "Send one key of 1 to 255 characters, quoted or bare; not a list."],
  "missing-scope": [400, "Nobody can be told to be the caller", "Send the credentials that this service asks for."],
  "body-too-large": [413, "The body is too large", "Send less, or without an idempotency key."],
  "fingerprint-mismatch": [422, "The idempotency key was used for another request", "Make a new key for each thing to do; send the same request again only with its own."],
  "in-flight": [409, "The same request is being worked on", "Try again after a while, with the same key."],
  "uncertain": [409, "Nobody knows how an earlier attempt ended", "Do not send it under a new key: it may have been done."],
  "fenced": [409, "Another attempt took over", "Try again after a while, with the same key."],
  "result-unavailable": [409, "The request was carried out, but its answer was too large to keep", "Do not send it again: ask for what it made."],
  "store-failed": [503, "Nothing was done: the record of requests cannot be reached", "Try again after a while, with the same key."],
};

export function problem(code, retryAfterMs) {
  const [status, title, detail] = PROBLEMS[code];
  const headers = { "content-type": "application/problem+json", "cache-control": "no-store" };
  if (retryAfterMs !== undefined) headers["retry-after"] = String(Math.max(1, Math.ceil(retryAfterMs / 1_000)));
  const body = JSON.stringify({ type: `urn:shardd-wasm:idempotency:${code}`, title, status, detail, code });
  return new Response(body, { __proto__: null, status, headers });
}
