// An answer, read by its shape, exactly: no figure is rounded, no promised field comes twice, and no unknown one takes its name.
import { Cursor, Unpromised } from "./cursor.js";
import { publicName } from "./names.js";
import { put } from "./own.js";
import { blankOf } from "./shapes.js";
import { isInternalBucket } from "./text.js";

/** What an answer as a whole is called where a field has a name. */
const ROOT = "the answer";
/** Numbers of so many letters, and so many digits in the exponent, are finite in JavaScript. */
const FLOAT_MAX = 100;
const EXPONENT_MAX = 2;

/**
 * The result in this text, or an `Unpromised` that is thrown. `how` is `{ isBigint, bucket, isOk }`. Unknown fields pass, without harm to the figures in
 * them. A figure out of range is told only of an answer that is right in everything else: such an answer proves that a write was applied.
 */
export function exactly(shape, text, how) {
  const reader = new Reader(text, how);
  const value = reader.value({ kind: "{", part: shape, name: ROOT });
  reader.end();
  if (reader.beyond) throw reader.beyond;
  return value;
}

class Reader extends Cursor {
  constructor(text, { isBigint, bucket, isOk }) {
    super(text);
    this.isBigint = isBigint;
    /** The caller's name of the one bucket that a write is about. */
    this.bucket = bucket;
    this.isOk = isOk;
    /** The first field that does not fit a number. */
    this.beyond = undefined;
  }

  value(field) {
    const next = this.peek();
    switch (field.kind) {
      case "t":
        if (next === '"') return this.string();
        break;
      case "b":
        if (next === '"') return this.bucketName(this.string());
        break;
      case "f":
        if (next === "t" || next === "f") return this.any(unharmed);
        break;
      case "{":
        if (next === "{") return this.object(field.part);
        break;
      case "[":
        if (next === "[") return this.list({ kind: "{", part: field.part, name: field.name });
        break;
      case "%":
        if (next === "{") return this.map({ kind: field.part === "c" ? "c" : "{", part: field.part, name: field.name });
        break;
      default:
        if (next === "-" || (next >= "0" && next <= "9")) return this.figure(field);
    }
    // What is no JSON at all is called so.
    this.any(unharmed);
    throw new Unpromised(field.name);
  }

  bucketName(name) {
    return this.bucket !== undefined && isInternalBucket(name) ? this.bucket : name;
  }

  figure({ kind, name }) {
    const written = this.number();
    if (!/^-?\d+$/.test(written)) throw new Unpromised(name);
    const number = Number(written);
    const isSafe = Number.isSafeInteger(number);
    const exact = isSafe ? number : BigInt(written);
    if (kind === "m" ? !isSafe && BigInt.asIntN(64, exact) !== exact : exact < 0 || (!isSafe && BigInt.asUintN(64, exact) !== exact)) throw new Unpromised(name);
    if (this.isBigint && kind !== "c") return BigInt(exact);
    if (!isSafe && !this.beyond) this.beyond = new Unpromised(name, kind);
    // `-0` is a number of its own in JavaScript; credits know only one zero.
    return number + 0;
  }

  object({ fields }) {
    const out = {};
    const seen = new Set();
    this.members((wire) => {
      const field = fields.find((each) => each.wire === wire);
      if (!field) return this.unknown(out, wire, fields);
      if (seen.has(field)) throw new Unpromised(field.name);
      seen.add(field);
      put(out, field.name, field.isOptional && this.word("null") ? blankOf(field, this.isOk) : this.value(field));
    });
    for (const field of fields) {
      if (seen.has(field)) continue;
      if (!field.isOptional) throw new Unpromised(field.name);
      put(out, field.name, blankOf(field, this.isOk));
    }
    return out;
  }

  /** A field that the table does not have passes, in the users' spelling. */
  unknown(out, wire, fields) {
    const name = publicName(wire);
    const value = this.any(unharmed, 1);
    // The client puts its own `meta` on the answer to a write.
    const isTaken = (this.bucket !== undefined && name === "meta") || fields.some((field) => field.name === name);
    if (!isTaken && wire !== "__proto__") put(out, name, value);
  }

  list(item) {
    const list = [];
    this.items(() => list.push(this.value(item)));
    return list;
  }

  map(item) {
    const map = {};
    this.members((key) => {
      if (key === "__proto__") this.any(unharmed, 1);
      else put(map, key, this.value(item));
    });
    return map;
  }
}

/** What nobody promised: a number that JavaScript would round or call `Infinity` is handed on as text. Of those with a point or exponent, what is far longer,
 * larger or smaller than anybody writes is handed on so, too. */
function unharmed(written) {
  const isWhole = /^-?\d+$/.test(written);
  const isHeld = isWhole
    ? Number.isSafeInteger(Number(written))
    : written.replace("-", "").length <= FLOAT_MAX && !(/e/i.test(written) && /\d*$/.exec(written)[0].length > EXPONENT_MAX);
  return isHeld ? Number(written) : written;
}
