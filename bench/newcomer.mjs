// A read off a region that turned silent, in a process that is new. There the first probe, the only one for
// minutes, also loads Node's fetch: what the client takes for the region's distance is mostly that.
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { CLIENT } from "./client.mjs";
import { FAULTS } from "./ledger.mjs";
import { BUCKET, KEY } from "./plain.mjs";

const HERE = fileURLToPath(import.meta.url);
const WARM_CALLS = 10;

/** Milliseconds of such a read, and the distance that the client believed in. */
export async function newcomer(ledger, region) {
  const child = fork(HERE, ledger.edges);
  const ended = once(child, "exit").then(() => {
    throw new Error("The new process ended before it had measured.");
  });
  const next = () => Promise.race([once(child, "message"), ended]);
  try {
    await next();
    await ledger.fault(region, FAULTS["black-holed"]);
    child.send("go");
    const [said] = await next();
    return said;
  } finally {
    await ledger.revive(region);
    child.kill();
    await ended.catch(() => {});
  }
}

async function measure(edges) {
  const { Shardd } = await import(CLIENT);
  const shardd = new Shardd(KEY, { edges });
  for (let calls = 0; calls < WARM_CALLS; calls++) await shardd.getBalances(BUCKET);
  const rttMs = shardd.edgeTable().find(({ pinned }) => pinned).rttMs;
  process.send("warm");
  await once(process, "message");
  const from = performance.now();
  await shardd.getBalances(BUCKET);
  process.send({ ms: performance.now() - from, rttMs });
}

if (process.argv[1] === HERE) await measure(process.argv.slice(2));
