// What stays after 100,000 calls: pages of the wasm's memory, and JavaScript heap. In a process of its own each, which
// does everything once before it is looked at: what the first time needs is no leak.
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
const ROUNDS = 3;

const LIVES = [
  { life: "one", measure: "100,000 calls, one client" },
  { life: "freed", measure: "100,000 calls, 1,000 clients, each freed" },
  { life: "dropped", measure: "100,000 calls, 1,000 clients, none freed" },
];

export async function memory({ say }) {
  const rows = [];
  for (const { life, measure } of LIVES) {
    say(measure);
    const { pages, heap, startPages, warmPages } = await measured(life);
    const note = `${startPages} pages of 64 KiB at the start, ${warmPages} when warm`;
    rows.push(row(`${measure}: pages added`, { floor: [], ours: pages }, { bar: within(0), unit: "count", note }));
    rows.push(row(`${measure}: heap added`, { floor: [], ours: heap }, { bar: within(1), unit: "MB" }));
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
  const { Shardd } = await import(CLIENT);
  const work = { one: () => served(Shardd, CALLS, free), freed: () => many(Shardd, free), dropped: () => many(Shardd, drop) }[life];
  new Shardd(KEY, { fetch: stub() }).free();
  const startPages = pagesOf(memoryOf());
  await work();
  let before = await settled(memoryOf());
  const figures = { startPages, warmPages: before.pages, pages: [], heap: [] };
  for (let round = 0; round < ROUNDS; round++) {
    await work();
    const after = await settled(memoryOf());
    figures.pages.push(after.pages - before.pages);
    figures.heap.push((after.heapBytes - before.heapBytes) / 1e6);
    before = after;
  }
  process.send(figures);
}

const free = (shardd) => shardd.free();
const drop = () => {};

async function many(Shardd, end) {
  for (let client = 0; client < CLIENTS; client++) await served(Shardd, CALLS / CLIENTS, end);
}

/** A client, its calls, some at once, and its end. */
async function served(Shardd, calls, end) {
  const shardd = new Shardd(KEY, { fetch: stub() });
  let left = calls;
  const caller = async () => {
    while (left-- > 0) await shardd.createEvent(BUCKET, ACCOUNT, 1);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, caller));
  end(shardd);
  // Finalizers are tasks: who never waits for one has none.
  await new Promise(setImmediate);
}

/** A fetch that answers at once: a probe with a region's health, a write with its event. */
function stub() {
  const event = JSON.parse(new TextDecoder().decode(events(1))).events[0];
  const acks = { received: 0, requested: 0, timeout: false };
  const created = { event, emitted_events: [event], balance: 1, available_balance: 1, deduplicated: false, acks };
  const write = new TextEncoder().encode(JSON.stringify(created)).buffer;
  const probe = health().buffer;
  const headers = { get: () => null };
  return async (_, { method }) => ({
    status: method === "POST" ? 201 : 200,
    ok: true,
    headers,
    arrayBuffer: async () => (method === "POST" ? write : probe),
  });
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
  return { pages: pagesOf(wasm), heapBytes: process.memoryUsage().heapUsed };
}

const pagesOf = (wasm) => wasm.buffer.byteLength / 65_536;

if (process.argv[1] === HERE) await live(process.argv[2]);
