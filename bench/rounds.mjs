// Rounds in which the floor and ours take turns, and what is said of their figures.

export const pause = (ms) => new Promise((resume) => setTimeout(resume, ms));

/** Milliseconds that `work` takes. */
export async function timed(work) {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

/**
 * Both sides once per round, either one first in turn: a drift of the machine meets both, and so does whatever
 * the one before has left behind. `floor` and `ours` resolve to a figure.
 */
export async function interleave({ rounds, warmUp = 2, between = () => pause(5), floor, ours }) {
  const samples = { floor: [], ours: [] };
  const sides = Object.entries({ floor, ours }).filter(([, side]) => side);
  for (let round = -warmUp; round < rounds; round++) {
    for (const [name, side] of round % 2 === 0 ? sides : sides.toReversed()) {
      await between();
      const figure = await side(round);
      if (round >= 0) samples[name].push(figure);
    }
  }
  return samples;
}

/** Median and spread, or null of nothing. */
export function summary(values) {
  if (values.length === 0) return null;
  const sorted = values.toSorted((one, other) => one - other);
  const at = (share) => {
    const place = share * (sorted.length - 1);
    const [low, high] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
    return low + (high - low) * (place - Math.floor(place));
  };
  return { median: at(0.5), p10: at(0.1), p90: at(0.9), max: sorted.at(-1) };
}

// Bars: which figure of a round is held against which limit.

/** Ours over the floor of the same round. */
export const times = (limit) => ({ kind: "times", limit, figure: (floor, ours) => ours / floor });
/** What ours costs beyond the floor of the same round. */
export const over = (limit) => ({ kind: "over", limit, figure: (floor, ours) => ours - floor });
/** Ours, whatever the floor. */
export const within = (limit) => ({ kind: "within", limit, figure: (_, ours) => ours });
/** No bar was set; the ratio is shown. */
export const none = { ...times(null), kind: "none" };

/** A row of the table from the samples of its rounds. */
export function row(measure, samples, { bar = none, unit = "ms", note, trace } = {}) {
  const [floor, ours] = [summary(samples.floor), summary(samples.ours)];
  const paired = (figure) => summary(samples.ours.map((value, at) => figure(samples.floor[at], value)));
  const figure = paired(bar.figure);
  // Of a count the worst round matters, of a time the usual one.
  const judged = unit === "count" ? figure.max : figure.median;
  return {
    measure,
    unit,
    floor,
    ours,
    ratio: floor && paired(times(null).figure).median,
    // What is left of it when nobody else is at work: the fast rounds of each side.
    quiet: floor && bar.figure(floor.p10, ours.p10),
    figure,
    bar: { kind: bar.kind, limit: bar.limit },
    holds: bar.limit === null ? null : judged <= bar.limit,
    rounds: samples.ours.length,
    note,
    trace,
  };
}
