// A thousand requests at one isolate, interleaved: some whose client hangs up, some that end before their probes, some that time out, over regions
// that fail. Nobody hangs, nobody gets another's answer, nothing is booked twice. STORM_SEED=<n> is another plan.
//
// wasm-bindgen-futures has one queue for all requests of the isolate. That is harmless as long as a call is only woken by what its own
// request waits for: then its turn of the queue is its request's turn. Calls share plain data and marks with an age, and never wake each
// other; close() is the exception, and is looked at by itself.
import assert from "node:assert/strict";
import { request } from "node:http";
import { Control } from "../../control.mjs";
import { startWorker } from "../../worker.mjs";
import { random } from "./random.mjs";

const REQUESTS = 1_000;
const AT_ONCE = 50;
/** No measure of anything: what takes so long hangs. The calls' own deadline is 30 s. */
const LIMIT_MS = 120_000;
/** So many requests share a client, which is then a new one: its first calls race, and some of them die. */
const PER_CLIENT = 25;

/** After which no copy of the storm is under way or fresh: an attempt's limit, the settle time, and as much again. */
const QUIET_MS = 2_400;

/** How often each kind comes. */
const KINDS = { charge: 8, twice: 2, signal: 1, kept: 1, brief: 3, aborted: 2, read: 3, held: 1 };
const CLIENTS = ["fixed", "keyed", "busy", "own"];
const FAULTS = [
  { kind: "delay", delay_ms: 80, count: 20 },
  { kind: "black-hole", only: "events", count: 3 },
  { kind: "black-hole", only: "health", count: 6 },
  { kind: "status", status: 503, count: 5 },
  { kind: "reset-before", count: 3 },
  { kind: "reset-after", only: "events", count: 2 },
  { kind: "stall-body", count: 2 },
  { kind: "refuse" },
  { kind: "garbage", only: "health", count: 4 },
];
/** `close()` tells all calls of its client, the dead too: it cannot know who is. The runtime says that it dropped this. */
const DEAD = /creating request has already been completed or canceled/;
/** What workerd says where requests got in each other's way. */
const MIXED = /different request|had hung|never settle|Cannot perform I\/O|cross-request|deadlock|RuntimeError|unreachable|already borrowed/i;

export const manifest = { type: "module" };

export async function run(project) {
  const seed = Number(process.env.STORM_SEED ?? 1);
  const said = [];
  const worker = await startWorker(project, "worker.js", project.env, ["enable_request_signal"], {
    durableObjects: { BOOTHS: "Booth" },
    handleRuntimeStdio: (...streams) => streams.forEach((stream) => stream.on("data", (text) => said.push(String(text)))),
  });
  try {
    const place = { url: await worker.ready, control: new Control(project.ledger), dice: random(seed), answers: [] };
    await together(place, "/shared", "fixed-first");
    await together(place, "/alone", "fixed-alone");
    await object(place);
    await storm(place);
    const counts = await judged(place);
    assert.deepEqual(mixed(said), []);
    await closing(place);
    assert.deepEqual(mixed(said).filter((line) => !DEAD.test(line)), []);
    const { version } = project.tool("workerd/package.json");
    return `workerd ${version}, ${REQUESTS} requests, seed ${seed}, ${counts}`;
  } catch (error) {
    throw new Error(`seed ${seed}: ${error.stack}`);
  } finally {
    await worker.dispose();
  }
}

/** Fifty first calls at once: of one client, or of one each. */
async function together({ url }, path, name) {
  const answers = await Promise.all(Array.from({ length: AT_ONCE }, (_, n) => {
    const mine = { account: `${name}-${n}`, amount: n + 1, nonce: `${name}-${n}` };
    return ask(url, path, { name, kind: "charge", ...mine }).then((answer) => ({ mine, answer }));
  }));
  for (const { mine, answer } of answers) assert.deepEqual(answer, got(mine, false));
}

/** A Durable Object and its client, which records in the object's storage: each of its writes comes three times, and is booked once. */
async function object({ url, control }) {
  const writes = Array.from({ length: 10 }, (_, n) => ({ account: `booth-${n}`, amount: n + 1, nonce: `booth-${n}` }));
  const answers = await Promise.all([...writes, ...writes, ...writes].map((mine) => ask(url, "/object", { booth: "one", ...mine }).then((answer) => ({ mine, answer }))));
  for (const { mine, answer } of answers) assert.deepEqual(answer, got(mine, answer.deduplicated));
  for (const { nonce } of writes) assert.equal(await control.count(nonce), 1);
  assert.equal(answers.filter(({ answer }) => !answer.deduplicated).length, writes.length);
}

const got = ({ account, amount, nonce }, deduplicated) => ({ account, nonce, amount: -amount, deduplicated });

async function storm(place) {
  const plan = [];
  while (plan.length < REQUESTS) plan.push(planned(plan, plan.length, place.dice));
  const next = plan.values();
  const lane = async () => {
    for (const one of next) place.answers.push({ ...one, answer: await sent(place, one) });
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  await place.control.revive();
}

function planned(plan, n, dice) {
  const kinds = Object.entries(KINDS).flatMap(([kind, times]) => Array(times).fill(kind));
  const kind = dice.pick(kinds);
  const one = {
    kind,
    name: `${CLIENTS[n % CLIENTS.length]}-${Math.floor(n / PER_CLIENT)}`,
    path: "/shared",
    mine: { account: `account-${n}`, amount: (n % 97) + 1, nonce: `storm-${n}` },
    // Mid-call, or so late that some calls are over.
    hangUpMs: dice.chance(0.2) ? dice.below(60) : undefined,
    ms: 1 + dice.below(120),
    fault: dice.chance(0.12) ? { region: dice.below(3), rule: dice.pick(FAULTS) } : undefined,
    revives: dice.chance(0.02),
  };
  const other = dice.below(20);
  const earlier = plan[n - 1 - dice.below(40)];
  if (other === 0) return { ...one, path: "/alone" };
  if (other <= 2) return { ...one, path: "/leave" };
  // The nonce of a request that is under way, or has died, at the same client: another one could not know of it.
  if (other === 3 && earlier?.path === "/shared") return { ...one, mine: earlier.mine, name: earlier.name };
  return one;
}

async function sent({ url, control }, { kind, name, mine, hangUpMs, path, ms, fault, revives }) {
  if (fault) await control.fault(fault.region, fault.rule);
  if (revives) await control.revive();
  return ask(url, path, { kind, name, ms, ...mine }, hangUpMs);
}

/** The answer, or `undefined` of a request that hung up. */
function ask(base, path, query, hangUpMs) {
  const url = new URL(`${path}?${new URLSearchParams(query)}`, base);
  return new Promise((resolve, reject) => {
    // A connection of its own, so that its end is the client's.
    const hanging = setTimeout(() => { asking.destroy(); reject(new Error(`${url} hangs`)); }, LIMIT_MS);
    const asking = request(url, { agent: false }, (response) => {
      let text = "";
      response.on("data", (more) => (text += more));
      response.on("error", () => resolve(undefined));
      response.on("end", () => {
        if (response.statusCode === 200 && text.trim()) return resolve(JSON.parse(text));
        if (hangUpMs !== undefined) return resolve(undefined);
        reject(new Error(`${url}: ${response.statusCode} ${text}`));
      });
    });
    asking.on("close", () => clearTimeout(hanging));
    asking.on("error", (error) => (hangUpMs === undefined ? reject(new Error(`${url}: ${error.message}`)) : resolve(undefined)));
    asking.end();
    if (hangUpMs !== undefined) setTimeout(() => { asking.destroy(); resolve(undefined); }, hangUpMs);
  });
}

const mixed = (said) => said.join("").split("\n").filter((line) => MIXED.test(line));

/** A client that one request closes ends the calls of others, of which some are dead, and no client beside it. */
async function closing({ url, control, dice }) {
  const before = await control.writes();
  for (const region of [0, 1, 2]) await control.fault(region, { kind: "black-hole", only: "events" });
  const calls = Array.from({ length: AT_ONCE }, (_, n) => {
    const query = { kind: "charge", name: "fixed-closed", account: `closed-${n}`, amount: 1, nonce: `closed-${n}` };
    return n % 3 === 0 ? ask(url, "/shared", query, dice.below(30)) : ask(url, n % 3 === 1 ? "/leave" : "/shared", query);
  });
  const waiting = Math.floor(AT_ONCE / 3);
  while ((await control.writes()) < before + waiting) await new Promise((resolve) => setTimeout(resolve, 5));
  await ask(url, "/close", { name: "fixed-closed" });
  const ends = (await Promise.all(calls)).filter((answer) => answer && !answer.left);
  assert.ok(ends.length >= waiting - 1);
  for (const { name, message } of ends) assert.deepEqual([name, message], ["AbortedError", "The client was closed: make a new one."]);
  await control.revive();
  await together({ url }, "/shared", "fixed-beside");
}

async function judged(place) {
  const { url, control, answers } = place;
  for (const one of answers) own(one);
  const before = await booked(control);
  const writes = answers.filter(({ kind }) => kind !== "read" && kind !== "held");
  const alone = (nonce) => writes.filter(({ mine }) => mine.nonce === nonce).length === 1;
  for (const { mine: { nonce }, answer } of writes) {
    const ids = before.get(nonce)?.size ?? 0;
    assert.ok(ids <= 1, `${nonce} is booked ${ids} times`);
    if (answer?.account) assert.equal(ids, 1, `${nonce} was answered and is not booked`);
    if (answer?.outcome === "rejected" && alone(nonce)) assert.equal(ids, 0, `${nonce} was called rejected and is booked: ${JSON.stringify(answer)}`);
  }
  // Whatever became of them: made again, through one client, all are booked once. Another client than that of before knows nothing of
  // its copies, so all have to have ended and settled.
  await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
  const again = new Map(writes.map(({ mine }) => [mine.nonce, mine])).values();
  const finish = async () => {
    for (const mine of again) own({ mine, answer: await ask(url, "/shared", { kind: "charge", name: "fixed-last", ...mine }), must: true });
  };
  await Promise.all(Array.from({ length: AT_ONCE }, finish));
  const after = await booked(control);
  for (const { mine: { nonce } } of writes) assert.equal(after.get(nonce)?.size, 1, `${nonce} is not booked once`);
  assert.deepEqual((await control.storms()).storms, []);
  const counts = await ask(url, "/counts", {});
  const died = counts.begun - counts.ended;
  assert.ok(died > 0, "no call died with its request, so this proved nothing");
  assert.ok(counts.keys > 0 && counts.events > 0);
  const ends = answers.map(({ answer }) => (answer === undefined ? "gone" : answer.left ? "left" : answer.name ?? "ok"));
  const tally = [...new Set(ends)].sort().map((end) => `${ends.filter((other) => other === end).length} ${end}`);
  return `${died} died, ${tally.join(", ")}`;
}

/** An answer is one's own: the account, nonce and amount that were asked for, or an error of this write. */
function own({ kind, mine, answer, must }) {
  if (answer === undefined || answer.left) return;
  const what = `${kind} ${JSON.stringify(mine)} got ${JSON.stringify(answer)}`;
  assert.doesNotMatch(answer.message ?? "", MIXED, what);
  if (answer.name) {
    // Whoever sent nothing before a long deadline was kept from it by another, who may be dead.
    if (kind !== "brief" && answer.outcome === "rejected") assert.doesNotMatch(answer.message, /did not end within its timeoutMs/, what);
    assert.match(answer.name, must ? /^$/ : /^(Timeout|Network|ServiceUnavailable|Aborted|Decode|RateLimited)Error$/, what);
    if (kind !== "read" && kind !== "held") assert.equal(answer.nonce, mine.nonce, what);
    return;
  }
  assert.equal(answer.account, mine.account, what);
  if (kind !== "read" && kind !== "held") assert.deepEqual([answer.nonce, answer.amount], [mine.nonce, -mine.amount], what);
}

/** The ids under each nonce, in all regions. */
async function booked({ url }) {
  const { regions } = await (await fetch(`${url}/events`)).json();
  const ids = new Map();
  for (const { idempotency_nonce: nonce, event_id: id, type } of regions.flatMap(({ events }) => events)) {
    if (type === "standard") ids.set(nonce, (ids.get(nonce) ?? new Set()).add(id));
  }
  return ids;
}
