// The first charge of a new client, over regions that live, hang or refuse; and sixty-four of them at once.
import { FAULTS } from "./ledger.mjs";
import { firstOf, withPeer } from "./peer.mjs";
import { ACCOUNT, BUCKET, KEY, probe, write } from "./plain.mjs";
import { interleave, pause, row, timed, times, within } from "./rounds.mjs";

const BAR = times(1.15);
// Fifteen milliseconds are judged to fifteen per cent on a machine that others use too.
const ROUNDS = 61;
const CROWD = 64;
const CROWD_ROUNDS = 7;
const NAMES = ["5 ms", "40 ms", "120 ms"];
const CHARGE = { skipHold: true };

export async function firstCall(bench) {
  const { ledger, say } = bench;
  await fund(ledger);
  const rows = [
    await healthy("first charge, 3 healthy regions", bench),
    // Kept connections are shared by both sides, in the rows around this one too; here neither has any.
    await healthy("first charge, the same, connections cold", bench, () => ledger.hangUp()),
  ];
  for (const kind of ["black-holed", "refusing"]) {
    for (const region of ledger.edges.keys()) {
      say(`first charge, ${NAMES[region]} ${kind}`);
      rows.push(await faulty(kind, region, bench));
    }
  }
  rows.push(await remembered(bench));
  return rows;
}

async function healthy(measure, bench, before = async () => {}) {
  const between = async () => {
    await before();
    await pause(10);
  };
  const samples = await interleave({ rounds: ROUNDS, between, ...sides(bench, bench.ledger.edges[0]) });
  return row(measure, samples, { bar: BAR });
}

async function faulty(kind, region, bench) {
  const { ledger } = bench;
  await ledger.fault(region, FAULTS[kind]);
  const nearest = ledger.edges.find((_, at) => at !== region);
  const samples = await interleave({ rounds: ROUNDS, ...sides(bench, nearest) });
  await ledger.revive(region);
  return row(`first charge, ${NAMES[region]} ${kind}`, samples, { bar: BAR });
}

/** Nobody can charge faster than one probe and one request at the nearest region that lives. */
function sides({ Shardd, ledger: { edges }, peer }, nearest) {
  return {
    floor: () => timed(() => probe(nearest).then(() => write(nearest, -1))),
    ours: () => chargeOnce(Shardd, { edges }),
    peer: firstOf(peer, edges),
  };
}

async function chargeOnce(Shardd, options) {
  let shardd;
  const ms = await timed(() => {
    shardd = new Shardd(KEY, options);
    return shardd.charge(BUCKET, ACCOUNT, 1, CHARGE);
  });
  shardd.free();
  return ms;
}

async function remembered({ Shardd, ledger }) {
  const measure = "first charge, rememberEdge";
  let kept;
  // Whatever it is asked for by name, there is one thing to remember.
  const rememberEdge = { get: () => kept, set: (...given) => (kept = given.at(-1)) };
  const options = { edges: ledger.edges, rememberEdge };
  try {
    new Shardd(KEY, options).free();
  } catch (error) {
    if (error.code !== "invalid_input") throw error;
    return { measure, bar: BAR, holds: false, missing: "this package has no such option yet" };
  }
  const floor = () => timed(() => write(ledger.edges[0], -1));
  const samples = await interleave({ rounds: ROUNDS, floor, ours: () => chargeOnce(Shardd, options) });
  return row(measure, samples, { bar: BAR });
}

export async function crowd({ Shardd, ledger, peer }) {
  await fund(ledger);
  const [nearest] = ledger.edges;
  const all = (one) => Promise.all(Array.from({ length: CROWD }, one));
  const most = [];
  const asked = [];
  const theirs = [];
  const samples = await interleave({
    rounds: CROWD_ROUNDS,
    floor: () => timed(() => probe(nearest).then(() => all(() => write(nearest, -1)))),
    ours: async (round) => {
      await ledger.probes();
      const suspected = [];
      const onEvent = ({ type, edge }) => type === "suspect" && suspected.push(edge);
      const shardd = new Shardd(KEY, { edges: ledger.edges, onEvent });
      const ms = await timed(() => all(() => shardd.charge(BUCKET, ACCOUNT, 1, CHARGE)));
      // Probes that are on their way to a far region are counted when they get there.
      await pause(50);
      const probes = await ledger.probes();
      if (round >= 0) most.push(Math.max(...probes));
      if (round >= 0 && suspected.length > 0) asked.push(`${suspected.length} suspected: ${probes.join("/")}`);
      shardd.free();
      return ms;
    },
    peer: peer && (async (round) => {
      await ledger.probes();
      const ms = await withPeer(peer, ledger.edges, (call) => timed(() => all(call)));
      await pause(50);
      const probes = await ledger.probes();
      if (round >= 0) theirs.push(Math.max(...probes));
      return ms;
    }),
  });
  // Calls that the machine kept waiting probe once more; that is the watch, not the race.
  const note = asked.join(", ") || "nobody suspected";
  const probes = { floor: [], ours: most, peer: theirs };
  return [
    row(`${CROWD} first charges at once: probes per region`, probes, { bar: within(1), unit: "count", note }),
    row(`${CROWD} first charges at once: until all are done`, samples),
  ];
}

async function fund(ledger) {
  await write(ledger.edges[0], 1_000_000);
  // The other regions must know of it before they are charged.
  await pause(300);
}
