// Regions that must not be left: one that stands still for a moment, one that is only slow.
import { ACCOUNT, BUCKET, KEY, write } from "./plain.mjs";
import { startRelay } from "./relay.mjs";
import { interleave, pause, row, summary, timed, within } from "./rounds.mjs";

const CALLERS = 16;
// A caller that never thinks would fill both cores, and measure how long it waits for itself.
const THINK_MS = 20;
const PAUSES = 40;
const PAUSES_MS = [120, 200];
const SLOW_MS = 800;
const SLOW_ROUNDS = 5;
const SLOW_CALLS = 8;

export async function pauses({ Shardd, ledger, say }) {
  const rows = [];
  for (const ms of PAUSES_MS) {
    say(`${PAUSES} pauses of ${ms} ms`);
    rows.push(await paused(Shardd, ledger, ms));
  }
  return rows;
}

async function paused(Shardd, ledger, ms) {
  const relay = await startRelay(ledger.edges[0]);
  const log = new Log();
  const shardd = new Shardd(KEY, { edges: [relay.url, ...ledger.edges.slice(1)], onEvent: log.hear });
  try {
    await shardd.createEvent(BUCKET, ACCOUNT, 1);
    const running = new AbortController();
    const callers = Array.from({ length: CALLERS }, (_, at) => keepCalling(shardd, at, running.signal));
    const { left, lengths } = await stopAndGo(relay, log, ms);
    running.abort();
    const calls = (await Promise.all(callers)).reduce((sum, count) => sum + count, 0);
    const heard = `${log.count("suspect")} suspected, ${log.why()}`;
    const note = `${calls} calls of ${CALLERS} callers, ${heard} · pauses took ${spreadOf(lengths)} ms`;
    const measure = `${PAUSES} pauses of the pinned region of ${ms} ms: left`;
    return row(measure, { floor: [], ours: left }, { bar: within(0), unit: "count", note });
  } finally {
    shardd.free();
    await relay.end();
  }
}

/** How often the region was left, pause by pause. */
async function stopAndGo(relay, log, ms) {
  const left = [];
  const lengths = [];
  for (let count = 0; count < PAUSES; count++) {
    // Uneven, so that pauses do not fall in step with the callers.
    await pause(300 + 300 * Math.random());
    const before = log.departures();
    relay.stop();
    lengths.push(await timed(() => pause(ms)));
    relay.go();
    await pause(150);
    left.push(log.departures() - before);
  }
  return { left, lengths };
}

async function keepCalling(shardd, at, signal) {
  let calls = 0;
  while (!signal.aborted) {
    await (calls % 2 === 0 ? shardd.createEvent(BUCKET, `${ACCOUNT}${at}`, 1) : shardd.getBalances(BUCKET));
    calls += 1;
    await pause(THINK_MS * (0.5 + Math.random()));
  }
  return calls;
}

export async function slow({ Shardd, ledger }) {
  const attempts = [];
  const departures = [];
  const fault = { kind: "delay", delay_ms: SLOW_MS, only: "events" };
  const all = (one) => Promise.all(Array.from({ length: SLOW_CALLS }, one));
  const samples = await interleave({
    rounds: SLOW_ROUNDS,
    warmUp: 0,
    floor: async () => {
      await ledger.fault(0, fault);
      const ms = await timed(() => all(() => write(ledger.edges[0], 1)));
      await ledger.revive(0);
      return ms;
    },
    ours: async () => {
      const log = new Log();
      const shardd = new Shardd(KEY, { edges: ledger.edges, onEvent: log.hear });
      await shardd.createEvent(BUCKET, ACCOUNT, 1);
      await ledger.fault(0, fault);
      let results;
      const ms = await timed(async () => (results = await all(() => shardd.createEvent(BUCKET, ACCOUNT, 1))));
      await ledger.revive(0);
      attempts.push(Math.max(...results.map(({ meta }) => meta.attempts)));
      departures.push(log.departures());
      shardd.free();
      return ms;
    },
  });
  const note = `attempts ${Math.max(...attempts)}, ${SLOW_CALLS} writes at once`;
  const left = { floor: [], ours: departures };
  return [
    row(`region slow by ${SLOW_MS} ms, health answers: left`, left, { bar: within(0), unit: "count", note }),
    row(`region slow by ${SLOW_MS} ms: until the write is answered`, samples),
  ];
}

/** What the client said of its decisions. */
class Log {
  constructor() {
    this.events = [];
    this.hear = (event) => this.events.push(event);
  }

  count(type) {
    return this.events.filter((event) => event.type === type).length;
  }

  departures() {
    return this.count("failover") + this.count("cooldown");
  }

  why() {
    const departures = this.events.filter(({ type }) => type === "failover" || type === "cooldown");
    return [...new Set(departures.map(({ type, reason }) => `${type}: ${reason}`))].join(", ") || "never left";
  }
}

function spreadOf(values) {
  const { p10, p90, max } = summary(values);
  return `${p10.toFixed(0)}..${p90.toFixed(0)}, at most ${max.toFixed(0)}`;
}
