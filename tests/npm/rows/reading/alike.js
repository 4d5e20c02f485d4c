// Whether two ends of a call are the same.

/** An error by what users tell it: what only the call knows (its edge, its attempts, what it may be asked for again) is left out. */
const ERROR = ["code", "message", "reason", "retryAfterMs", "balance", "availableBalance", "projectedAvailableBalance", "limit", "holdBlocking", "hint"];

/** A text that is the same for the same value, whatever the order of its members. */
export function shown(value) {
  return JSON.stringify(value, (_, each) => {
    if (typeof each === "bigint") return `${each}n`;
    if (Object.is(each, -0)) return "-0";
    if (each === undefined) return "undefined";
    if (Object(each) !== each || Array.isArray(each)) return each;
    return Object.keys(each).sort().map((name) => [name, each[name]]);
  });
}

/** An end of the package's or of the hands', for one comparison. */
export function endOf({ value, error }, isGoodStatus) {
  if (!error) return shown({ value });
  const told = Object.fromEntries(ERROR.filter((name) => error[name] !== undefined).map((name) => [name, error[name]]));
  // What an error status proves of a write is the kernel's to say.
  return shown({ error: told, outcome: isGoodStatus ? error.outcome : undefined });
}

/** So many are shown. */
const SHOWN_MAX = 8;

/** Collects what differs: all of it would be too much to read. */
export class Differences {
  constructor() {
    this.compared = 0;
    this.found = [];
  }

  add(what, theirs, ours) {
    this.compared++;
    if (theirs === ours || this.found.length === SHOWN_MAX) return;
    let at = 0;
    while (theirs[at] === ours[at]) at++;
    const part = (text) => text.slice(Math.max(0, at - 200), at + 200);
    this.found.push(`${shown(what).slice(0, 2_000)}\n  package: ${part(theirs)}\n  hands:   ${part(ours)}`);
  }

  /** Throws them, with the seed that made them. */
  end(seed) {
    if (this.found.length > 0) throw new Error(`seed ${seed}\n${this.found.join("\n")}`);
    return this.compared;
  }
}
