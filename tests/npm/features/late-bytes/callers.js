// Clients and their writes, in Node and in pages.
import { Shardd } from "shardd-wasm";

const BUCKET = "late-bytes";
/** A write that waits until all regions have it: the slowest probes of the race beside it are answered by then. */
const SLOW = { minAcks: 3, ackTimeoutMs: 5_000 };
/** On a busy machine they may not be; they are sent again beside a later write, a second and more on. */
const SLOW_WRITES = 5;
const PAUSE_MS = 1_000;
/** How long a write usually takes, as the client sees it. */
const QUICK_WRITES = 5;
/** So many clients start at once: more would measure how long they wait for each other. */
const TOGETHER = 5;

export function callers(fetch) {
  let clients = [];

  /** A client that has pinned a region, and knows the others as well. */
  async function connected(edges) {
    const client = new Shardd("local", { edges, fetch });
    for (let count = 0; count < SLOW_WRITES; count++) {
      await client.credit(BUCKET, "warm-up", 1, SLOW);
      if (client.edgeTable().every(({ rttMs }) => rttMs !== null)) break;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    // A connection to each is open.
    for (const edge of edges) await client.credit(BUCKET, "warm-up", 1, { edge });
    for (let count = 0; count < QUICK_WRITES; count++) await client.credit(BUCKET, "warm-up", 1);
    return client;
  }

  async function write({ line, nonce, abortAfterMs }) {
    const begun = performance.now();
    const call = (signal) => clients[line].credit(BUCKET, `line-${line}`, 1, { idempotencyNonce: nonce, signal });
    const told = ({ event, deduplicated }) => ({ eventId: event.eventId, deduplicated });
    const failed = ({ code, outcome, message }) => ({ error: { code, outcome, message } });
    let [calls, end] = [1, await call(abortAfterMs && AbortSignal.timeout(abortAfterMs)).then(told, failed)];
    if (abortAfterMs && end.error?.code === "aborted") [calls, end] = [2, await call().then(told, failed)];
    return { nonce, calls, elapsedMs: performance.now() - begun, ...end };
  }

  return {
    /** A client for each list of edges, in place of those that there were; gives where each is pinned. */
    async connect(lines) {
      for (const client of clients) client.close();
      clients = [];
      while (clients.length < lines.length) {
        clients.push(...(await Promise.all(lines.slice(clients.length, clients.length + TOGETHER).map(connected))));
      }
      return clients.map((client) => client.edgeTable().findIndex(({ pinned }) => pinned));
    },

    /** All of these at once; `abortAfterMs` gives one up and calls again, as users tap again. */
    play: (writes) => Promise.all(writes.map(write)),
  };
}
