// An error as JSON, and back. Writing one never throws: what a log is told of must not fail because of what the error is about.
import { OUTCOMES } from "./generated/codes.js";
import { digits, figured, revive } from "./figures.js";

/** So many causes are looked at. */
const CAUSES_MAX = 16;
const UNREADABLE = "a value that cannot be read";
/** What errors have by their class: a log is somebody else's text, and must not name it. */
const NO_FIELDS = ["__proto__", "constructor", "toString", "valueOf", "toJSON", "stack", "retry"];

function attempted(read, otherwise) {
  try {
    return read();
  } catch {
    return otherwise;
  }
}

/** The plain object of an error: names, texts and numbers, so that it can be posted and logged. */
export function written(error) {
  const json = {};
  for (const name of attempted(() => ["name", "code", "message", ...Object.keys(error)], [])) {
    const value = attempted(() => plain(error[name]));
    if (value !== undefined) json[name] = value;
  }
  const cause = attempted(() => error.cause);
  if (cause === undefined) return json;
  json.cause = attempted(() => String(cause), UNREADABLE);
  const code = deepestCode(cause);
  if (code !== undefined) json.causeCode = code;
  return json;
}

/** What JSON has words for. In bigint mode figures are their digits. */
function plain(value) {
  if (typeof value === "bigint") return String(value);
  if (typeof value === "function" || typeof value === "symbol") return undefined;
  if (Object(value) !== value) return value;
  return attempted(() => JSON.parse(JSON.stringify(value, digits)), UNREADABLE);
}

/** `ECONNREFUSED`, `ENOTFOUND` and their like: `fetch` tells them some causes deep, and of several addresses in a list. */
function deepestCode(cause, seen = new Set()) {
  if (Object(cause) !== cause || seen.has(cause) || seen.size === CAUSES_MAX) return undefined;
  seen.add(cause);
  const errors = attempted(() => (Array.isArray(cause.errors) ? cause.errors.slice(0, CAUSES_MAX) : []), []);
  for (const deeper of [attempted(() => cause.cause), ...errors]) {
    const found = deepestCode(deeper, seen);
    if (found !== undefined) return found;
  }
  const code = attempted(() => cause.code);
  return typeof code === "string" && code !== "" ? code : undefined;
}

/** What an error is made of, from such an object or the text of it; nothing where it is none. */
export function recordIn(json) {
  const read = attempted(() => JSON.parse(typeof json === "string" ? json : JSON.stringify(json, digits), revive));
  if (Object(read) !== read || typeof read.message !== "string") return undefined;
  const record = Object.create(null);
  for (const name of Object.keys(read)) if (!NO_FIELDS.includes(name)) record[name] = read[name];
  record.retryable = read.retryable === true;
  record.attempts = Number.isSafeInteger(read.attempts) ? read.attempts : 0;
  // A word of a newer version proves nothing to this one.
  record.outcome = OUTCOMES.split(" ").includes(read.outcome) ? read.outcome : "unknown";
  return figured(record);
}
