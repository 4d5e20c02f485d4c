// The end of a call: what it gives, or an error that says all that is known of the write.
import { CODES, FINAL, OUTCOMES, RETRYABLE } from "../generated/codes.js";
import * as is from "../generated/effects.js";
import * as say from "../generated/sentences.js";
import { blamed } from "../blame.js";
import { errorOf } from "../errors.js";
import { readingOf } from "./reading.js";
import { again } from "./refusal.js";
import { resultOf } from "./response.js";

const CODE = new Set(CODES.split(" "));
const OUTCOME = OUTCOMES.split(" ");
const AGAIN = new Set(RETRYABLE.split(" "));

/** What is said of an end that has no words but these. */
const TOLD = {
  [is.REASON_CONFLICT]: ["conflict", say.conflict],
  [is.REASON_TAKEN_OVER]: ["conflict", say.takenOver],
  [is.REASON_ENDED_MEANWHILE]: ["conflict", say.endedMeanwhile],
  [is.REASON_CORRUPT]: ["conflict", say.corrupt],
  [is.REASON_STORE_FAILED]: ["service_unavailable", say.storeFailed],
  [is.REASON_BEHIND]: ["timeout", say.behind],
  [is.REASON_BEHIND_TOO_OFTEN]: ["timeout", say.behindTooOften],
};

// Both members are there: whoever takes one off must not find another one's on `Object.prototype`.
const gives = (value) => ({ value, error: undefined });
const fails = (error) => ({ value: undefined, error });

/** `{ value, error }`, one of them undefined. The words are: reason, outcome, edge, attempts, milliseconds, and the ticket of a shared answer. */
export function endOf(call, [reason, outcome, at, attempts, elapsedMs, ticket]) {
  const { request, core, last, life } = call;
  const edge = at < 0 ? undefined : core.edges[at];
  const end = { outcome: OUTCOME[outcome], attempts, elapsedMs };
  const meta = { edge: edge === undefined ? "" : edge, attempts, elapsedMs };
  if (reason === is.REASON_ANSWERED && last && last.value !== undefined) return gives(resultOf(request, last.value, { ...meta, status: last.status }));
  if (reason === is.REASON_DELETED && last && last.record) {
    return gives(resultOf(request, { bucket: request.bucket, eventId: null }, { ...meta, status: last.record.status }));
  }
  if (reason === is.REASON_SHARED && life.answers.has(ticket)) return reread(call, life.answers.get(ticket), end);
  if (reason === is.REASON_REPLAYED && call.replay) return reread(call, call.replay, end);
  return fails(errorIn(call, recordOf(call, reason), { ...end, edge }));
}

/** An answer that another call got, as this call's own: nothing was sent for it. */
function reread(call, { status, edge, bytes }, end) {
  const { request, client } = call;
  const isTooLarge = bytes.length > client.maxBytes;
  const { given } = readingOf(call, { status, bytes: isTooLarge ? undefined : bytes });
  if (given.record) return fails(errorIn(call, given.record, { ...end, edge, attempts: 0 }));
  const { value } = given;
  if (value.deduplicated === false) value.deduplicated = true;
  return gives(resultOf(request, value, { edge, attempts: 0, elapsedMs: end.elapsedMs, status }));
}

function recordOf(call, reason) {
  const { last, request, recording } = call;
  if (reason === is.REASON_FAILED && last && last.record) return last.record;
  if (reason === is.REASON_DEADLINE) {
    const record = { code: "timeout", message: say.deadline(again(request)) };
    // What the attempts before met with helps more than the bare fact.
    if (last && last.record && last.record.status !== undefined) record.status = last.record.status;
    return record;
  }
  if (reason === is.REASON_ABORTED && call.aborted) {
    const { isClosed, reason: cause } = call.aborted;
    return { code: "aborted", message: isClosed ? say.closed : say.aborted, cause };
  }
  if (reason === is.REASON_KEYLESS && call.keyError) {
    const { code, message, cause } = call.keyError;
    return { code, message, cause };
  }
  const [code, message] = TOLD[reason] || ["internal", say.lostAnswer];
  if (reason !== is.REASON_STORE_FAILED) return { code, message };
  return { code, message, reason: "store", cause: recording && recording.cause };
}

/** The error of a record: which write it is of, and what is known of that, so that it can be sent again. */
function errorIn(call, known, { outcome, edge, attempts }) {
  const { request, sending, read } = call;
  let record = { __proto__: null, code: CODE.has(known.code) ? known.code : "internal", message: known.message, retryable: false, attempts, outcome };
  record.retryable = isRetryable(record.code, known.reason, outcome);
  if (edge !== undefined) record.edge = edge;
  if (request.replayable) record.idempotencyNonce = request.nonce;
  for (const name of Object.keys(known)) if (record[name] === undefined && known[name] !== undefined) record[name] = known[name];
  if (record.code === "timeout" && read !== undefined) record.account = read;
  record = blamed(record, known.cause, sending.threw);
  return errorOf(record);
}

const isRetryable = (code, reason, outcome) => reason !== FINAL && (AGAIN.has(code) || (outcome === "unknown" && AGAIN.has(`${code}?`)));

