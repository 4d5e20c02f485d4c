// What arguments and options must be, by their kinds in the generated tables. A kind checks a value called `what`, and gives what is sent of it.
import { ACKS_MAX, NONCE_MAX, NONCE_OWN, NOTE_MAX, SPAN_MAX, TTL_MIN_MS } from "../generated/options.js";
import * as say from "../generated/sentences.js";
import { codePoints, isWellFormed, trimmed } from "./text.js";
import { refuse } from "./refuse.js";

/** A string without half a surrogate pair, which the conversion to bytes would replace unseen. */
export function text(what, value) {
  if (typeof value !== "string") refuse(say.notText(what));
  if (!isWellFormed(value)) refuse(say.halfPair(what));
  return value;
}

/** The database behind the ledger cannot store U+0000, and retries it for ever. */
function clean(what, value) {
  if (value.includes("\0")) refuse(say.nul(what));
  return value;
}

function name(what, value) {
  if (trimmed(text(what, value)) === "") refuse(say.blank(what));
  return clean(what, value);
}

/** URL parsers remove `.` and `..`, percent-encoded or not. */
function segment(what, value) {
  if (value === "." || value === "..") refuse(say.dots(what));
  return name(what, value);
}

/** The server's own route of that name comes first. */
function notDeleted(what, value) {
  if (value === "deleted") refuse(say.bucketDeleted);
  return segment(what, value);
}

/** A safe integer, or a bigint of so many bits. */
function whole(what, value, bits = 64) {
  if (typeof value === "bigint") {
    if (BigInt.asIntN(bits, value) !== value) refuse(say.beyond(what));
  } else if (typeof value !== "number") {
    refuse(say.notNumber(what));
  } else if (!Number.isSafeInteger(value)) {
    refuse(say.notSafe(what));
  }
  return value;
}

/** Of either sign. What has no opposite within 64 bits is beyond them. */
function amount(what, value) {
  whole(what, value);
  whole(what, -value);
  return value;
}

/** A negative amount is a mistake of sign, not its absolute value. */
function positive(what, value) {
  if (!(whole(what, value) > 0)) refuse(say.notPositive);
  return value;
}

function count(what, value) {
  if (whole(what, value) < 0) refuse(say.negative(what));
  return value;
}

function acks(what, value) {
  if (count(what, value) > ACKS_MAX) refuse(say.tooManyAcks(what));
  return value;
}

function span(what, value, least = 1) {
  if (!(whole(what, value) >= least && value <= SPAN_MAX)) refuse(say.outOfRange(what, least));
  return Number(value);
}

/** How long a hold lives: one shorter than the way to the ledger and back would be over on arrival. Twice the longest is still within 64 bits. */
function life(what, value) {
  if (count(what, value) < TTL_MIN_MS || BigInt.asIntN(63, BigInt(value)) != value) refuse(say.shortTtl);
  return value;
}

const isLonger = (value, most) => value.length > most && codePoints(value) > most;

function note(what, value) {
  if (isLonger(text(what, value), NOTE_MAX)) refuse(say.longNote);
  return clean(what, value);
}

/** The server trims it. */
function nonce(what, value) {
  const sent = trimmed(text(what, value));
  if (sent === "") refuse(say.blankNonce);
  if (isLonger(sent, NONCE_MAX)) refuse(say.longNonce);
  if (NONCE_OWN.split(" ").some((own) => sent.startsWith(own))) refuse(say.ownNonce);
  return clean(what, sent);
}

/** Nothing that merely looks so. */
function flag(what, value) {
  if (typeof value !== "boolean") refuse(say.notFlag(what));
  return value;
}

function callback(what, value) {
  if (typeof value !== "function") refuse(say.notFunction(what));
  return value;
}

/** By its shape: a signal of another realm is one too. */
function signal(_, value) {
  if (typeof value?.aborted !== "boolean" || typeof value.addEventListener !== "function") refuse(say.notSignal);
  return value;
}

/** A name, or a function that gives one. */
function owner(what, value) {
  return typeof value === "function" ? value : text(what, value);
}

/** The event that an account is read after: a write's result, or the event in it. */
function after(_, value) {
  const event = typeof value?.event === "object" && value.event ? value.event : value;
  try {
    const { originNodeId, originEpoch, originSeq } = event;
    return { origin: `${text("", originNodeId)}:${count("", originEpoch)}`, seq: count("", originSeq) };
  } catch {
    return refuse(say.notAfter);
  }
}

const url = (what, value) => (value == null ? undefined : text(what, value));

/** By their names in `TAKES` and `CLIENT`, and by their letters in `OPERATIONS`. */
export const KINDS = {
  text, note, nonce, count, acks, span, flag, function: callback, signal, owner, after,
  n: name, s: segment, d: notDeleted, w: amount, "+": positive, "-": positive, l: life, u: url,
};
