// How the story looks on a terminal: numbered steps, a column of times, colour where there is a screen.
const coloured = process.env.FORCE_COLOR ? true : process.stdout.isTTY && !process.env.NO_COLOR;
const paint = (code) => (text) => (coloured ? `\x1b[${code}m${text}\x1b[0m` : `${text}`);

export const bold = paint("1");
export const dim = paint("2");
export const green = paint("32");
export const red = paint("31");
export const amber = paint("33");
export const blue = paint("36");

const print = (line = "") => process.stdout.write(`${line}\n`);
const ms = (value) => `${Math.round(value)} ms`;
let steps = 0;

// `… | head` closes the pipe; that is no reason for a stack trace.
process.stdout.on("error", () => process.exit(1));

export function title(text, subtitle) {
  print();
  print(`  ${bold(text)}  ${dim(subtitle)}`);
}

/** A numbered step: what happens, and how long it took where that says something. */
export function step(text, elapsedMs) {
  steps += 1;
  print();
  const number = String(steps).padStart(2);
  const time = elapsedMs === undefined ? "" : ms(elapsedMs).padStart(9);
  print(`  ${blue(number)}  ${bold(text.padEnd(60))}${time}`);
}

/** A line under the step. */
export function note(text) {
  print(`      ${text}`);
}

/** One region with a bar as long as its round trip. */
export function region({ name, rttMs, pinned, dead }) {
  const bar = dead ? red("✕ no answer") : `${(pinned ? green : dim)("━".repeat(Math.max(1, Math.min(30, Math.round(rttMs / 5)))))}`;
  const time = dead ? "".padStart(7) : ms(rttMs).padStart(7);
  const mark = pinned ? green("●") : dim("○");
  note(`${mark} ${(pinned ? bold : dim)(name.padEnd(16))}${time}  ${bar}${pinned ? green("  pinned") : ""}`);
}

/** A check that held. */
export function held(text) {
  note(`${green("✓")} ${text}`);
}

export function ending(text) {
  print();
  print(`  ${green("✓")} ${bold(text)}`);
  print();
}

export function failure(sentence) {
  print();
  process.stderr.write(`  ${red("✗")} ${sentence}\n\n`);
}
