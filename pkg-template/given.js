// What callers give, checked before the wasm hears of it: every name known, every value of its type, every doubt spoken. The wasm gets one text
// of it. (In Rust the same cost eighteen kilobytes, and each look at an object a crossing.)
import { InvalidInputError } from "./errors.js";
import { OPERATIONS } from "./generated/operations.js";
import { ACKS_MAX, CLIENT, TAKES } from "./generated/options.js";
import * as say from "./generated/sentences.js";
import { methodOf } from "./method.js";
import { isOptions, snapshot } from "./snapshot.js";
import { uuid } from "./uuid.js";

// Not `2n ** 63n`: builds for old engines make Math.pow() of it, which takes no bigints.
const LIMIT = BigInt("9223372036854775808");

const refuse = (message) => { throw new InvalidInputError({ message }); };

// Older engines have no way of their own, which is ten times as fast.
const isWellFormed = (value) => (value.isWellFormed ? value.isWellFormed() : !/[\ud800-\udfff]/u.test(value));

// A type checks a value called `what`, and gives its JSON; nothing for what crosses beside the text.

/** A string without lone surrogates, which the conversion would replace unseen. */
export function text(what, value) {
  if (typeof value !== "string") refuse(say.notText(what));
  if (!isWellFormed(value)) refuse(say.halfPair(what));
  return JSON.stringify(value);
}

/** A whole number within 64 bits: a safe integer or a bigint. */
function whole(what, value) {
  if (typeof value === "bigint") {
    if (value >= LIMIT || value < -LIMIT) refuse(say.beyond(what));
  } else if (typeof value !== "number") {
    refuse(say.notNumber(what));
  } else if (!Number.isSafeInteger(value)) {
    refuse(say.notSafe(what));
  }
  return String(value);
}

function count(what, value) {
  const number = whole(what, value);
  if (value < 0) refuse(say.negative(what));
  return number;
}

function acks(what, value) {
  const number = count(what, value);
  if (value > ACKS_MAX) refuse(say.tooManyAcks(what));
  return number;
}

/** Nothing that merely looks so. */
function flag(what, value) {
  if (typeof value !== "boolean") refuse(say.notFlag(what));
  return String(value);
}

const oneOf = ([one, other]) => (what, value) => {
  if (value !== one && value !== other) refuse(say.notOneOf(what, one, other));
  return JSON.stringify(value);
};

function callback(what, value) {
  if (typeof value !== "function") refuse(say.notFunction(what));
}

/** By its shape: a signal of another realm is one too. */
function signal(_, value) {
  if (typeof value?.aborted !== "boolean" || typeof value.addEventListener !== "function") refuse(say.notSignal);
}

/** Beside the text, since it may be a function. */
export function owner(what, value) {
  if (typeof value !== "function") text(what, value);
}

function store(_, value) {
  for (const other of ["hold", "list"]) methodOf(value, other);
  if (!methodOf(value, "update")) refuse(say.notStore);
}

function edges(_, value) {
  if (!Array.isArray(value)) refuse(say.notEdges);
  return `[${Array.from(value, (edge) => text("edge", edge))}]`;
}

function discover(_, value, options) {
  if (typeof value !== "boolean") return text("option discover", value);
  if (value && options.edges != null) {
    refuse(say.discoverOwn);
  }
  return String(value);
}

/** The event that an account is read after: a write's result, or the event in it. */
function after(_, value) {
  const event = typeof value?.event === "object" && value.event ? value.event : value;
  try {
    const { originNodeId, originEpoch, originSeq } = event;
    return { afterOrigin: text("", `${text("", originNodeId) && originNodeId}:${count("", originEpoch)}`), afterSeq: count("", originSeq) };
  } catch {
    return refuse(say.notAfter);
  }
}

/** A place that keeps an edge, or nothing. */
function remember(_, value) {
  if (typeof value !== "boolean" && !(methodOf(value, "get") && methodOf(value, "set"))) {
    refuse(say.notMemory);
  }
}

/** How a value of each kind is checked. */
const KINDS = {
  text, note: text, nonce: text, ledger: text, span: whole, count, acks, flag, function: callback, signal, owner, store, edges, memory: remember, discover, after,
};
const typeOf = (kind) => (kind.includes("|") ? oneOf(kind.split("|")) : KINDS[kind]);

/** How the arguments of each letter are checked here; the wasm knows more of them. */
const ARGUMENTS = { n: text, s: text, d: text, w: whole, "+": whole, "-": whole, l: count, u: (what, value) => (value == null ? undefined : text(what, value)) };

const sets = Object.create(null);

/** The options of a set by their names, and how each is checked. */
function setOf(set) {
  return (sets[set] ??= set === "client" ? clientTypes() : typesIn(TAKES[set]));
}

function clientTypes() {
  const known = Object.create(null);
  for (const name of Object.keys(CLIENT)) known[name] = typeOf(CLIENT[name][0]);
  return known;
}

function typesIn(text) {
  const known = Object.create(null);
  for (const part of text.split(" ")) {
    const [name, kind] = part.split(":");
    if (kind === undefined) Object.assign(known, setOf(name));
    else known[name] = typeOf(kind);
  }
  return known;
}

const calls = Object.create(null);

/** What a call takes: its arguments in their order with how each is checked, and its set of options. */
const callOf = (name) => (calls[name] ??= name === "resume" ? [[], setOf("call")] : callIn(OPERATIONS[name]));

function callIn(text) {
  const [, , , options, ...args] = text.split(" ");
  return [args.map((argument) => argument.split(":")).map(([name, [kind]]) => [name, ARGUMENTS[kind]]), setOf(options)];
}

/** The options of such a method, checked. */
export function optionsOf(method, options) {
  const said = optionsIn(options);
  optional(said, setOf(method));
  return said ?? Object.create(null);
}

/** Options as they are now: see `snapshot`. */
export const optionsIn = (options) => snapshot(options, unreadable);

function unreadable(cause, name) {
  throw new InvalidInputError({ message: `The ${name === undefined ? "options" : `option ${name}`} cannot be read: see the cause.`, cause });
}

/** Whether a call carries a nonce. */
export const isWrite = (name) => name !== "resume" && OPERATIONS[name].startsWith("POST");

/** The text of a client's options. */
export const givenToClient = (options) => `{${optional(options, setOf("client"))}}`;

/** The text of a call's arguments and options, and of its `nonce`, where it is made for the call. */
export function givenToCall(name, args, options, nonce) {
  const [required, known] = callOf(name);
  const members = optional(options, known);
  required.forEach(([key, type], at) => add(members, key, type(key, args[at])));
  if (nonce !== undefined) add(members, "idempotencyNonce", text("idempotencyNonce", nonce));
  return `{${members}}`;
}

function optional(options, known) {
  const members = [];
  if (options == null) return members;
  if (!isOptions(options)) refuse(say.notOptions);
  for (const name of Object.keys(options)) {
    const value = options[name];
    // What is left undefined is not given, whatever it would have been.
    if (value === undefined) continue;
    if (!Object.hasOwn(known, name)) unknown(name, Object.keys(known));
    if (value !== null) add(members, name, checked(known[name], name, value, options));
  }
  return members;
}

/** What one option comes to. What is given may be somebody's object, whose getters throw. */
function checked(type, name, value, options) {
  try {
    return type(name, value, options);
  } catch (error) {
    throw error instanceof InvalidInputError ? error : unreadable(error, name);
  }
}

function add(members, name, json) {
  if (typeof json === "string") members.push(`"${name}":${json}`);
  else for (const [part, value] of Object.entries(json ?? {})) add(members, part, value);
}

function unknown(name, known) {
  const [nearest] = known.sort((one, other) => distance(one, name) - distance(other, name));
  if (Object.hasOwn(setOf("create"), name) && distance(nearest, name) > 2) refuse(say.otherCall(name));
  // The unknown name stays out of the message: it may be a key given in the wrong place.
  refuse(say.unknownOption(nearest));
}

/** Levenshtein's distance, in any case of letters. */
function distance(one, other) {
  const [left, right] = [one, other.slice(0, 40)].map((name) => [...name.toLowerCase()]);
  let row = [...right.keys(), right.length];
  left.forEach((letter, at) => {
    let last = at + 1;
    row = row.map((above, cell) => (cell === 0 ? last : (last = Math.min(above + 1, last + 1, row[cell - 1] + (letter !== right[cell - 1])))));
  });
  return row[right.length];
}

/** A new nonce for one write and all its copies; nothing where there is no randomness, which the wasm then says. */
export function freshNonce() {
  try {
    return uuid();
  } catch {
    return undefined;
  }
}
