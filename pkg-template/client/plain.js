// Answers that are exactly as promised, by the engine's own JSON.parse: several times as fast as any reader in JavaScript. Whatever is not, or might not be
// (a member too many, twice or out of its order, a fraction, an escaped character), is left to the exact reader.
import { isInternalBucket } from "./text.js";
import { blankOf } from "./shapes.js";

/** What is thrown for what is left to the exact reader. */
const UNSURE = {};

/** The result in this text, or nothing where the exact reader has to read it. `how` is `{ isBigint, bucket, isOk }`. */
export function plainly(shape, text, how) {
  const members = membersIn(text);
  if (members < 0) return undefined;
  const walk = new Walk(how);
  try {
    const value = walk.object(shape, JSON.parse(text));
    // JSON.parse lets a member come twice: then the text has more of them than were read.
    return walk.members === members ? value : undefined;
  } catch {
    return undefined;
  }
}

// Code units.
const SPACE = 32;
const QUOTE = 34;
const MINUS = 45;
const POINT = 46;
const ZERO = 48;
const NINE = 57;
const CAPITAL_E = 69;
const SMALL_E = 101;

/** How many members the objects in this text have, or more; -1 where a number may be written in another way than whole ones are, or a character be half a
 * surrogate pair. */
function membersIn(text) {
  if (text.includes("\\u")) return -1;
  let found = 0;
  for (let colon = text.indexOf(":"); colon >= 0; colon = text.indexOf(":", colon + 1)) {
    const before = text.charCodeAt(colon - 1);
    if (before <= SPACE) return -1;
    if (before !== QUOTE) continue;
    found++;
    let at = colon + 1;
    let unit = text.charCodeAt(at);
    while (unit <= SPACE || unit === MINUS) unit = text.charCodeAt(++at);
    while (unit >= ZERO && unit <= NINE) unit = text.charCodeAt(++at);
    if (unit === POINT || unit === CAPITAL_E || unit === SMALL_E) return -1;
  }
  return found;
}

class Walk {
  constructor({ isBigint, bucket, isOk }) {
    this.isBigint = isBigint;
    this.bucket = bucket;
    this.isOk = isOk;
    this.members = 0;
  }

  object({ fields, blank }, row) {
    if (typeof row !== "object" || row === null || Array.isArray(row)) throw UNSURE;
    const out = { ...blank };
    let at = 0;
    for (const wire in row) {
      let field = fields[at++];
      while (field !== undefined && field.wire !== wire) {
        this.leave(out, field);
        field = fields[at++];
      }
      if (field === undefined) throw UNSURE;
      out[field.name] = this.value(field, row[wire]);
    }
    while (at < fields.length) this.leave(out, fields[at++]);
    this.members += at;
    return out;
  }

  leave(out, field) {
    if (!field.isOptional) throw UNSURE;
    out[field.name] = blankOf(field, this.isOk);
    this.members--;
  }

  figure(kind, value) {
    // Whole numbers that JSON.parse rounds are none of these.
    if (!Number.isSafeInteger(value) || (kind !== "m" && (value < 0 || (kind !== "c" && kind !== "h")))) throw UNSURE;
    // `-0` is a number of its own in JavaScript.
    return this.isBigint && kind !== "c" ? BigInt(value) : value + 0;
  }

  text(kind, value) {
    if (kind === "t") return value;
    if (kind !== "b") throw UNSURE;
    return this.bucket !== undefined && isInternalBucket(value) ? this.bucket : value;
  }

  value(field, value) {
    const { kind, part } = field;
    if (typeof value === "number") return this.figure(kind, value);
    if (typeof value === "string") return this.text(kind, value);
    if (value === null) {
      if (!field.isOptional) throw UNSURE;
      return blankOf(field, this.isOk);
    }
    if (kind === "f" && typeof value === "boolean") return value;
    if (kind === "{") return this.object(part, value);
    if (kind === "%") return this.map(part, value);
    if (kind !== "[" || !Array.isArray(value)) throw UNSURE;
    const list = [];
    for (const row of value) list.push(this.object(part, row));
    return list;
  }

  map(part, rows) {
    if (typeof rows !== "object" || Array.isArray(rows)) throw UNSURE;
    const map = {};
    for (const key in rows) {
      if (key in map) throw UNSURE;
      this.members++;
      map[key] = part === "c" ? this.figure(part, rows[key]) : this.object(part, rows[key]);
    }
    return map;
  }
}
