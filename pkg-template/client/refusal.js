// From an answer that is no success to an error that people can act on.
import { FINAL } from "../generated/codes.js";
import { AGAIN_READ, AGAIN_WRITE, HELD, KEYS, OTHER, REASONS, SENTENCES, TEXT_MAX } from "../generated/refusals.js";
import { beyondFigures } from "../generated/sentences.js";
import { Cursor, exact } from "./cursor.js";
import { own } from "./own.js";
import { shapeOf } from "./shapes.js";
import { byteLength, decoded, isInternalBucket, trimmed } from "./text.js";

const SHORT = "insufficientfunds";

/**
 * What the body of an answer of 400 and above says: `text`, the ledger's words, by which some verdicts go, empty where somebody else answers in its place,
 * whose words prove nothing; and `funds`, where it is about insufficient funds.
 */
export function refusalIn(bytes) {
  const text = decoded(bytes) || "";
  const cursor = new Cursor(text);
  let said;
  try {
    if (cursor.peek() !== "{") return { text: fromRouter(text) };
    said = cursor.any(exact);
    cursor.end();
  } catch {
    return { text: fromRouter(text) };
  }
  const words = textOr(own(said, "error"), "");
  const isShort = [words, own(said, "code"), own(said, "message")].some(saysShort);
  return { text: words, funds: isShort ? fundsIn(said) : undefined };
}

/** So begins what the ledger's router says to a request that it cannot read; all else is JSON. */
const fromRouter = (text) => (text.startsWith("Failed to ") ? text : "");

const textOr = (value, other) => (typeof value === "string" ? value : other);

/** Whether a text says that the funds do not suffice, in any spelling: `insufficient_funds`, `Insufficient funds`, `INSUFFICIENT-FUNDS`. */
const saysShort = (text) => typeof text === "string" && text.replace(/[^a-z]/gi, "").toLowerCase().includes(SHORT);

/** Figures as bigints, and null for what the server left out. */
function fundsIn(said) {
  const funds = {};
  for (const { wire, name, kind } of shapeOf("funds").fields) {
    const value = own(said, wire);
    if (kind === "m") funds[name] = typeof value === "bigint" ? value : null;
    else if (kind === "f") funds[name] = value === true;
    else if (typeof value === "string" && !mayTellKey(value)) funds[name] = value;
  }
  return funds;
}

/** Whether a text may repeat the API key, as those do that complain of a header. */
const mayTellKey = (text) => /sk_|earer /.test(text);

/** How to ask again. */
export const again = (request) => (request.replayable ? AGAIN_WRITE : AGAIN_READ);

/** The record of the error of an answer with this status, which the verdict calls `code`: what was read of it, in the caller's terms. */
export function refused({ text, funds }, code, status, request, isBigint) {
  const reason = reasonOf(text, code);
  const record = { code, message: messageOf(text, funds, code, reason, status, request), status };
  if (reason) record.reason = reason;
  return funds ? withFigures(record, funds, isBigint) : record;
}

function reasonOf(text, code) {
  for (const [from, to, reason] of own(REASONS, code) || []) if (text.startsWith(from) && text.includes(to, from.length)) return reason;
  return undefined;
}

function messageOf(text, funds, code, reason, status, request) {
  const key = code === "unauthorized" && own(KEYS, reason);
  if (key) return key;
  const words = quotable(text, request.bucket);
  let sentence = own(SENTENCES, code);
  if (sentence === undefined) sentence = words ? OTHER : OTHER.replace(": {words}", ".");
  // What no retry mends is said in the edge's own words.
  else if (reason === FINAL) sentence = sentence.replace("{again}", "{words}");
  const parts = { status, again: again(request), words, held: funds ? held(funds) : "" };
  return sentence.replace(/\{(\w+)\}/g, (_, part) => parts[part]);
}

/** What earlier holds have to do with it, where they are why. */
function held({ balance, availableBalance, holdBlocking }) {
  if (!holdBlocking || balance === null || availableBalance === null) return "";
  return HELD.replace("{held}", String(balance - availableBalance));
}

/** The ledger's own words as a sentence in the caller's terms; empty where they are not fit to be shown. */
function quotable(text, bucket = "\u2026") {
  const words = trimmed(text).replace(/\.+$/, "");
  if (!words || byteLength(words) > TEXT_MAX || /[<\0-\x1f\x7f-\x9f]/.test(words) || mayTellKey(words)) return "";
  // Some texts leak the ledger's own name of the bucket; the caller knows it by another.
  return `${words.replace(/user_[\w-]*/g, (name) => (isInternalBucket(name) ? bucket : name))}.`;
}

/** The figures on the error, as the client gives them; the sentence has the digits of those that no number holds. */
function withFigures(record, funds, isBigint) {
  const beyond = [];
  for (const name of Object.keys(funds)) {
    let value = funds[name];
    if (typeof value === "bigint" && !isBigint) {
      if (Number.isSafeInteger(Number(value))) value = Number(value);
      else beyond.push(`${name} ${value}`), (value = null);
    }
    record[name] = value;
  }
  if (beyond.length > 0) record.message += beyondFigures(beyond.join(", "));
  return record;
}
