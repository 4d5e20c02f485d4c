// From an answer to its result, or to what is wrong with it.
import { beyondNumber, counterBeyondNumber, foreign, notJson, notPromised } from "../generated/sentences.js";
import { Unpromised } from "./cursor.js";
import { compared } from "./event.js";
import { plainly } from "./plain.js";
import { exactly } from "./reader.js";
import { shapeOf } from "./shapes.js";
import { decoded } from "./text.js";

/**
 * What an answer of 2xx says to a request: `{ body: "promised", value }`, or `{ body, code, message }` of the error that it makes, where the body is
 * `"unreadable"` (it proves a write, but a figure does not fit a number or something promised is missing), `"foreign"` (the nonce was used for another request)
 * or `"other"`.
 */
export function read(request, status, bytes, isBigint) {
  const text = decoded(bytes);
  if (text === undefined) return failed(new Unpromised());
  const isOk = status === 200;
  // Of a write, the ledger's name of its bucket gives way to the caller's.
  const how = { isBigint, bucket: request.nonce === undefined ? undefined : request.bucket, isOk };
  const shape = shapeOf(request.reads);
  let value = plainly(shape, text, how);
  let unpromised;
  try {
    if (value === undefined) value = exactly(shape, text, how);
  } catch (thrown) {
    if (!(thrown instanceof Unpromised)) throw thrown;
    unpromised = thrown;
  }
  if (!request.replayable) return unpromised ? failed(unpromised) : { body: "promised", value };
  if (!unpromised && !value.deduplicated) return { body: "promised", value };
  const { isForeign, isOurs } = compared(text, request, isOk);
  // Only an answer that is right in shape can prove that it belongs to another request.
  if (isForeign && (!unpromised || unpromised.beyond)) return { body: "foreign", value: undefined, code: "conflict", message: foreign };
  return unpromised ? failed(unpromised, isOurs) : { body: "promised", value };
}

function failed({ field, beyond }, isOurs) {
  const body = beyond || (field && isOurs) ? "unreadable" : "other";
  return { body, value: undefined, code: "decode", message: sentence(field, beyond) };
}

function sentence(field, beyond) {
  if (field === undefined) return notJson;
  if (beyond === undefined) return notPromised(field);
  return beyond === "c" ? counterBeyondNumber(field) : beyondNumber(field);
}

/** What a call gives of what was read: a reservation with what is wanted of it on top, a write with its `meta`. */
export function resultOf(request, value, meta) {
  if (request.nonce === undefined) return value;
  if (request.ttlMs === undefined) return { ...value, meta };
  const { event, balance, availableBalance, deduplicated } = value;
  return { reservationId: event.eventId, expiresAtUnixMs: event.holdExpiresAtUnixMs, balance, availableBalance, deduplicated, event, meta };
}
