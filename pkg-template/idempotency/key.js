// Keys, and what they stand for.
import { define } from "../define.js";
import { hexadecimal, uuid } from "../uuid.js";
import { bytesOf } from "./body.js";
import { invalid } from "./error.js";
import { instantiate } from "./instance.js";

const brand = Symbol.for("shardd-wasm.idempotency-key");

/** A key, under the name that stores have for it. */
export class IdempotencyKey {
  constructor(key) {
    named(this, typeof key === "string" ? ruled("keyName", key) : key?.[brand]);
  }

  static random() {
    return IdempotencyKey.fromName(uuid());
  }

  static fromName(name) {
    return named(Object.create(IdempotencyKey.prototype), ruled("nameKey", String(name)));
  }

  scoped(scope) {
    return IdempotencyKey.fromName(ruled("scopedName", this.name, String(scope)));
  }

  toString() {
    return this.name;
  }

  toJSON() {
    return this.name;
  }
}

function named(key, name) {
  if (name === undefined) throw invalid("An idempotency key is text or an IdempotencyKey: give one of them.");
  define(key, brand, { value: name });
  return Object.freeze(define(key, "name", { value: name, enumerable: true }));
}

export const keyOf = (key) => (key instanceof IdempotencyKey ? key : new IdempotencyKey(key));

/** The name of a key among those of one caller; with nobody's scope, its own. */
export const nameWithin = (scope, key) => scope === undefined ? key.name : ruled("nameKey", `${hexadecimal(instantiate().glue.callerScope(scope))}/${key.name}`);

/** Thirty-two hexadecimal digits for a request. */
export function fingerprint(operation, body, algorithm = "xxh3") {
  if (typeof operation !== "string") throw invalid("The operation of a request is text, such as \"POST /charges\".");
  if (algorithm !== "xxh3" && algorithm !== "sha-256") throw invalid("The algorithm of a fingerprint is \"xxh3\" or \"sha-256\".");
  return hexadecimal(instantiate().glue.fingerprint(operation, bytesOf(body), algorithm === "sha-256"));
}

/** The same for events: who listens must not learn the keys, which may be somebody's order numbers. */
export const hashed = (name) => fingerprint("", name).slice(0, 16);

/** A name; the wasm says after a NUL why there is none. */
function ruled(rule, ...words) {
  const said = instantiate().glue[rule](...words);
  if (said[0] !== "\0") return said;
  throw invalid(`${said[1].toUpperCase()}${said.slice(2)}.`);
}
