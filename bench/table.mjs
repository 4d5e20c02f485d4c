// The one table, as text.
const HEADS = ["measure", "floor", "ours", "ratio", "bar", "holds?", "rounds", "p10..p90", "p10:p10", ""];
// Where the columns of a peer stand, if there is one.
const PEER_AT = HEADS.indexOf("bar");

export function asText({ machine, rows }) {
  const cells = [HEADS, ...rows.map(lineOf)];
  if (machine.peer) cells.forEach((line, at) => line.splice(PEER_AT, 0, ...(at === 0 ? ["peer", "ratio"] : peerOf(rows[at - 1]))));
  const widths = HEADS.map((_, column) => Math.max(...cells.map((line) => line[column].length)));
  const print = (line) =>
    line.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join("  ").trimEnd();
  // Notes are prose: they start at one place instead of ending at one.
  const withNote = (line) => `${print(line.slice(0, -1))}  ${line.at(-1)}`.trimEnd();
  const rule = widths.slice(0, -1).map((width) => "─".repeat(width)).join("──");
  const errors = rows.flatMap(({ measure, error, peerError }) => [
    ...(error ? [`\n✗ ${measure}: ${error}`] : []),
    ...(peerError ? [`\n– ${measure}, the peer: ${peerError}`] : []),
  ]);
  const lines = [heading(machine), "", withNote(cells[0]), rule, ...cells.slice(1).map(withNote)];
  return [...lines, ...traces(rows), ...errors].join("\n");
}

export function asJson(report) {
  const rounded = (_, value) => (typeof value === "number" ? Number(value.toFixed(3)) : value);
  return JSON.stringify(report, rounded, 2);
}

function heading({ cpu, cores, platform, node, loadBefore, loadAfter, package: name, peer, at }) {
  const load = `load ${loadBefore} before, ${loadAfter} after`;
  return [
    `${name} · ${cpu}, ${cores} cores, ${platform} · Node ${node} · ${load} · ${at}`,
    "Medians over rounds in which the floor (plain fetch) and ours take turns; the ratio is the median of the rounds'",
    "ratios, p10..p90 the spread of what the bar is about, p10:p10 the same between the fast rounds of either side.",
    ...(peer ? [`The peer is ${peer}, in the same rounds.`] : []),
  ].join("\n");
}

/** What the client said of one such call, the last one measured. */
function traces(rows) {
  const traced = rows.filter((row) => row.trace);
  if (traced.length === 0) return [];
  const width = Math.max(...traced.map(({ measure }) => measure.length));
  const lines = traced.map(({ measure, trace }) => `  ${measure.padEnd(width)}  ${trace}`);
  return ["", "What the last of these calls did, in milliseconds:", ...lines];
}

function lineOf({ measure, unit, floor, ours, ratio, figure, bar, holds, rounds, quiet, note, error, missing }) {
  if (error) return [measure, "–", "–", "–", "–", "could not run", "–", "–", "–", ""];
  if (missing) return [measure, "–", "–", "–", barText(bar, "ms"), "NO ◄", "–", "–", "–", missing];
  const share = bar.kind === "over" ? `+${withUnit(figure.median, unit)}` : ratio === null ? "–" : `×${ratio.toFixed(2)}`;
  return [
    measure,
    floor ? withUnit(floor.median, unit) : "–",
    // Of a count the worst round, as it is what the bar is about.
    withUnit(unit === "count" ? ours.max : ours.median, unit),
    unit === "count" ? "–" : share,
    barText(bar, unit),
    holds === null ? "–" : holds ? "yes" : "NO ◄",
    `${rounds}`,
    rounds > 1 ? spread(bar, figure, unit) : "–",
    quiet === null || rounds === 1 || bar.kind === "within" ? "–" : figureText(bar, quiet, unit),
    note ?? "",
  ];
}

function peerOf({ peer, peerRatio, peerError, unit }) {
  if (peerError) return ["failed", "–"];
  return [peer ? withUnit(peer.median, unit) : "–", peer && peerRatio !== null ? `×${peerRatio.toFixed(2)}` : "–"];
}

function barText({ kind, limit }, unit) {
  if (kind === "none") return "–";
  if (kind === "times") return `≤ ×${limit}`;
  return kind === "over" ? `≤ +${limit} ${unit}` : `≤ ${unit === "count" ? limit : `${limit} ${unit}`}`;
}

function spread(bar, { p10, p90 }, unit) {
  return `${figureText(bar, p10, unit)}..${figureText({ ...bar, bare: true }, p90, unit)}`;
}

function figureText({ kind, bare }, value, unit) {
  if (kind === "within") return number(value, unit);
  const [mark, text] = kind === "over" ? ["+", number(value, unit)] : ["×", value.toFixed(2)];
  return bare ? text : mark + text;
}

const withUnit = (value, unit) => (unit === "count" ? number(value, unit) : `${number(value, unit)} ${unit}`);
const number = (value, unit) => value.toFixed(unit === "count" || value >= 100 ? 0 : 1);
