// The figures of the scenes.
const COLUMNS = ["engine", "stalled", "for", "was", "callers", "writes", "doubled", "failed", "again", "median", "slowest"];

const ms = (value) => `${Math.round(value)} ms`;

function row({ engine, held, reset, stallMs, stalledMs, abortsAfterMs, writes, doubled, failed, reasons, calledAgain, elapsedMs }) {
  const callers = abortsAfterMs ? `abort after ${abortsAfterMs.join(" or ")} ms` : "wait";
  return [
    engine, reset ? `${held}, then reset` : held, ms(stallMs), ms(stalledMs), callers, writes, doubled.length,
    failed.length > 0 ? `${failed.length} (${reasons.join("; ")})` : 0, calledAgain, ms(elapsedMs[elapsedMs.length >> 1]), ms(elapsedMs.at(-1)),
  ].map(String);
}

export function print(figures) {
  const rows = [COLUMNS, ...figures.map(row)];
  const widths = COLUMNS.map((_, at) => Math.max(...rows.map((cells) => cells[at].length)));
  for (const cells of rows) console.log(`    ${cells.map((cell, at) => cell.padEnd(widths[at])).join("  ").trimEnd()}`);
}
