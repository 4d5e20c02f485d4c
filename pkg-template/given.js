// What callers give, checked before the wasm hears of it: every name known, every value of its type, every doubt spoken. The wasm gets one text
// of it. (In Rust the same cost eighteen kilobytes, and each look at an object a crossing.)
import { InvalidInputError } from "./errors.js";
import { methodOf } from "./method.js";
import { isOptions, snapshot } from "./snapshot.js";

// Not `2n ** 63n`: builds for old engines make Math.pow() of it, which takes no bigints.
const LIMIT = BigInt("9223372036854775808");
const ACKS_MAX = 4_294_967_295;
const UNDECIDED = "The options are not an object: give { name: value }.";

const refuse = (message) => { throw new InvalidInputError({ message }); };

// Older engines have no way of their own, which is ten times as fast.
const isWellFormed = (value) => (value.isWellFormed ? value.isWellFormed() : !/[\ud800-\udfff]/u.test(value));

// A type checks a value called `what`, and gives its JSON; nothing for what crosses beside the text.

/** A string without lone surrogates, which the conversion would replace unseen. */
export function text(what, value) {
  if (typeof value !== "string") refuse(`The ${what} is not a string: give one.`);
  if (!isWellFormed(value)) refuse(`The ${what} contains half a surrogate pair: repair the string.`);
  return JSON.stringify(value);
}

/** A whole number within 64 bits: a safe integer or a bigint. */
function whole(what, value) {
  if (typeof value === "bigint") {
    if (value >= LIMIT || value < -LIMIT) refuse(`The ${what} is beyond ±(2^63−1): give a smaller one.`);
  } else if (typeof value !== "number") {
    refuse(`The ${what} is not a number: give an integer or a bigint.`);
  } else if (!Number.isSafeInteger(value)) {
    refuse(`The ${what} is not a safe whole number: give an integer, or a bigint beyond 2^53−1.`);
  }
  return String(value);
}

function count(what, value) {
  const number = whole(what, value);
  if (value < 0) refuse(`The ${what} is negative: give a whole number from 0 on.`);
  return number;
}

function acks(what, value) {
  const number = count(what, value);
  if (value > ACKS_MAX) refuse(`The ${what} are more than nodes can be: give fewer.`);
  return number;
}

/** Nothing that merely looks so. */
function flag(what, value) {
  if (typeof value !== "boolean") refuse(`The ${what} is neither true nor false.`);
  return String(value);
}

const oneOf = (one, other) => (what, value) => {
  if (value !== one && value !== other) refuse(`The option ${what} is neither "${one}" nor "${other}".`);
  return JSON.stringify(value);
};

function callback(what, value) {
  if (typeof value !== "function") refuse(`The option ${what} is not a function.`);
}

/** By its shape: a signal of another realm is one too. */
function signal(_, value) {
  if (typeof value?.aborted !== "boolean" || typeof value.addEventListener !== "function") refuse("The option signal is not an AbortSignal: give controller.signal.");
}

/** Beside the text, since it may be a function. */
export function owner(what, value) {
  if (typeof value !== "function") text(what, value);
}

function store(_, value) {
  for (const other of ["hold", "list"]) methodOf(value, other);
  if (!methodOf(value, "update")) refuse("The option store has no method update: give a store of shardd-wasm/stores or one of your own.");
}

function edges(_, value) {
  if (!Array.isArray(value)) refuse("The option edges is not an array: give a list of base URLs.");
  return `[${Array.from(value, (edge) => text("edge", edge))}]`;
}

function discover(_, value, options) {
  if (typeof value !== "boolean") return text("option discover", value);
  if (value && options.edges != null) {
    refuse("The option discover is true with edges of your own: give the end of their host names instead.");
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
    return refuse("The option after is no write's result: give what charge or credit resolved to.");
  }
}

/** A place that keeps an edge, or nothing. */
function remember(_, value) {
  if (typeof value !== "boolean" && !(methodOf(value, "get") && methodOf(value, "set"))) {
    refuse("The option rememberEdge is neither true nor { get, set }: give one of them.");
  }
}

const CLIENT = {
  edges, allowHttp: flag, timeoutMs: whole, attemptTimeoutMs: whole, probeTimeoutMs: whole, cooldownMs: whole, settleMs: whole,
  ambiguousWrites: oneOf("failover", "same-edge"), maxAttempts: whole, maxBodyBytes: count, integers: oneOf("number", "bigint"), fetch: callback,
  rememberEdge: remember, discover, owner, ledger: text, store, storeFailure: oneOf("closed", "open"), storeTimeoutMs: whole, onEvent: callback, signal, waitUntil: callback,
};

/** What every call can be told. */
const CALL = { signal, timeoutMs: whole, edge: text, waitUntil: callback };
// Each kind of write takes a part of what there is.
const CREDIT = { ...CALL, note: text, idempotencyNonce: text, minAcks: acks, ackTimeoutMs: count };
const RESERVE = { ...CREDIT, maxOverdraft: count };
const CHARGE = { ...RESERVE, skipHold: flag, holdAmount: count, holdExpiresAtUnixMs: count };
const CREATE = { ...CHARGE, settleReservation: text, releaseReservation: text };
const PAGE = { ...CALL, q: text, page: count, limit: count };

const BUCKET = { bucket: text };
const ACCOUNT = { ...BUCKET, account: text };
const AMOUNT = { ...ACCOUNT, amount: whole };

/** What each call takes: its arguments in their order, then its options. */
const CALLS = {
  createEvent: [AMOUNT, CREATE],
  charge: [AMOUNT, CHARGE],
  credit: [AMOUNT, CREDIT],
  reserve: [{ ...AMOUNT, ttlMs: count }, RESERVE],
  settle: [{ ...ACCOUNT, reservationId: text, amount: whole }, CREDIT],
  release: [{ ...ACCOUNT, reservationId: text }, CREDIT],
  createMyBucketEvent: [AMOUNT, CREATE],
  listEvents: [BUCKET, CALL],
  getBalances: [BUCKET, CALL],
  getAccount: [ACCOUNT, { ...CALL, after }],
  edges: [{}, CALL],
  health: [{ edge: (_, value) => (value == null ? undefined : text("edge", value)) }, CALL],
  listMyBuckets: [{}, PAGE],
  listMyDeletedBuckets: [{}, CALL],
  getMyBucket: [BUCKET, CALL],
  listMyBucketEvents: [BUCKET, { ...PAGE, account: text }],
  listMyEvents: [{}, {
    ...CALL, bucket: text, account: text, origin: text, eventType: text, sinceMs: count, untilMs: count, search: text, limit: count, offset: count, replication: flag,
  }],
  deleteMyBucket: [BUCKET, CALL],
  resume: [{}, CALL],
};

/** The options of the methods that send nothing. */
const OTHERS = { withApiKey: { owner }, forget: { pending: flag } };

/** The options of such a method, checked. */
export function optionsOf(method, options) {
  const said = optionsIn(options);
  optional(said, OTHERS[method]);
  return said ?? Object.create(null);
}

/** Options as they are now: see `snapshot`. */
export const optionsIn = (options) => snapshot(options, unreadable);

function unreadable(cause, name) {
  throw new InvalidInputError({ message: `The ${name === undefined ? "options" : `option ${name}`} cannot be read: see the cause.`, cause });
}

/** Whether a call carries a nonce. */
export const isWrite = (name) => Object.hasOwn(CALLS[name][1], "idempotencyNonce");

/** The text of a client's options. */
export const givenToClient = (options) => `{${optional(options, CLIENT)}}`;

/** The text of a call's arguments and options, and of its `nonce`, where it is made for the call. */
export function givenToCall(name, args, options, nonce) {
  const [required, known] = CALLS[name];
  const members = optional(options, known);
  let at = 0;
  for (const key of Object.keys(required)) add(members, key, required[key](key, args[at++]));
  if (nonce !== undefined) add(members, "idempotencyNonce", text("idempotencyNonce", nonce));
  return `{${members}}`;
}

function optional(options, known) {
  const members = [];
  if (options == null) return members;
  if (!isOptions(options)) refuse(UNDECIDED);
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
  if (Object.hasOwn(CREATE, name) && distance(nearest, name) > 2) refuse(`The option ${name} is not one of this call: leave it out.`);
  // The unknown name stays out of the message: it may be a key given in the wrong place.
  refuse(`An option is unknown: did you mean ${nearest}?`);
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
    // Only pages with https have it, and it is ten times as fast.
    if (crypto.randomUUID) return crypto.randomUUID();
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return digits.replace(/(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  } catch {
    return undefined;
  }
}
