// What can be said of an Idempotency, checked when it is said.
import { methodOf } from "../method.js";
import { isOptions, snapshot } from "../snapshot.js";
import { invalid } from "./error.js";

/** A place for records, or a way to Valkey. */
export const isStore = (value) => Boolean(methodOf(value, "update") ?? methodOf(value, "command"));
/** Whether it is so many milliseconds. */
export const isSpan = (value) => ms(value) && value >= 1;
const ms = (value) => typeof value === "number" && value >= 0 && value <= Number.MAX_SAFE_INTEGER;
const isFunction = (value) => typeof value === "function";
const oneOf = (...words) => (value) => words.includes(value);

/** Every option: its default, whether a value fits, and what it must be. */
const OPTIONS = {
  leaseMs: [30_000, isSpan, "at least 1 millisecond"],
  keepAliveMs: [600_000, ms, "a number of milliseconds"],
  ttlMs: [86_400_000, isSpan, "at least 1 millisecond"],
  inFlight: ["reject", (value) => value === "reject" || ms(value?.waitMs), "\"reject\" or { waitMs }"],
  onLapsed: ["rerun", (value) => value === "rerun" || value === "refuse" || isFunction(value), "\"rerun\", \"refuse\" or a function"],
  onError: [() => "leave", isFunction, "a function that says \"leave\" or \"release\""],
  retain: [() => true, isFunction, "a function that says whether to store a value"],
  onReplay: [() => {}, isFunction, "a function"],
  codec: [undefined, (value) => isFunction(value?.encode) && isFunction(value?.decode), "an object with encode and decode"],
  scope: [undefined, (value) => typeof value === "string" && value !== "", "a text"],
  fingerprint: ["xxh3", oneOf("xxh3", "sha-256"), "\"xxh3\" or \"sha-256\""],
  localReplays: [0, (value) => Number.isSafeInteger(value) && value >= 0, "a number of values"],
  storeTimeoutMs: [5_000, (value) => isSpan(value) || value === Infinity, "at least 1 millisecond, or Infinity"],
  storeFailure: ["closed", oneOf("closed", "open"), "\"closed\" or \"open\""],
  on: [() => {}, isFunction, "a function"],
  now: [undefined, isFunction, "a function that gives Unix milliseconds"],
  waitUntil: [undefined, isFunction, "a function that takes a promise"],
};

export const settingsOf = (options) => checked(OPTIONS, options, "Idempotency");

/** The options with their defaults, by such a table. */
export function checked(table, options, of) {
  if (!isOptions(options)) throw invalid(`The options of ${of} are an object.`);
  const said = snapshot(options, (cause, name) => { throw invalid(`The option ${name} of ${of} cannot be read: see the cause.`, { cause }); });
  for (const name of Object.keys(options)) {
    const value = said[name];
    const [, fits, what] = Object.prototype.hasOwnProperty.call(table, name) ? table[name] : [];
    if (!fits) throw invalid(`${of} has no option ${name}; it has ${Object.keys(table).join(", ")}.`);
    if (value !== undefined && !fits(value)) throw invalid(`The option ${name} of ${of} must be ${what}.`);
  }
  const given = ([name, [otherwise]]) => [name, said[name] ?? otherwise];
  return Object.fromEntries(Object.entries(table).map(given));
}
