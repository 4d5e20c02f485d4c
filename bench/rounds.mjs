// Rounds in which the floor and ours take turns, and what is said of their figures.

export const pause = (ms) => new Promise((resume) => setTimeout(resume, ms));

/** Milliseconds that `work` takes. */
export async function timed(work) {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

/** What a peer may take of a row: one that waits thirty seconds for a dead region has said so after one round. */
const PEER_MS = 20_000;

/**
 * All sides once per round, either one first in turn: a drift of the machine meets all, and so does whatever
 * the one before has left behind. `floor`, `ours` and `peer` resolve to a figure.
 */
export async function interleave({ rounds, warmUp = 2, between = () => pause(5), floor, ours, peer }) {
  const samples = { floor: [], ours: [], peer: [], peerError: undefined };
  const patient = peer && patience(peer, samples);
  const sides = Object.entries({ floor, ours, peer: patient }).filter(([, side]) => side);
  for (let round = -warmUp; round < rounds; round++) {
    for (const [name, side] of round % 2 === 0 ? sides : sides.toReversed()) {
      await between();
      const figure = await side(round);
      if (round >= 0 && figure !== undefined) samples[name].push(figure);
    }
  }
  return samples;
}

/** The peer's side until its time is up, or until it fails: what somebody else's client does must not end the bench. */
function patience(peer, samples) {
  let leftMs = PEER_MS;
  return async (round) => {
    if (leftMs <= 0 || samples.peerError) return undefined;
    const from = performance.now();
    try {
      return await peer(round);
    } catch (error) {
      samples.peerError = error?.message ?? String(error);
    } finally {
      leftMs -= performance.now() - from;
    }
  };
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
  const [floor, ours, peer] = [samples.floor, samples.ours, samples.peer ?? []].map(summary);
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
    peer,
    // Over the floor of the same rounds, which are the first ones.
    peerRatio: floor && peer && summary(samples.peer.map((value, at) => value / samples.floor[at])).median,
    peerError: samples.peerError,
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
