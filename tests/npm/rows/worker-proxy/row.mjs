// examples/worker-proxy in workerd: one's own account is charged, once per nonce, and nobody else's.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { cp } from "node:fs/promises";
import { Control } from "../../control.mjs";
import { startWorker } from "../../worker.mjs";

const SECRET = "of the test";
const COOKIE = `theme=dark; session=${signed("alice")}`;
const CHARGE = { account: "user:alice", amount: 30, idempotencyNonce: "order-1", note: "one" };

export const manifest = { type: "module" };

export async function run(project) {
  await new Control(project.ledger).replicateAtOnce();
  await cp("examples/worker-proxy", project.folder, { recursive: true });
  await project.write("credit.js", `import { Shardd } from "shardd-wasm";
await Shardd.fromEnv().credit("my-app", "user:alice", 100, { minAcks: 2 });
`);
  await project.node("credit.js");
  const worker = await startWorker(project, "worker.js", { ...project.env, SESSION_SECRET: SECRET });
  try {
    await refuses(worker);
    assert.deepEqual(await charged(project), [], "something was charged that should not have been");
    await charges(worker);
    assert.deepEqual(await charged(project), [["user:alice", -30, "alice:order-1", "one"]]);
  } finally {
    await worker.dispose();
  }
  const { version } = project.tool("workerd/package.json");
  return `workerd ${version}`;
}

async function refuses(worker) {
  const table = [
    [401, "no_session", CHARGE, { cookie: "" }],
    [401, "no_session", CHARGE, { cookie: `session=bob.${signed("alice").split(".")[1]}` }],
    [403, "foreign_account", { ...CHARGE, account: "user:bob" }],
    [403, "foreign_account", { ...CHARGE, account: undefined }],
    [400, "amount", { ...CHARGE, amount: 101 }],
    [400, "amount", { ...CHARGE, amount: -30 }],
    [400, "amount", { ...CHARGE, amount: "30" }],
    [400, "no_nonce", { ...CHARGE, idempotencyNonce: undefined }],
    [400, "invalid_input", { ...CHARGE, idempotencyNonce: "n".repeat(200) }],
    [403, "foreign_account", null],
    [404, "not_found", CHARGE, { path: "/events" }],
    [404, "not_found", undefined, { method: "GET" }],
    [415, "not_json", CHARGE, { type: "text/plain" }],
  ];
  for (const [status, error, body, how] of table) {
    const [said, answer] = await ask(worker, body, how);
    assert.deepEqual([said, answer.error], [status, error], JSON.stringify({ body, how }));
  }
}

async function charges(worker) {
  const [status, first] = await ask(worker, CHARGE);
  assert.deepEqual([status, first.balance, first.deduplicated], [200, 70, false]);
  // A page that did not hear of it asks again.
  const [, again] = await ask(worker, CHARGE);
  assert.deepEqual([again.balance, again.deduplicated], [70, true]);
  const [broke, { error, outcome }] = await ask(worker, { ...CHARGE, amount: 99, idempotencyNonce: "order-2" });
  assert.deepEqual([broke, error, outcome], [402, "insufficient_funds", "rejected"]);
}

async function ask(worker, body, { method = "POST", path = "/charge", cookie = COOKIE, type = "application/json" } = {}) {
  const init = { method, headers: { cookie, "content-type": type }, body: body === undefined ? undefined : JSON.stringify(body) };
  const response = await worker.dispatchFetch(`http://worker${path}`, init);
  return [response.status, await response.json()];
}

/** What was debited, as the ledger has it: account, amount, nonce and note. */
async function charged({ ledger }) {
  const response = await fetch(`${ledger.control}/events`);
  const { regions } = await response.json();
  const events = new Map(regions.flatMap(({ events }) => events).map((event) => [event.event_id, event]));
  const debits = [...events.values()].filter(({ amount }) => amount < 0);
  return debits.map(({ account, amount, idempotency_nonce: nonce, note }) => [account, amount, nonce, note]);
}

function signed(user) {
  return `${user}.${createHmac("sha256", SECRET).update(user).digest("hex")}`;
}
