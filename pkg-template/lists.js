// The two answers that may be long, by the engine's own JSON.parse: several times as fast as any reader in wasm, which has to hand its
// text on to JSON.parse all the same. Only what is exactly as promised is taken. Whatever is not, or might not be (a figure of sixteen
// digits, an escaped character, a field too many, too few or twice), goes to the reader in the wasm, whose tables (src/protocol) decide.
import { balance, event } from "./generated/rows.js";

/** What a list of this name says, or nothing where the wasm has to read it. */
export function listed(name, bytes, isBigint) {
  if (hasLongFigure(bytes)) return undefined;
  try {
    // A byte order mark is no JSON: kept, it is refused.
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    if (UNSURE.some((part) => text.includes(part))) return undefined;
    const promised = new Promised(isBigint);
    const read = promised[name](JSON.parse(text));
    // JSON.parse lets a field come twice: then the text has more of them than were read.
    return promised.members === count(text, '":') ? read : undefined;
  } catch {
    return undefined;
  }
}

/** What escapes stand for may be no character, and white space before a colon hides the field that it follows from being counted. */
const UNSURE = ["\\u", " :", "\t:", "\n:", "\r:"];

/** More digits than any number below 2^53 is sure to have: looked for at every sixteenth byte, where such a run must pass. */
const DIGITS = 16;
const isDigit = (byte) => byte >= 48 && byte <= 57;

function hasLongFigure(bytes) {
  for (let at = DIGITS - 1; at < bytes.length; at += DIGITS) {
    if (!isDigit(bytes[at])) continue;
    let from = at;
    let to = at;
    while (isDigit(bytes[from - 1])) from--;
    while (isDigit(bytes[to + 1])) to++;
    if (to - from + 1 >= DIGITS) return true;
  }
  return false;
}

function count(text, part) {
  let found = 0;
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) found++;
  return found;
}

function must(holds) {
  if (!holds) throw new TypeError("This is not as promised.");
}

// `-0` is a number of its own in JavaScript; credits know only one zero.
const whole = (value) => {
  must(Number.isSafeInteger(value));
  return value + 0;
};
const counter = (value) => {
  must(value >= 0);
  return whole(value);
};

class Promised {
  members = 0;

  constructor(isBigint) {
    this.money = isBigint ? (value) => BigInt(whole(value)) : whole;
    this.hold = isBigint ? (value) => BigInt(counter(value)) : counter;
    this.count = counter;
  }

  events(answer) {
    this.holds(answer, 1);
    return { events: answer.events.map((row) => event(row, this)) };
  }

  balances(answer) {
    this.holds(answer, 2);
    return { accounts: answer.accounts.map((row) => balance(row, this)), totalBalance: this.money(answer.total_balance) };
  }

  text(value) {
    must(typeof value === "string");
    return value;
  }

  map(of, read) {
    must(Object(of) === of && !Array.isArray(of));
    const map = {};
    for (const key of Object.keys(of)) {
      must(key !== "__proto__");
      this.members++;
      map[key] = read(of[key], this);
    }
    return map;
  }

  /** `row` has so many fields: with each promised one asked for by name, no others. */
  holds(row, fields) {
    must(Object.keys(row).length === fields);
    this.members += fields;
  }
}
