// Keys in Valkey or Redis, shared with programs in other languages.
import { given } from "../snapshot.js";
import { invalid } from "./error.js";

/** `command` runs one command, its name first: `(args) => client.sendCommand(args)`, or what your client has. */
export function valkeyStore(command, options) {
  const { prefix = "" } = given(options);
  if (typeof command !== "function") throw invalid("valkeyStore wants a function that runs one command: (args) => client.sendCommand(args).");
  return Object.freeze({ command, prefix: prefixOf(prefix) });
}

/** What parts keys from what stands before them must not stand there. */
export function prefixOf(prefix) {
  if (typeof prefix === "string" && !/[:/\x00-\x1f\x7f]/.test(prefix)) return prefix;
  throw invalid("The prefix of a valkeyStore must not hold ':', '/' or control characters: choose another.");
}
