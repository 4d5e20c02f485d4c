// The same call by the hands: what they would send, and what they make of an answer.
import { requestOf } from "./template/client/arguments.js";
import { refused, refusalIn } from "./template/client/refusal.js";
import { read, resultOf } from "./template/client/response.js";
import { retryAfterMs } from "./template/client/retry-after.js";

export { recorded, stamped } from "./template/client/write.js";

/** `{ request }`, or `{ error }` of what was given. */
export function requested(operation, args, options, nonce) {
  try {
    return { request: requestOf(operation, args, options, () => nonce), error: undefined };
  } catch (error) {
    return { request: undefined, error };
  }
}

/** What the call resolves or rejects with. `said` is the package's own end: what the kernel decides, an error's code by its status, is taken from there. */
export function ended(request, { status, body, headers, integers }, said) {
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : Uint8Array.from(body);
  const isBigint = integers === "bigint";
  if (status >= 200 && status < 300) return good(read(request, status, bytes, isBigint), request, said);
  const refusal = refusalIn(bytes);
  const { code } = said.error;
  const error = refused(refusal, code, status, request, isBigint);
  const header = status >= 400 ? headers?.["retry-after"] : undefined;
  const waitMs = header === undefined ? undefined : retryAfterMs(header, Date.now());
  if (waitMs !== undefined) error.retryAfterMs = waitMs;
  // The one code that goes by the body.
  if (status === 422) error.code = refusal.funds ? "insufficient_funds" : "invalid_input";
  return { value: undefined, error };
}

function good({ body, value, code, message }, request, said) {
  if (body === "promised") return { value: resultOf(request, value, said.value?.meta), error: undefined };
  const outcome = request.nonce === undefined ? "rejected" : { unreadable: "applied", foreign: "rejected", other: "unknown" }[body];
  return { value: undefined, error: { code, message, outcome } };
}
