// Long answers from bytes to objects, beside `response.json()`, which rounds where ours is exact. The bytes are at hand:
// no network in it. No Node either: pages run it too.
import { balances, events, health } from "./bodies.mjs";
import { BUCKET, KEY } from "./plain.mjs";
import { interleave, none, row, times } from "./rounds.mjs";

const ROUNDS = 41;
/** As sockets hand them out. */
const CHUNK_BYTES = 65_536;
const EDGE = "http://127.0.0.1:9";

const ANSWERS = [
  { what: "500 events", body: () => events(500), call: "listEvents", each: 10, bar: none },
  { what: "10,000 balances", body: () => balances(10_000), call: "getBalances", each: 1, bar: times(1.4) },
];

/** `where` names the engine. */
export async function decode({ Shardd, say = () => {}, where = "Node" }) {
  const rows = [];
  for (const { what, body, call, each, bar } of ANSWERS) {
    say(`${what} in ${where}`);
    const bytes = body();
    const send = answering(bytes);
    const shardd = new Shardd(KEY, { edges: [EDGE], fetch: send });
    const samples = await interleave({
      rounds: ROUNDS,
      warmUp: 5,
      floor: repeated(each, async () => (await send(EDGE)).json()),
      ours: repeated(each, () => shardd[call](BUCKET)),
    });
    shardd.free();
    rows.push(row(`${where}: ${what} from bytes to objects`, samples, { bar, unit: "µs", note: `${Math.round(bytes.length / 1000)} KB` }));
  }
  return rows;
}

/** A fetch that answers with these bytes, and probes with a region's health. */
function answering(bytes) {
  const probed = health();
  return async (url) => new Response(streamed(url.endsWith("/gateway/health") ? probed : bytes), { status: 200 });
}

function streamed(bytes) {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      // A copy: whoever reads may keep it.
      if (at < bytes.length) controller.enqueue(bytes.slice(at, (at += CHUNK_BYTES)));
      else controller.close();
    },
  });
}

/** Microseconds of one, from some in a row. */
function repeated(count, work) {
  return async () => {
    const from = performance.now();
    for (let done = 0; done < count; done++) await work();
    return ((performance.now() - from) * 1000) / count;
  };
}
