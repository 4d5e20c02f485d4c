// JSON text, passed from left to right. It takes what JSON.parse takes, but for half a surrogate pair and for nesting that is hostile, and it sees what
// JSON.parse hides: that a member comes twice, and how a number is written.
import { put } from "./own.js";
import { isWellFormed } from "./text.js";

/** Deeper nesting than this is hostile. */
const DEPTH_MAX = 64;
const SPACE = /[ \n\r\t]*/y;
const NUMBER = /-?\d*(\.\d*)?(e[+-]?\d*)?/iy;
const WHOLE_OR_FRACTION = /^-?(0|[1-9]\d*)(\.\d+)?(e[+-]?\d+)?$/i;
const WORDS = { true: true, false: false, null: null };

/** What is thrown for an answer that is not as promised: in its syntax, in this field or, with a kind, in that its figure does not fit a number. */
export class Unpromised {
  constructor(field, beyond) {
    this.field = field;
    this.beyond = beyond;
  }
}

export class Cursor {
  constructor(text) {
    this.text = text;
    this.at = 0;
  }

  /** The next character that is not white space; it stays. */
  peek() {
    const next = this.text[this.at];
    if (next > " ") return next;
    this.pass(SPACE);
    return this.text[this.at];
  }

  /** What `pattern` matches here, passed. */
  pass(pattern) {
    pattern.lastIndex = this.at;
    const [passed] = pattern.exec(this.text);
    this.at += passed.length;
    return passed;
  }

  /** Takes this character if it comes next. */
  eat(character) {
    const isNext = this.peek() === character;
    if (isNext) this.at++;
    return isNext;
  }

  expect(character) {
    if (!this.eat(character)) throw new Unpromised();
  }

  /** Nothing but white space may be left. */
  end() {
    if (this.peek() !== undefined) throw new Unpromised();
  }

  /** A string, by what it means. */
  string() {
    if (this.peek() !== '"') throw new Unpromised();
    const from = this.at;
    let end = from;
    do {
      end = this.text.indexOf('"', end + 1);
      if (end < 0) throw new Unpromised();
    } while (this.isEscaped(end));
    this.at = end + 1;
    return meaning(this.text.slice(from, end + 1));
  }

  /** Whether an odd number of backslashes stands before this place. */
  isEscaped(place) {
    let before = place;
    while (this.text[before - 1] === "\\") before--;
    return (place - before) % 2 === 1;
  }

  /** A number, as it is written. */
  number() {
    this.peek();
    const written = this.pass(NUMBER);
    if (!WHOLE_OR_FRACTION.test(written)) throw new Unpromised();
    return written;
  }

  /** A value of any kind; `figure` says what a number is, by how it is written. Keys that would set a prototype are left out. */
  any(figure, depth = 0) {
    if (depth > DEPTH_MAX) throw new Unpromised();
    const next = this.peek();
    if (next === '"') return this.string();
    if (next === "{") {
      const object = {};
      this.members((key) => {
        const value = this.any(figure, depth + 1);
        if (key !== "__proto__") put(object, key, value);
      });
      return object;
    }
    if (next === "[") {
      const list = [];
      this.items(() => list.push(this.any(figure, depth + 1)));
      return list;
    }
    if (next === "-" || (next >= "0" && next <= "9")) return figure(this.number());
    for (const word of Object.keys(WORDS)) if (this.word(word)) return WORDS[word];
    throw new Unpromised();
  }

  /** Takes this word if it comes next. */
  word(word) {
    this.peek();
    const isNext = this.text.startsWith(word, this.at);
    if (isNext) this.at += word.length;
    return isNext;
  }

  /** The members of an object, by what their keys mean; `member` must pass each value. */
  members(member) {
    this.expect("{");
    if (this.eat("}")) return;
    do {
      const key = this.string();
      this.expect(":");
      member(key);
    } while (this.eat(","));
    this.expect("}");
  }

  /** The items of an array; `item` must pass each. */
  items(item) {
    this.expect("[");
    if (this.eat("]")) return;
    do item(); while (this.eat(","));
    this.expect("]");
  }
}

/** What a string literal means. Half a surrogate pair means nothing: no ledger can have it in its text, and readers of JSON differ in what they make of it. */
function meaning(literal) {
  let text;
  try {
    text = JSON.parse(literal);
  } catch {
    throw new Unpromised();
  }
  if (!isWellFormed(text)) throw new Unpromised();
  return text;
}

/** Whole numbers of 64 bits, exactly; of all others nothing. */
export function exact(written) {
  const whole = /^-?\d+$/.test(written) ? BigInt(written) : undefined;
  return whole !== undefined && BigInt.asIntN(64, whole) === whole ? whole : undefined;
}
