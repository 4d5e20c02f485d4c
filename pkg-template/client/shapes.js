// What answers look like, from the generated table.
import { SHAPES } from "../generated/answers.js";
import { publicName } from "./names.js";

const shapes = new Map();

/**
 * The shape of this name: `{ fields: [{ wire, name, kind, part, isOptional, isStatus }], blank }`. `part` is the shape of an object or of what a list or
 * map has in it, or the kind of a map's counters; `blank` has all fields, so that what is copied from it is one shape for the engine too.
 */
export function shapeOf(name) {
  let shape = shapes.get(name);
  if (!shape) {
    const fields = SHAPES[name].split(" ").map(field);
    const blank = {};
    for (const { name: each } of fields) blank[each] = null;
    shape = { fields, blank };
    shapes.set(name, shape);
  }
  return shape;
}

/** The same text, as engines keep the names of members: looking one up by a text that was cut out of another costs three times as much. */
const asName = (text) => Object.keys({ [text]: null })[0];

function field(word) {
  const [, wire, kind, part, mark] = /^(\w+):(.)(\w*)(\W?)$/.exec(word);
  const [wireName, name] = [asName(wire), asName(publicName(wire))];
  return { wire: wireName, name, kind: asName(kind), part: part.length > 1 ? shapeOf(part) : part, isOptional: mark !== "", isStatus: mark === "=" };
}

/** What users see of a field that is null or missing; `isOk` is what one says that goes by the status. */
export const blankOf = ({ kind, isStatus }, isOk) => (kind === "[" ? [] : isStatus ? isOk : null);
