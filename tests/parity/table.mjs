// The README's table of what the official clients have, read back; and what is wrong with it.
//
// A row says what kind of thing it is about, the names here, and for each official client ✓ (the same names, in that
// language's spelling), names of its own, or – (nothing). Words without backticks are for people.

export const CLIENTS = ["TypeScript", "Rust", "Python", "Kotlin"];

const camel = (name) => name.replace(/_(\w)/g, (_, letter) => letter.toUpperCase());
const names = (cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name);

/** The rows: `{ kind, ours, cells: { TypeScript: { same, names }, … } }`. */
export function parityTable(readme) {
  const [, text] = /<!-- parity -->\s*([^]*?)<!-- \/parity -->/.exec(readme) ?? [];
  if (!text) throw new Error("README.md has no table between <!-- parity --> and <!-- /parity -->.");
  const lines = text.split("\n").filter((line) => line.startsWith("|"));
  const [head, , ...rows] = lines.map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()));
  const columns = CLIENTS.map((client) => head.findIndex((title) => title.startsWith(client)));
  if (columns.includes(-1)) throw new Error(`The table's columns are ${head.join(", ")}.`);
  let kind = "";
  return rows.map((cells) => {
    kind = cells[0] || kind;
    const theirs = CLIENTS.map((client, at) => [client, { same: cells[columns[at]].startsWith("✓"), names: names(cells[columns[at]]) }]);
    return { kind, ours: names(cells[1]), cells: Object.fromEntries(theirs) };
  });
}

/** Sentences about what the official clients have and the table does not mention. */
export function missing(table, official) {
  const found = ({ cells, ours }, client, name) =>
    cells[client].names.includes(name) || (cells[client].same && ours.includes(camel(name)));
  return Object.entries(official).flatMap(([client, kinds]) =>
    Object.entries(kinds).flatMap(([kind, list]) =>
      list
        .filter((name) => !table.some((row) => row.kind === kind && found(row, client, name)))
        .map((name) => `${client} has ${name} (${kind}), and the table does not say so`)));
}

/** Sentences about names in the table that do not exist here, and about names here that the table leaves out. */
export function untrue(table, here) {
  const kinds = new Set([...table.map(({ kind }) => kind), ...Object.keys(here)]);
  return [...kinds].flatMap((kind) => {
    const said = new Set(table.filter((row) => row.kind === kind).flatMap(({ ours }) => ours));
    const are = new Set(here[kind] ?? []);
    return [
      ...[...said].filter((name) => !are.has(name)).map((name) => `${name} (${kind}) is in the table and does not exist`),
      ...[...are].filter((name) => !said.has(name)).map((name) => `${name} (${kind}) exists and is not in the table`),
    ];
  });
}

/** Names in the cells of official clients that they do not have. */
export function invented(table, official) {
  return table.flatMap(({ kind, ours, cells }) =>
    CLIENTS.flatMap((client) => {
      const known = official[client][kind] ?? [];
      const said = [...cells[client].names, ...(cells[client].same ? ours : [])];
      return said.filter((name) => !known.some((theirs) => theirs === name || camel(theirs) === name))
        .map((name) => `the table gives ${name} (${kind}) to ${client}, which does not have it`);
    }));
}
