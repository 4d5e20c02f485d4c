import { InvalidInputError } from "./errors.js";
import { isOptions } from "./snapshot.js";

/** The key and the options of a client from `SHARDD_API_KEY` and `SHARDD_EDGES` (comma-separated); `optionsGiven` reads what else was given. */
export function fromEnvironment(env, optionsGiven) {
  const { SHARDD_API_KEY: apiKey, SHARDD_EDGES: list } = env ?? globalThis.process?.env ?? {};
  if (!apiKey) throw new InvalidInputError({ message: "SHARDD_API_KEY is not set." });
  const said = optionsGiven() ?? Object.create(null);
  if (list == null || !isOptions(said) || said.edges != null) return [apiKey, said];
  return [apiKey, { ...said, edges: edgesIn(list) }];
}

// Set but empty, as where a variable of a deployment has no value, it must not mean production.
function edgesIn(list) {
  const edges = typeof list === "string" ? list.split(",").map((edge) => edge.trim()).filter(Boolean) : [];
  if (edges.length > 0) return edges;
  throw new InvalidInputError({ message: "SHARDD_EDGES is set and names no edge: give base URLs, comma-separated, or unset it for production." });
}
