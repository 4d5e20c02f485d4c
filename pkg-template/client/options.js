// Options: every name known, every value of its kind, every doubt spoken.
import { TAKES } from "../generated/options.js";
import * as say from "../generated/sentences.js";
import { isOptions } from "../snapshot.js";
import { KINDS } from "./kinds.js";
import { looking, refuse } from "./refuse.js";

const sets = new Map();

/** The kinds of a set of options, by their names, in the order of the table. */
export function optionsOf(set) {
  let kinds = sets.get(set);
  if (!kinds) {
    kinds = new Map();
    for (const word of TAKES[set].split(" ")) {
      const [name, kind] = word.split(":");
      if (kind) kinds.set(name, kind);
      else for (const [inherited, its] of optionsOf(name)) kinds.set(inherited, its);
    }
    sets.set(set, kinds);
  }
  return kinds;
}

/** The options of this set that were given, checked, by their names; null is as good as nothing. */
export function checked(set, options) {
  const kinds = optionsOf(set);
  return checkedBy((name) => KINDS[kinds.get(name)], () => Array.from(kinds.keys()), options);
}

/** The same where `checkOf` gives the check of an option by its name, and `known` all names. */
export function checkedBy(checkOf, known, options) {
  const values = Object.create(null);
  if (options == null) return values;
  if (!isOptions(options)) refuse(say.notOptions);
  for (const name of looking("options", () => Object.keys(options))) {
    looking(`option ${name}`, () => {
      const value = options[name];
      // What is left undefined is not given, whatever it would have been.
      if (value === undefined) return;
      const check = checkOf(name) || refuseUnknown(name, known());
      if (value !== null) values[name] = check(name, value);
    });
  }
  return values;
}

/** Refuses an option that none of these is. */
function refuseUnknown(name, known) {
  const [nearest] = known.sort((one, other) => distance(one, name) - distance(other, name));
  if (optionsOf("create").has(name) && distance(nearest, name) > 2) refuse(say.otherCall(name));
  // The unknown name stays out of the message: it may be a key given in the wrong place.
  refuse(say.unknownOption(nearest));
}

/** Levenshtein's distance, in any case of letters. */
function distance(one, other) {
  const [left, right] = [one, other.slice(0, 40)].map((name) => Array.from(name.toLowerCase()));
  let row = Array.from([...right, ""].keys());
  left.forEach((letter, at) => {
    let last = at + 1;
    row = row.map((above, cell) => (cell === 0 ? last : (last = Math.min(above + 1, last + 1, row[cell - 1] + (letter !== right[cell - 1])))));
  });
  return row[right.length];
}
