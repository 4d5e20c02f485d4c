// The whole idea in three seconds: three regions race, the nearest is pinned, it dies between booking a
// charge and saying so, the charge goes on at the next one with the same nonce, and the books are right
// everywhere.
//
//   SHARDD_EDGES=http://…,http://…,http://…  SHARDD_CONTROL=http://…  node story.mjs
//
// It runs in a project with `shardd-wasm` installed, against the local shardd. Exit code 0: all of it held.
import { InsufficientFundsError, Shardd } from "shardd-wasm";
import { Control } from "./control.mjs";
import { amber, blue, bold, dim, ending, failure, held, note, region, step, title } from "./terminal.mjs";

const KEY = "demo";
const ACCOUNT = "user:alice";
// A booking takes no longer than this on a machine that works at all.
const BOOKING_LIMIT_MS = 20_000;
// A bucket of its own, so that the story can be told twice to the same regions.
const BUCKET = `story-${Date.now().toString(36)}`;

class Broken extends Error {}

const pause = (ms) => new Promise((resume) => setTimeout(resume, ms));

function expect(condition, sentence) {
  if (!condition) throw new Broken(sentence);
  held(sentence);
}

async function timed(work) {
  const from = performance.now();
  const value = await work();
  return [value, performance.now() - from];
}

async function tell(edges, control) {
  const shardd = new Shardd(KEY, { edges });
  const nameOf = (url) => `region ${edges.indexOf(url) + 1}`;
  const pinned = () => shardd.edgeTable().find((edge) => edge.pinned)?.url;
  const where = (meta) => dim(`${nameOf(meta.edge)} · ${meta.attempts === 1 ? "1 attempt" : `${meta.attempts} attempts`}`);
  let sum = 0;

  title("shardd-wasm", "a charge that survives a dead region");

  const credited = await shardd.credit(BUCKET, ACCOUNT, 500);
  const first = pinned();
  step("Three regions race; the first to answer is pinned");
  for (const url of edges) {
    const [, rttMs] = await timed(() => shardd.health(url));
    region({ name: nameOf(url), rttMs, pinned: url === first });
  }
  expect(credited.meta.edge === first, `${nameOf(first)} was nearest and serves from now on`);

  sum += 500;
  step("Credit 500: the race and the call together", credited.meta.elapsedMs);
  note(`balance ${bold(credited.balance)}   ${where(credited.meta)}`);

  sum -= 120;
  const order = { idempotencyNonce: `order-9821-${BUCKET}`, skipHold: true };
  const charged = await shardd.charge(BUCKET, ACCOUNT, 120, order);
  step("Charge 120", charged.meta.elapsedMs);
  note(`balance ${bold(charged.balance)}   ${where(charged.meta)}`);

  const replayed = await shardd.charge(BUCKET, ACCOUNT, 120, order);
  step("The same charge again: a double click, a reload, a retry", replayed.meta.elapsedMs);
  note(`balance ${bold(replayed.balance)}   ${where(replayed.meta)}`);
  note(dim("It waited for the first copy to have reached every region."));
  expect(replayed.deduplicated && replayed.event.eventId === charged.event.eventId, "one nonce, one event: nothing was charged twice");

  const [refused, refusedMs] = await timed(() => shardd.charge(BUCKET, ACCOUNT, 10_000).catch((error) => error));
  step("Charge 10,000 that are not there", refusedMs);
  note(`${amber(refused.name)} ${dim(refused.message)}`);
  expect(refused instanceof InsufficientFundsError && refused.outcome === "rejected", "refused, and proven that nothing was written");

  const nonce = `order-9822-${BUCKET}`;
  await control.mute(edges.indexOf(first));
  const inFlight = shardd.charge(BUCKET, ACCOUNT, 80, { idempotencyNonce: nonce, skipHold: true });
  await booked(control, nonce);
  await control.kill(edges.indexOf(first));
  sum -= 80;
  step(`Charge 80: ${nameOf(first)} books it and dies before it can say so`);
  const survived = await inFlight;
  note(`balance ${bold(survived.balance)}   ${where(survived.meta)}   ${blue(`${Math.round(survived.meta.elapsedMs)} ms`)}`);
  expect(survived.meta.edge !== first, `the charge went on at ${nameOf(survived.meta.edge)} with the same nonce`);
  expect(survived.deduplicated, `${nameOf(survived.meta.edge)} knew it already: still charged once`);
  note(dim("The pause is on purpose: two copies of a write must never be under way at two nodes."));

  sum -= 30;
  const next = await shardd.charge(BUCKET, ACCOUNT, 30, { skipHold: true });
  step("Charge 30: life goes on", next.meta.elapsedMs);
  note(`balance ${bold(next.balance)}   ${where(next.meta)}`);
  for (const edge of shardd.edgeTable()) {
    region({ name: nameOf(edge.url), rttMs: edge.rttMs ?? 0, pinned: edge.pinned, dead: edge.url === first });
  }
  expect(next.meta.attempts === 1 && next.meta.edge === pinned(), `${nameOf(next.meta.edge)} is pinned now, ${nameOf(first)} rests`);

  await audit(edges.filter((url) => url !== first), control, sum, nameOf);
  shardd.free();
}

// Waits until some node has the write, so that the kill comes after the booking on a machine of any speed.
async function booked(control, nonce) {
  for (const from = performance.now(); performance.now() - from < BOOKING_LIMIT_MS; ) {
    const events = (await control.events(BUCKET)).flat();
    if (events.some((event) => event.idempotency_nonce === nonce)) return;
    await pause(10);
  }
  throw new Broken("the charge in flight reached no region");
}

async function audit(survivors, control, sum, nameOf) {
  step(`The books: 500 − 120 − 80 − 30 = ${sum}`);
  for (const url of survivors) {
    // One client per region: each must know the sum, whoever took the charges.
    const local = new Shardd(KEY, { edges: [url] });
    let balance;
    for (let tries = 0; tries < 100 && balance !== sum; tries++) {
      if (tries > 0) await pause(100);
      const { accounts } = await local.getBalances(BUCKET);
      // By bucket too: a ledger without keys, as the local one, lists every bucket.
      balance = accounts.find((row) => row.bucket === BUCKET && row.account === ACCOUNT)?.balance;
    }
    expect(balance === sum, `${nameOf(url)} says ${balance}`);
  }
  for (const events of await control.events(BUCKET)) {
    const nonces = new Set(events.map((event) => event.idempotency_nonce));
    if (events.length !== 4 || nonces.size !== 4) throw new Broken("four writes are four events in every region");
  }
  held("four writes are four events, in every region");
  expect((await control.conflicts()) === 0, "no two copies ever met, nothing was voided");
}

async function main() {
  const edges = (process.env.SHARDD_EDGES ?? "").split(",").map((url) => url.trim()).filter(Boolean);
  const control = process.env.SHARDD_CONTROL && new Control(process.env.SHARDD_CONTROL);
  if (edges.length < 3 || !control) {
    failure("The story needs three regions: set SHARDD_EDGES and SHARDD_CONTROL, or run cargo xtask demo.");
    return 2;
  }
  const from = performance.now();
  try {
    // Also loads Node's fetch, which would otherwise be measured as the first call's time.
    for (const at of edges.keys()) await control.revive(at);
    await tell(edges, control);
    ending(`Nothing lost, nothing doubled, in ${((performance.now() - from) / 1000).toFixed(1)} s.`);
    return 0;
  } catch (error) {
    failure(error instanceof Broken ? `This did not hold: ${error.message}.` : `The story broke off: ${error.message}`);
    return 1;
  } finally {
    // The page comes next, and it starts with three regions that live.
    for (const at of edges.keys()) await control.revive(at).catch(() => {});
  }
}

process.exitCode = await main();
