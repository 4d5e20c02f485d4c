// The pinned region turns silent, refuses, has no nodes or hangs up in mid-run: how long the call takes that
// meets it, and whether the books are right afterwards.
import { FAULTS } from "./ledger.mjs";
import { newcomer } from "./newcomer.mjs";
import { withPeer } from "./peer.mjs";
import { ACCOUNT, BUCKET, KEY, failing, read, write } from "./plain.mjs";
import { interleave, pause, row, timed, times, within } from "./rounds.mjs";

const WARM_CALLS = 3;
const TRIES = 10;
const HERD = 64;
const PINNED = 0;
const QUICK_ROUNDS = 15;
const SETTLING_ROUNDS = 7;
// Replication takes 100 ms; a copy that came by then would have met the other.
const CONVERGED_MS = 300;

// What provably did nothing moves at once: the bar is the goal of PERFORMANCE.md, section 7, row 4. A write that
// may have landed waits for the settle time, so its bar is the silent one's.
const AT_ONCE = times(1.15);
const ROWS = [
  { fault: "black-holed", kind: "read", bar: within(500) },
  { fault: "black-holed", kind: "write", bar: within(1200) },
  { fault: "refusing", kind: "read", bar: AT_ONCE },
  { fault: "refusing", kind: "write", bar: within(1200) },
  { fault: "503, no nodes", kind: "read", bar: AT_ONCE },
  { fault: "503, no nodes", kind: "write", bar: AT_ONCE },
  { fault: "resetting", kind: "read", bar: AT_ONCE },
  { fault: "resetting", kind: "write", bar: within(1200) },
];

const PLAIN = { read, write: (edge) => write(edge, 1) };
const CALL = {
  read: (shardd, options) => shardd.getBalances(BUCKET, options),
  write: (shardd, options) => shardd.createEvent(BUCKET, ACCOUNT, 1, options),
};

export async function failover(bench) {
  const theirs = bench.peer && (await bench.anotherLedger());
  const rows = [];
  try {
    for (const wanted of ROWS) {
      bench.say(`${wanted.kind} off a region that is ${wanted.fault}`);
      rows.push(await one({ ...bench, theirs }, wanted));
    }
  } finally {
    await theirs?.end();
  }
  bench.say("reads off a black-holed region: in new processes, and many at once");
  return [...rows, await fromNewcomers(bench), await fromAHerd(bench)];
}

async function one({ Shardd, ledger, theirs, peer }, { fault, kind, bar }) {
  const tally = { attempts: new Set(), trace: "", wrong: 0 };
  const samples = await interleave({
    rounds: bar === AT_ONCE ? QUICK_ROUNDS : SETTLING_ROUNDS,
    warmUp: 1,
    floor: () => broken(ledger, fault, () => floorOf(ledger, fault, PLAIN[kind])),
    ours: () => leaving(Shardd, ledger, fault, kind, tally),
    // A peer writes, and has regions of its own: what becomes of its copies is not ours.
    peer: peer && kind === "write" ? () => peerLeaving(peer, theirs, fault) : undefined,
  });
  if (kind === "write" && (await ledger.conflicts()) > 0) tally.wrong += 1;
  const books = kind === "write" ? (tally.wrong > 0 ? ` · ${tally.wrong} × NOT ONE EVENT` : " · one event, no storm") : "";
  const note = `attempts ${[...tally.attempts].join("/")}${books}`;
  const result = row(`${kind}, pinned region ${fault}`, samples, { bar, note, trace: tally.trace });
  return { ...result, holds: result.holds && tally.wrong === 0 };
}

/** Who knows that the region is silent asks the next one; the others say so themselves. */
async function floorOf({ edges }, fault, request) {
  return timed(async () => {
    if (fault !== "black-holed") await failing(request(edges[PINNED]));
    await request(edges[PINNED + 1]);
  });
}

async function leaving(Shardd, ledger, fault, kind, tally) {
  const events = [];
  const onEvent = (event) => events.push([performance.now(), event]);
  const shardd = await settled(Shardd, { edges: ledger.edges, onEvent }, kind);
  const nonce = crypto.randomUUID();
  const call = (options) => CALL[kind](shardd, options);
  try {
    events.length = 0;
    const from = performance.now();
    const ms = await broken(ledger, fault, () => timed(() => call(kind === "write" ? { idempotencyNonce: nonce } : {})));
    const start = events.length > 0 ? events[0][0] : from;
    tally.attempts.add(events.filter(([, event]) => event.type === "attempt").length);
    tally.trace = events.map(([at, event]) => `${Math.round(at - start)} ${event.type}`).join(", ");
    if (kind === "write") await audit(ledger, nonce, tally);
    return ms;
  } finally {
    shardd.free();
  }
}

/** The same of a peer, wherever it has pinned. */
function peerLeaving(peer, ledger, fault) {
  return withPeer(peer, ledger.edges, async (call) => {
    for (let calls = 0; calls < WARM_CALLS; calls++) await call();
    return broken(ledger, fault, () => timed(call));
  });
}

/** A client in mid-run, with the nearest region pinned. */
async function settled(Shardd, options, kind) {
  for (let tries = 0; tries < TRIES; tries++) {
    const shardd = new Shardd(KEY, options);
    for (let calls = 0; calls < WARM_CALLS; calls++) await CALL[kind](shardd);
    if (shardd.edgeTable()[PINNED].pinned) return shardd;
    // The machine stood still for longer than the regions are apart; that race was not ours to win.
    shardd.free();
  }
  throw new Error(`The nearest region was not pinned in ${TRIES} races.`);
}

async function broken(ledger, fault, work) {
  await ledger.fault(PINNED, FAULTS[fault]);
  // A connection that was reset takes a moment to be known as such.
  await pause(10);
  try {
    return await work();
  } finally {
    await ledger.revive(PINNED);
  }
}

async function audit(ledger, nonce, tally) {
  await pause(CONVERGED_MS);
  const copies = await ledger.copies(nonce);
  if (copies.some((count) => count !== 1)) tally.wrong += 1;
}

async function fromNewcomers({ ledger }) {
  const believed = [];
  const ours = async (round) => {
    const { ms, rttMs } = await newcomer(ledger, PINNED);
    if (round >= 0) believed.push(rttMs);
    return ms;
  };
  const samples = await interleave({ rounds: SETTLING_ROUNDS, warmUp: 0, ours });
  const note = `region pinned as ${Math.min(...believed)}..${Math.max(...believed)} ms away`;
  return row("read, pinned region black-holed, new process", samples, { bar: within(500), note });
}

async function fromAHerd({ Shardd, ledger }) {
  let probes;
  const ours = async () => {
    const shardd = await settled(Shardd, { edges: ledger.edges }, "read");
    await ledger.probes();
    const reads = () => Promise.all(Array.from({ length: HERD }, () => shardd.getBalances(BUCKET)));
    const ms = await broken(ledger, "black-holed", () => timed(reads));
    probes = await ledger.probes();
    shardd.free();
    return ms;
  };
  const samples = await interleave({ rounds: SETTLING_ROUNDS, warmUp: 1, ours });
  const note = `probes per region ${probes.join("/")}`;
  return row(`${HERD} reads at once, pinned region black-holed`, samples, { bar: within(500), note });
}
