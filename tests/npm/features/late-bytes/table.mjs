// The figures of the scenes, each as soon as it is known.
const COLUMNS = { engine: 20, stalled: 16, for: 9, was: 9, callers: 28, writes: 8, doubled: 9, again: 7, median: 9, slowest: 9, failed: 0 };

const ms = (value) => `${Math.round(value)} ms`;
const say = (cells) => console.log(`    ${Object.values(COLUMNS).map((width, at) => String(cells[at]).padEnd(width)).join("").trimEnd()}`);

export const head = () => say(Object.keys(COLUMNS));

export function print({ engine, held, reset, stallMs, stalledMs, abortsAfterMs, writes, doubled, failed, reasons, calledAgain, elapsedMs }) {
  say([
    engine, reset ? `${held}, then reset` : held, ms(stallMs), ms(stalledMs), abortsAfterMs ? `abort after ${abortsAfterMs.join(" or ")} ms` : "wait",
    writes, doubled.length, calledAgain, ms(elapsedMs[elapsedMs.length >> 1]), ms(elapsedMs.at(-1)), [failed.length, ...reasons].join("; "),
  ]);
}
