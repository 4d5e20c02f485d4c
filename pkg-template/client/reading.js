// An answer, read once: for the kernel how the attempt ended, for the caller what the call gives if it was the last.
import * as is from "../generated/effects.js";
import { OF_FUNDS, OF_HUNDRED, OF_STATUS } from "../generated/refusals.js";
import { redirected, tooLong } from "../generated/sentences.js";
import { own } from "./own.js";
import { refusalIn, refused } from "./refusal.js";
import { read } from "./response.js";
import { retryAfterMs } from "./retry-after.js";
import { unixMs } from "./clock.js";

const NOTHING = new Uint8Array(0);
const BODIES = { promised: is.BODY_PROMISED, unreadable: is.BODY_UNREADABLE, foreign: is.BODY_FOREIGN, other: is.BODY_OTHER };

/** `{ body, flags, retryAfterMs, text, given }`, where `given` is `{ status, value }` or `{ record }` of an error. */
export function readingOf(call, { status, bytes }, retryAfter) {
  if (status === 0) return failed(is.BODY_OTHER, { code: "network", message: redirected });
  if (status < 200 || status >= 300) return refusal(call, status, bytes, retryAfter);
  if (bytes === undefined) return failed(is.BODY_TOO_LARGE, { code: "decode", message: tooLong, status });
  const { request, client } = call;
  const { body, value, code, message } = read(request, status, bytes, client.isBigint);
  if (value === undefined) return failed(BODIES[body], { code, message, status });
  const isBehind = request.after !== undefined && !shows(value, request.after);
  if (isBehind) call.read = value;
  const isReplay = request.nonce !== undefined && value.deduplicated === true;
  const flags = (isBehind ? is.ENDED_BEHIND : 0) | (isReplay ? is.ENDED_REPLAY : 0);
  return { body: is.BODY_PROMISED, flags, retryAfterMs: undefined, text: "", given: { status, value, record: undefined } };
}

const failed = (body, record) => ({ body, flags: 0, retryAfterMs: undefined, text: "", given: { status: undefined, value: undefined, record } });

/** Of an answer that is an error anyway, the status says enough where its body is too long. */
function refusal({ request, client }, status, bytes, header) {
  const said = refusalIn(bytes === undefined ? NOTHING : bytes);
  const waitMs = header === undefined || header === null ? undefined : retryAfterMs(header, unixMs());
  const record = refused(said, codeOf(status, said.funds), status, request, client.isBigint);
  if (waitMs !== undefined) record.retryAfterMs = waitMs;
  const flags = request.method === "DELETE" && own(record, "reason") === "bucket_deleted" ? is.ENDED_DELETED : 0;
  return { body: said.funds ? is.BODY_INSUFFICIENT_FUNDS : is.BODY_OTHER, flags, retryAfterMs: waitMs, text: said.text, given: { status: undefined, value: undefined, record } };
}

/** Whether an account shows the event that it is read after. */
function shows(account, { origin, seq }) {
  const heads = account.contributingOrigins;
  const known = heads && own(heads, origin);
  return known ? known.head >= seq : false;
}

/** What the verdict table calls a refusal. */
const codeOf = (status, funds) => (funds && own(OF_FUNDS, status)) || own(OF_STATUS, status) || own(OF_HUNDRED, Math.floor(status / 100)) || "decode";
