// From a call's arguments and options to its request. Pure: the same words give the same bytes.
import { OPERATIONS } from "../generated/operations.js";
import { KINDS } from "./kinds.js";
import { publicName, wireName } from "./names.js";
import { checked, optionsOf } from "./options.js";
import { escaped } from "./text.js";
import { write } from "./write.js";

const operations = new Map();

/** A row of the table: { method, path, reads, options, takes: [[argument, kind, option that it becomes]], sends: [[option, its name on the wire]] }. */
function operationOf(name) {
  let operation = operations.get(name);
  if (!operation) {
    const [method, path, reads, options, ...words] = OPERATIONS[name].split(" ");
    const takes = words.map((word) => {
      const [, argument, kind, wire] = /^(\w+):(.)\??(.*)$/.exec(word);
      return [argument, kind, wire && publicName(wire)];
    });
    // All bodies have the order of the set that has all.
    const sent = Array.from(optionsOf(method === "POST" ? "create" : options).keys()).filter((option) => !optionsOf("call").has(option) && option !== "after");
    operation = { method, path, reads, options, takes, sends: sent.map((option) => [option, wireName(option)]) };
    operations.set(name, operation);
  }
  return operation;
}

/**
 * The request of a call: `{ operation, method, path, body, bucket, reads, open, nonce, fingerprint, replayable, expected, ttlMs, after, given }`.
 * `open` needs no key; `given` are all options, the signal and its like among them. `makeNonce` is asked where a write was given no nonce.
 */
export function requestOf(name, args, options, makeNonce) {
  const { method, path, reads, options: set, takes, sends } = operationOf(name);
  const given = checked(set, options);
  const named = argumentsIn(takes, args, given);
  const request = {
    operation: name, method, path: filledIn(path, named), body: undefined, bucket: named.bucket, reads, open: false,
    nonce: undefined, fingerprint: undefined, replayable: false, expected: undefined, ttlMs: undefined, after: given.after, given,
  };
  if (method === "POST") return write(request, named, sends, makeNonce);
  if (method === "DELETE") {
    // No caller's nonce has a U+0000.
    request.nonce = `\0delete:${named.bucket}`;
    request.fingerprint = request.path;
    return request;
  }
  if (method === "OPEN") {
    request.method = "GET";
    request.open = true;
  }
  request.path += query(sends, given);
  return request;
}

/** The arguments, checked, by their names. Some are sent as options are. */
function argumentsIn(takes, args, given) {
  const named = {};
  let at = 0;
  for (const [argument, kind, option] of takes) {
    const value = KINDS[kind](argument, args[at++]);
    if (option) given[option] = value;
    else if (kind === "u") given[argument] = value === undefined ? given[argument] : value;
    else named[argument] = kind === "-" ? -value : value;
  }
  return named;
}

const filledIn = (path, named) => path.replace(/\{(\w+)\}/g, (_, argument) => escaped(named[argument]));

function query(sends, given) {
  let text = "";
  for (const [option, wire] of sends) {
    if (given[option] !== undefined) text += `${text ? "&" : "?"}${wire}=${escaped(String(given[option]))}`;
  }
  return text;
}
