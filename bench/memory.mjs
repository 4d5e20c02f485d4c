// What stays after 100,000 calls: pages of the wasm's memory, and JavaScript heap. In a process of its own each, which
// does the same for a while before it is looked at: what the first time needs is no leak.
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { CLIENT } from "./client.mjs";
import { events, health } from "./bodies.mjs";
import { ACCOUNT, BUCKET, KEY } from "./plain.mjs";
import { row, within } from "./rounds.mjs";

const HERE = fileURLToPath(import.meta.url);
const CALLS = 100_000;
const CLIENTS = 1000;
const AT_ONCE = 64;
/** Of all of it, what comes before the first look. */
const WARM_UP = 0.3;
/** Who drops clients gets their memory back when the engine collects, whenever that is: here, after so many. */
const COLLECT_EACH = 50;

const LIVES = [
  { life: "one", measure: "100,000 calls, one client" },
  { life: "freed", measure: "100,000 calls, 1,000 clients, each freed" },
  { life: "dropped", measure: "100,000 calls, 1,000 clients, none freed" },
];

export async function memory({ say }) {
  const rows = [];
  for (const { life, measure } of LIVES) {
    say(measure);
    const { start, warm, end } = await measured(life);
    const one = (what, figure, how) => row(`${measure}: ${what} added`, { floor: [], ours: [figure] }, how);
    const note = `${start.pages} pages of 64 KiB at the start, ${warm.pages} when warm`;
    rows.push(one("pages", end.pages - warm.pages, { bar: within(0), unit: "count", note }));
    rows.push(one("heap", (end.heapBytes - warm.heapBytes) / 1e6, { bar: within(1), unit: "MB" }));
  }
  return rows;
}

async function measured(life) {
  const child = fork(HERE, [life], { execArgv: ["--expose-gc"] });
  const ended = once(child, "exit").then(() => {
    throw new Error("The process ended before it had measured.");
  });
  const [figures] = await Promise.race([once(child, "message"), ended]);
  child.kill();
  await ended.catch(() => {});
  return figures;
}

async function live(life) {
  const memoryOf = caught();
  // The client keeps a nonce for the second of the settle time: how many, would be the machine's speed.
  performance.now = () => clockMs;
  const { Shardd } = await import(CLIENT);
  const work = {
    one: (share) => served(Shardd, CALLS * share, free),
    freed: (share) => many(Shardd, share, free),
    dropped: (share) => many(Shardd, share, drop),
  }[life];
  new Shardd(KEY, { fetch: stub() }).free();
  const looked = async () => settled(memoryOf());
  const start = await looked();
  await work(WARM_UP);
  const warm = await looked();
  await work(1);
  process.send({ start, warm, end: await looked() });
}

const free = (shardd) => shardd.free();
const drop = () => {};

async function many(Shardd, share, end) {
  for (let client = 0; client < CLIENTS * share; client++) {
    await served(Shardd, CALLS / CLIENTS, end);
    if (client % COLLECT_EACH === 0) globalThis.gc();
  }
}

/** A client, its calls, some at once, and its end. */
async function served(Shardd, calls, end) {
  const shardd = new Shardd(KEY, { fetch: stub() });
  for (let left = calls; left > 0; left -= AT_ONCE) {
    const charge = () => shardd.createEvent(BUCKET, ACCOUNT, 1);
    await Promise.all(Array.from({ length: Math.min(left, AT_ONCE) }, charge));
    // Timers and finalizers are tasks: where all is answered at once, they would never have their turn.
    await new Promise(setImmediate);
  }
  end(shardd);
}

/** Goes on by a millisecond with each request. */
let clockMs = 1;

/** A fetch that answers at once: a probe with a region's health, a write with its event. */
function stub() {
  const event = JSON.parse(new TextDecoder().decode(events(1))).events[0];
  const acks = { received: 0, requested: 0, timeout: false };
  const created = { event, emitted_events: [event], balance: 1, available_balance: 1, deduplicated: false, acks };
  const write = new TextEncoder().encode(JSON.stringify(created)).buffer;
  const probe = health().buffer;
  const headers = { get: () => null };
  return async (_, { method }) => {
    clockMs += 1;
    const [status, body] = method === "POST" ? [201, write] : [200, probe];
    return { status, ok: true, headers, arrayBuffer: async () => body };
  };
}

/** The package does not export its memory: caught where the wasm is started. */
function caught() {
  let found;
  WebAssembly.Instance = class extends WebAssembly.Instance {
    constructor(...given) {
      super(...given);
      found = this.exports.memory;
    }
  };
  return () => found;
}

/** After everything has been collected that can be. */
async function settled(wasm) {
  for (let turn = 0; turn < 5; turn++) {
    globalThis.gc();
    await new Promise((resume) => setTimeout(resume, 20));
  }
  return { pages: wasm.buffer.byteLength / 65_536, heapBytes: process.memoryUsage().heapUsed };
}

if (process.argv[1] === HERE) await live(process.argv[2]);
