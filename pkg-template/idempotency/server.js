// Operations over Valkey or Redis, through any client: one function that runs a command. Scripts and entries are those of programs in other
// languages: src/idempotency/valkey.
import { instantiate } from "./instance.js";
import {
  ANSWER_OTHER, ANSWER_TOKEN, CLAIM, COMPLETE, FENCED, FINGERPRINT, FREE, GET, KEEP_MS, LEASE_MS, PURGE, REFUSES, REMAINING_MS, REPLAY_MS, TOUCH,
  joined, parts, split,
} from "./number.js";
import { Unanswered, legible } from "./place.js";

/** As `overPlace` of place.js. */
export const overServer = (command, prefix) => (asked) => ({ answer: answer(command, `${prefix}:${asked.name}`, asked), stop() {} });

async function answer(command, key, asked) {
  const { operation, terms } = asked;
  const isPurge = operation === PURGE;
  const script = isPurge ? "" : instantiate().glue.serverScript(operation);
  const words = isPurge ? [] : wordsOf(asked);
  let reply;
  try {
    reply = await (isPurge ? command(["DEL", key]) : evaluated(command, script, ["1", key, ...words]));
  } catch (cause) {
    return new Unanswered(cause);
  }
  if (isPurge) return just(FREE);
  return legible(operation === CLAIM || operation === GET ? found(operation, terms, reply) : fenced(terms, reply));
}

/** Runs a script by its name; a server that does not know it is sent its text. */
async function evaluated(command, script, words) {
  const end = script.indexOf("\n");
  try {
    return await command(["EVALSHA", script.slice(0, end), ...words]);
  } catch (error) {
    if (!isUnknownScript(error)) throw error;
    return command(["EVAL", script.slice(end + 1), ...words]);
  }
}

/** Every client hands on what the server said; some say `ERR` before it. */
const isUnknownScript = (error) => String(error?.message ?? error).includes("NOSCRIPT");

/** What each script is given: see src/idempotency/valkey/script.rs. */
function wordsOf({ operation, terms, proof, response }) {
  const bits = joined(proof);
  const token = [bits.slice(0, 16), decimal(bits.slice(16))];
  const fingerprint = decimal(joined(terms.subarray(FINGERPRINT)));
  const entry = () => escaped(instantiate().glue.serverEntry(operation, terms, response));
  const ms = (place) => String(terms[place]);
  switch (operation) {
    case CLAIM: return [terms[REFUSES] ? "refuse" : "take", entry(), ms(LEASE_MS), ms(KEEP_MS), fingerprint, bits.slice(-4)];
    case COMPLETE: return [entry(), ...token, ms(REPLAY_MS), fingerprint];
    case TOUCH: return [...token, ms(LEASE_MS)];
    case GET: return ["get", "", "0", "0", "0", "0"];
    default: return token;
  }
}

const decimal = (digits) => String(BigInt(`0x${digits}`));

const just = (kind) => ({ numbers: Float64Array.of(kind), bytes: undefined });

/** A number says what became of an operation with a token. */
function fenced(terms, reply) {
  const kind = typeof reply === "bigint" ? Number(reply) : reply;
  return typeof kind === "number" && kind in FENCED ? just(kind) : foreign(terms);
}

const foundBy = (operation, terms, state, entry) => parts(instantiate().glue.serverFound(operation, terms, state, unescaped(entry)));

/** What no script of ours says. */
const foreign = (terms) => foundBy(GET, terms, "", "");

function found(operation, terms, reply) {
  if (!Array.isArray(reply)) return foreign(terms);
  const [state, runId, sequence, data = "", left] = reply.map(text);
  const answer = foundBy(operation, terms, state, data);
  if (runId === undefined) return answer;
  try {
    answer.numbers.set(tokenOf(runId, sequence), ANSWER_TOKEN);
    if (state === "taken") answer.numbers.set(tokenOf(runId, data), ANSWER_OTHER);
  } catch {
    return foreign(terms);
  }
  answer.numbers[REMAINING_MS] = Math.max(0, Number(left) || 0);
  return answer;
}

/** Throws where these are no numbers. */
function tokenOf(runId, sequence) {
  const digits = (number) => number.toString(16).padStart(16, "0");
  return split(digits(BigInt(`0x${runId}`)) + digits(BigInt(sequence)));
}

function text(word) {
  if (word instanceof Uint8Array) return new TextDecoder().decode(word);
  return typeof word === "object" ? "" : String(word);
}

/** As the script around each script unescapes and escapes it. */
const escaped = (bytes) =>
  Array.from(bytes, (byte) => (byte < 32 || byte > 126 || byte === 37 ? `%${byte.toString(16).padStart(2, "0")}` : String.fromCharCode(byte))).join("");

const unescaped = (text) =>
  Uint8Array.from(text.replace(/%([0-9a-f]{2})/gi, (_, digits) => String.fromCharCode(parseInt(digits, 16))), (letter) => letter.charCodeAt(0));
