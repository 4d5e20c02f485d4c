// CPU of this process per write in the steady state: over real sockets, and our own share with fetch stubbed.
// The region is another process, so its cost is not in these figures.
import { withPeer } from "./peer.mjs";
import { ACCOUNT, BUCKET, KEY, write } from "./plain.mjs";
import { interleave, none, over, row, times } from "./rounds.mjs";

const ROUNDS = 15;
const SETS = [
  { at: 1, calls: 300, bar: none },
  { at: 64, calls: 960, bar: times(1.15) },
];
const STUBBED = { at: 64, calls: 960, bar: over(20) };
const NONE = undefined;
const ONE = { skipHold: true };

export async function steady({ Shardd, ledger, peer, say }) {
  const [edge] = ledger.edges;
  const rows = [];
  const shardd = new Shardd(KEY, { edges: [edge] });
  for (const set of SETS) {
    say(`CPU per createEvent, ${set.at} at once`);
    const charge = () => shardd.createEvent(BUCKET, ACCOUNT, 1, NONE);
    const measured = (theirs) => blocks(set, () => write(edge, 1), charge, theirs);
    const samples = await (peer ? withPeer(peer, [edge], measured) : measured());
    rows.push(row(`CPU per createEvent, ${set.at} at once`, samples, { bar: set.bar, unit: "µs" }));
  }
  shardd.free();
  // Reading an option object is a share of its own.
  rows.push(await ownShare("own share of createEvent, fetch stubbed", NONE, Shardd, edge));
  rows.push(await ownShare("own share of createEvent, one option given", ONE, Shardd, edge));
  return rows;
}

async function ownShare(measure, options, Shardd, edge) {
  const stub = await recorded(edge);
  const shardd = new Shardd(KEY, { edges: [edge], fetch: stub });
  const samples = await blocks(STUBBED, () => write(edge, 1, stub), () => shardd.createEvent(BUCKET, ACCOUNT, 1, options));
  shardd.free();
  return row(measure, samples, { bar: STUBBED.bar, unit: "µs" });
}

/** Answers at once, with what the region said once: a probe and a write. */
async function recorded(edge) {
  const health = await (await fetch(`${edge}/gateway/health`)).arrayBuffer();
  const created = new TextEncoder().encode(JSON.stringify(await write(edge, 1))).buffer;
  const decoder = new TextDecoder();
  const answer = (status, body) => ({
    status,
    ok: true,
    // A plain client does not look at headers, and ours not at these.
    headers: { get: () => null },
    arrayBuffer: () => Promise.resolve(body),
    json: () => Promise.resolve(JSON.parse(decoder.decode(body))),
  });
  return (_, init) => Promise.resolve(init?.method === "POST" ? answer(201, created) : answer(200, health));
}

/** Microseconds of CPU per call, in blocks that take turns. */
function blocks({ at, calls }, floor, ours, peer) {
  const block = (call) => async () => {
    const before = process.cpuUsage();
    await together(at, calls, call);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / calls;
  };
  return interleave({ rounds: ROUNDS, warmUp: 3, floor: block(floor), ours: block(ours), peer: peer && block(peer) });
}

async function together(at, calls, call) {
  let left = calls;
  const caller = async () => {
    while (left > 0) {
      left -= 1;
      await call();
    }
  };
  await Promise.all(Array.from({ length: at }, caller));
}
