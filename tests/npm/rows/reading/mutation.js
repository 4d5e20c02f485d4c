// Answers made up by chance: members doubled, renamed, respelled, retyped and nested, then cut and flipped as bytes. (As tests/decoding/mutation.rs, which has
// the wasm's reader alone.)
const NUMBERS = [
  "0", "-0", "1", "-1", "9007199254740991", "-9007199254740991", "9007199254740992", "-9007199254740992", "9223372036854775807", "-9223372036854775808",
  "9223372036854775808", "-9223372036854775809", "18446744073709551615", "18446744073709551616", "123456789012345678901234567890123456789012345678901234567890",
  "1.0", "-0.0", "0.1", "1e3", "1E+3", "12345678901234567890.5", "1e300", "1e308", "1e309", "-1e400", "1e-400", "1e99999999999999999999", "01", "1.", "-", "1e",
];
const TEXTS = [
  "\"\"", "\"insufficient_funds\"", "\"user_0-1__bucket_6d\"", "\"standard\"", "\"hold_release\"", "\"standard_v2\"", "\"1\"", "\"a\"", "\" a \"", "\"other\"", "\"\\u0000\"",
  "\"\\ud83d\\udcb0\"", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\ud800\\u0041\"", "\"\u2028\"", "\"\t\"", "\"\\v\"", "\"\\\":5\"", "\":1.5\"", "\"x : y\"",
];
const KEYS = ["__proto__", "constructor", "toString", "meta", "_", "", "a_b", "aB", "_a__b_", "a_\u00e9", "error", "hint", "balance", "limit", "available_balance", "availableBalance", "deduplicated", "event"];
const LETTERS = "{}[]\",:\\/u0019dDtfnslae-+.E \n\t\0\x1f\x7f\u00e9\ufeff";

/** JSON as it is to be written. */
class Raw {
  constructor(text) {
    this.text = text;
  }
}

/** Objects as lists of members, which may come twice. */
class Members extends Array {}

function treeOf(value) {
  if (Array.isArray(value)) return value.map(treeOf);
  if (Object(value) === value) return Members.from(Object.keys(value), (key) => [key, treeOf(value[key])]);
  return new Raw(JSON.stringify(value));
}

/** Bytes made of this value. */
export function mutated(value, chance) {
  const root = [treeOf(value)];
  for (let times = chance.of([0, 1, 1, 1, 2, 3]); times > 0; times--) change(root, 0, chance);
  let bytes = Buffer.from(spelled(root[0], chance));
  if (chance.percent(15)) for (let times = 1 + chance.below(3); times > 0; times--) bytes = damaged(bytes, chance);
  return bytes;
}

/** Changes one thing in the tree at this place. */
function change(parent, place, chance) {
  const tree = parent[place];
  if (tree instanceof Members && tree.length > 0 && chance.percent(92)) return changeMembers(tree, chance);
  if (Array.isArray(tree) && !(tree instanceof Members) && tree.length > 0 && chance.percent(90)) {
    const at = chance.below(tree.length);
    return [() => tree.splice(at, 1), () => tree.splice(at, 0, tree[at]), () => tree.splice(at, 0, made(chance))][chance.below(6)]?.() ?? change(tree, at, chance);
  }
  parent[place] = chance.percent(70) ? new Raw(chance.of(tree instanceof Raw && tree.text[0] === "\"" ? TEXTS : NUMBERS)) : made(chance);
  return true;
}

function changeMembers(members, chance) {
  const at = chance.below(members.length);
  const member = members[at];
  const add = (where, key, value) => members.splice(where, 0, [key, value]);
  switch (chance.below(12)) {
    case 0: return members.splice(at, 1);
    case 1: return add(chance.below(at + 1), ...member);
    case 2: return add(members.length, member[0], made(chance));
    case 3: return (member[0] = chance.of(KEYS));
    case 4: case 5: return add(at, chance.of(KEYS), made(chance));
    case 6: return add(at, member[0].replace(/_(.)/g, (_, letter) => letter.toUpperCase()), made(chance));
    case 7: return members.splice(chance.below(members.length), 0, members.splice(at, 1)[0]);
    default: return change(member, 1, chance);
  }
}

function made(chance) {
  const nested = () => {
    const depth = chance.of([1, 2, 30, 61, 62, 63, 64, 65, 128]);
    const [open, close] = chance.of([["[", "]"], ["{\"a\":", "}"], ["{\"__proto__\":", "}"]]);
    return new Raw(open.repeat(depth) + chance.of(NUMBERS) + close.repeat(depth));
  };
  return chance.of([
    () => new Raw("null"), () => new Raw(chance.of(["true", "false"])), () => [], () => Members.of([chance.of(KEYS), new Raw(chance.of(NUMBERS))]), nested,
    () => new Raw(chance.of(TEXTS)), () => new Raw(chance.of(TEXTS)), () => new Raw(chance.of(NUMBERS)), () => new Raw(chance.of(NUMBERS)),
  ])();
}

/** The tree in one of the many ways that mean the same. */
function spelled(tree, chance) {
  const space = () => (chance.percent(1) ? chance.of([" ", "\n", "\r", "\t"]) : "");
  if (tree instanceof Raw) return space() + (tree.text[0] === "\"" ? respelled(tree.text, chance) : tree.text) + space();
  const items = Array.from(tree, (item) => (tree instanceof Members ? `${space()}${respelled(JSON.stringify(item[0]), chance)}${space()}:${spelled(item[1], chance)}` : spelled(item, chance)));
  const [open, close] = tree instanceof Members ? "{}" : "[]";
  return `${space()}${open}${items.join(",")}${space()}${close}${space()}`;
}

/** A string's letters as escapes, here and there. */
function respelled(literal, chance) {
  if (!chance.percent(4) || literal.includes("\\")) return literal;
  const escape = (letter) => (chance.percent(30) ? `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}` : letter);
  return literal.replace(/[^"]/g, escape);
}

function damaged(bytes, chance) {
  const at = chance.below(bytes.length + 1);
  const [head, tail] = [bytes.subarray(0, at), bytes.subarray(at)];
  const letter = Buffer.from(chance.of(LETTERS));
  switch (chance.below(5)) {
    case 0: return head;
    case 1: return Buffer.concat([head, tail.subarray(1)]);
    case 2: return Buffer.concat([head, letter, tail]);
    case 3: return Buffer.concat([head, letter, tail.subarray(1)]);
    default: return Buffer.concat([head, Buffer.from([(tail[0] ?? 0) ^ (1 << chance.below(8))]), tail.subarray(1)]);
  }
}
