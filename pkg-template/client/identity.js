// Whose a call is: its key, its owner, and the part of its records' names that says so.
import { OWNER_MAX_BYTES } from "../generated/options.js";
import * as say from "../generated/sentences.js";
import { UnauthorizedError } from "../errors.js";
import { hexadecimal } from "../uuid.js";
import { text } from "./kinds.js";
import { refuse } from "./refuse.js";
import { byteLength, escaped, isWellFormed, trimmed } from "./text.js";

const whole = (value, sentence) => (typeof value === "string" && isWellFormed(value) ? value : refuse(sentence));

/** The value of `Authorization` for this key. */
export function header(key) {
  if (trimmed(key) === "") refuse(say.blankKey);
  if (/[^ -~]/.test(key)) refuse(say.oddKey);
  return `Bearer ${key.trim()}`;
}

/** An owner that can stand in the name of a record. */
export function checkedOwner(owner) {
  if (trimmed(whole(owner, say.ownerNotWhole)) === "" || byteLength(owner) > OWNER_MAX_BYTES || owner.includes("\0")) refuse(say.badOwner);
  return owner;
}

/** Checks what a client is made with: where writes are recorded, it must be certain whose they are. */
export function identityOf(apiKey, owner, hasStore) {
  const fixed = typeof apiKey === "function" ? undefined : header(text("API key", apiKey));
  if (owner !== undefined && typeof owner !== "function") checkedOwner(owner);
  if (owner === undefined && fixed === undefined && hasStore) refuse(say.ownerless);
  return fixed;
}

/** What the functions of a client give: `{ header, owner, scope }`. They are called at once, in the context of the call. */
export async function identify(client) {
  const { apiKey, owner } = client;
  const key = typeof apiKey === "function" ? asked(apiKey, say.noKey) : undefined;
  const named = typeof owner === "function" ? asked(owner, say.noOwner) : undefined;
  const given = key ? header(whole(await key, say.keyNotWhole)) : client.header;
  return { header: given, owner: named ? checkedOwner(await named) : owner };
}

/** What a function gives, at once or by a promise, which somebody listens to in any case. */
function asked(ask, sentence) {
  const given = gained(ask, sentence);
  given.catch(() => {});
  return given;
}

async function gained(ask, message) {
  try {
    return await ask();
  } catch (cause) {
    throw new UnauthorizedError({ message, cause });
  }
}

/** Whose records are a client's where `owner` is the call's; the digest of a key that stands for its owner is made once. */
export async function scopeOf(client, owner) {
  if (owner !== undefined) return `o${escaped(owner)}`;
  if (client.scope === undefined) {
    if (client.header === undefined) refuse(say.ownerless);
    client.scope = `k${hexadecimal(new Uint8Array(await digest(`shardd-wasm owner\n${client.header}`)))}`;
  }
  return client.scope;
}

async function digest(key) {
  try {
    return await crypto.subtle.digest("SHA-256", new TextEncoder().encode(key));
  } catch (cause) {
    return refuse(say.noDigest);
  }
}
