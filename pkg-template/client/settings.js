// A client's options: what was given, checked, and the defaults of the rest.
import { CLIENT, EDGES_MAX, LEDGER_MAX_BYTES, PRODUCTION, PRODUCTION_HOST } from "../generated/options.js";
import * as say from "../generated/sentences.js";
import { methodOf } from "../method.js";
import { edgeUrl } from "./edge-url.js";
import { KINDS, text } from "./kinds.js";
import { checkedBy } from "./options.js";
import { own } from "./own.js";
import { refuse } from "./refuse.js";
import { byteLength, trimmed } from "./text.js";

/** All settings of a client, by the names of its options; without edges of its own it has those of production. */
export function settingsOf(options) {
  const given = checkedBy(checkOf, () => Object.keys(CLIENT), options);
  const settings = Object.create(null);
  for (const name of Object.keys(CLIENT)) {
    const [kind, otherwise] = CLIENT[name];
    const value = kind.includes("|") ? kind.split("|")[0] : otherwise;
    settings[name] = given[name] === undefined ? value : given[name];
  }
  settings.edges = edgesOf(given.edges, settings.allowHttp);
  settings.discover = suffixOf(settings.discover, given.edges);
  return settings;
}

function checkOf(name) {
  const row = own(CLIENT, name);
  if (!row) return undefined;
  const [kind, , least] = row;
  const check = own(OF_CLIENT, kind) || KINDS[kind];
  return kind.includes("|") ? oneOf(kind) : (what, value) => check(what, value, least);
}

const oneOf = (words) => (what, value) => {
  if (!words.split("|").includes(value)) refuse(say.notOneOf(what, ...words.split("|")));
  return value;
};

/** Kinds that only a client's options have. What goes by other options is looked at when all are known. */
const OF_CLIENT = {
  edges(_, value) {
    if (!Array.isArray(value)) refuse(say.notEdges);
    return Array.from(value, (edge) => text("edge", edge));
  },
  discover: (what, value) => (typeof value === "boolean" ? value : text(`option ${what}`, value)),
  store(_, value) {
    for (const other of ["hold", "list"]) methodOf(value, other);
    if (!methodOf(value, "update")) refuse(say.notStore);
    return value;
  },
  memory(_, value) {
    if (typeof value !== "boolean" && !(methodOf(value, "get") && methodOf(value, "set"))) refuse(say.notMemory);
    return value;
  },
  ledger(what, value) {
    if (trimmed(text(what, value)) === "" || byteLength(value) > LEDGER_MAX_BYTES) refuse(say.badLedger);
    return value;
  },
};

/** Base URLs, without trailing slashes and duplicates. */
function edgesOf(given, allowHttp) {
  if (given === undefined) return PRODUCTION.split(" ");
  if (given.length === 0) refuse(say.noEdges);
  const edges = Array.from(new Set(given.map((edge) => edgeUrl(edge, allowHttp))));
  if (edges.length > EDGES_MAX) refuse(say.tooManyEdges(EDGES_MAX));
  return edges;
}

/** The end of the host names that may be trusted with the API key. */
function suffixOf(discover, edges) {
  if (discover === true && edges) refuse(say.discoverOwn);
  if (typeof discover === "boolean") return discover ? PRODUCTION_HOST : undefined;
  if (!/^[a-z\d-][a-z\d-.]*$/i.test(discover) || !discover.includes(".") || discover.endsWith(".")) refuse(say.notHost);
  return discover;
}
