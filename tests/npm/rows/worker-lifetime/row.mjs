// A Worker whose client hangs up in the middle of a charge: with `waitUntil` the charge is finished, and booked once.
import assert from "node:assert/strict";
import { get } from "node:http";
import { startWorker } from "../../worker.mjs";

/** No measure of anything: what has not happened by then will not. (A Worker gets 30 s after its response.) */
const LIMIT_MS = 120_000;

export const manifest = { type: "module" };

export async function run(project) {
  const { ledger } = project;
  await project.write("credit.js", `import { Shardd } from "shardd-wasm";
await Shardd.fromEnv().credit("lifetime", "alice", 100, { minAcks: 2 });
`);
  await project.node("credit.js");
  const worker = await startWorker(project, "worker.js", project.env, ["enable_request_signal"]);
  try {
    const url = (await worker.ready).href;
    const ask = async (path) => JSON.parse(await (await fetch(url + path)).text());
    assert.equal((await ask("kept?nonce=patient")).name, undefined);
    for (const way of ["kept", "imported"]) await outlives(ledger, url, ask, way);
    await ends(ledger, url, ask);
    await refuses(ledger, ask);
    await goesOn(ledger, url, ask);
    await closes(ledger, ask);
    await judged(ledger, ["patient", "kept", "imported", "signal", "goes-on", "beside"]);
  } finally {
    await worker.dispose();
  }
  const { version } = project.tool("workerd/package.json");
  return `workerd ${version}`;
}

/** The first copy is lost, the client is gone before the second, and the ledger has it all the same. */
async function outlives(ledger, url, ask, way) {
  await loseOne(ledger);
  await hangUp(ledger, url, `${way}?nonce=${way}`);
  const end = await ended(ask, way);
  assert.deepEqual([end.name, end.deduplicated, end.gone], [undefined, false, true]);
  assert.ok(end.attempts > 1);
}

/** The request's own signal, at a client that many requests share, ends this charge and says so. */
async function ends(ledger, url, ask) {
  await loseOne(ledger);
  await hangUp(ledger, url, "signal?nonce=signal");
  const end = await ended(ask, "signal");
  assert.deepEqual([end.name, end.outcome, end.cause], ["AbortedError", "unknown", "AbortError"]);
  assert.deepEqual(await booked(ledger, "signal"), []);
  // Another request, with a signal that nobody fires, makes the same charge.
  assert.equal((await ask("signal?nonce=signal")).name, undefined);
}

/** `waitUntil` without its context is a mistake that is told before anything is sent. */
async function refuses(ledger, ask) {
  const before = await posts(ledger);
  const end = await ask("unbound?nonce=unbound");
  assert.deepEqual([end.name, end.outcome, end.cause], ["InvalidInputError", "rejected", "TypeError"]);
  assert.match(end.message, /waitUntil threw: give \(promise\) => ctx\.waitUntil\(promise\)/);
  assert.equal(await posts(ledger), before);
}

/** Without `waitUntil` a charge may die with its request. Whoever makes it again gets it booked once, from the same client. */
async function goesOn(ledger, url, ask) {
  await loseOne(ledger);
  await hangUp(ledger, url, "plain?nonce=goes-on");
  assert.equal((await ask("kept?nonce=goes-on")).name, undefined);
}

/** A client that one request closes ends the calls of others, each in its own request, and no client beside it. */
async function closes(ledger, ask) {
  const before = await posts(ledger);
  await fault(ledger, { kind: "black-hole", only: "events" });
  const held = ["held-1", "held-2"].map((nonce) => ask(`doomed?nonce=${nonce}`));
  await until("both copies", async () => (await posts(ledger)) >= before + 2);
  assert.equal(await ask("close"), "closed");
  for (const { name, message, outcome } of await Promise.all(held)) {
    assert.deepEqual([name, message, outcome], ["AbortedError", "The client was closed: make a new one.", "unknown"]);
  }
  await fault(ledger, { kind: "none" });
  assert.equal((await ask("doomed?nonce=late")).outcome, "rejected");
  assert.equal((await ask("plain?nonce=beside")).deduplicated, false);
}

/** How the charge with this nonce ended in the Worker, whoever was there to hear of it. */
const ended = (ask, nonce) => until(`the end of ${nonce}`, async () => (await ask("ends")).find((end) => end.nonce === nonce));

/** Each region swallows the next write that it is sent. */
const loseOne = (ledger) => fault(ledger, { kind: "black-hole", only: "events", count: 1 });

async function fault({ control, edges }, rule) {
  for (const region of edges.keys()) {
    const order = { method: "POST", body: JSON.stringify(rule) };
    assert.equal((await fetch(`${control}/regions/${region}/fault`, order)).status, 200);
  }
}

/** Asks, and is gone once the charge has begun. */
async function hangUp(ledger, url, path) {
  const before = await posts(ledger);
  // A connection of its own, so that its end is the client's.
  const request = get(url + path, { agent: false }, (response) => response.resume().on("error", () => {}));
  request.on("error", () => {});
  await until("the first copy", async () => (await posts(ledger)) > before);
  request.destroy();
}

async function posts({ control }) {
  const { regions } = await (await fetch(`${control}/requests`)).json();
  return JSON.stringify(regions).match(/"POST \/events":\d+/g)?.reduce((sum, count) => sum + Number(count.split(":").pop()), 0) ?? 0;
}

/** The ids of the ledger's events with this nonce. */
async function booked({ control }, nonce) {
  const { regions } = await (await fetch(`${control}/events`)).json();
  const found = regions.flatMap(({ events }) => events).filter(({ idempotency_nonce: own }) => own === nonce);
  return [...new Set(found.map(({ event_id: id }) => id))];
}

async function judged(ledger, nonces) {
  for (const nonce of nonces) assert.equal((await booked(ledger, nonce)).length, 1, `${nonce} is not booked once`);
  assert.deepEqual((await (await fetch(`${ledger.control}/storms`)).json()).storms, []);
}

async function until(what, condition) {
  const signal = AbortSignal.timeout(LIMIT_MS);
  for (let value; ; await new Promise((resolve) => setTimeout(resolve, 20))) {
    if ((value = await condition())) return value;
    assert.ok(!signal.aborted, `${what} did not come`);
  }
}
