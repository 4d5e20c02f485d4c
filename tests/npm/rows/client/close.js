// close(): what is under way ends, what comes later is refused, and nobody else notices.
import assert from "node:assert/strict";
import { AbortedError } from "shardd-wasm";
import { facts, failure, never, stage, turn, until } from "./stage.js";

const CLOSED = /client was closed/;

function aborted(error, outcome) {
  assert.ok(error instanceof AbortedError, error.stack);
  assert.match(error.message, CLOSED);
  assert.deepEqual(facts(error, "cause", "retryable"), { name: "AbortedError", outcome, cause: undefined, retryable: false });
}

// Under way at a silent region: a write may have landed, a read has nothing to lose.
{
  const { shardd, local, sent } = stage();
  local.fault(0, { kind: "black-hole" });
  const calls = [shardd.charge("b", "a", 1), shardd.getAccount("b", "a"), shardd.health()];
  const failures = calls.map(failure);
  await until(() => sent.length === 3);
  assert.equal(shardd.close(), undefined);
  const [charge, read, health] = await Promise.all(failures);
  aborted(charge, "unknown");
  aborted(read, "rejected");
  aborted(health, "rejected");
  assert.equal(typeof charge.idempotencyNonce, "string");
  await turn();
  assert.ok(sent.every(({ signal }) => signal.aborted), "their fetches end with them");
  // Later ones leave no trace, closing again changes nothing, and the table can still be read.
  local.fault(0, null);
  const before = sent.length;
  aborted(await failure(shardd.charge("b", "a", 1)), "rejected");
  aborted(await failure(shardd.health()), "rejected");
  aborted(await failure(charge.retry()), "unknown");
  aborted(await failure(shardd.myBuckets().next()), "rejected");
  shardd.close();
  assert.equal(sent.length, before);
  assert.equal(shardd.edgeTable().length, 1);
  // The write may be finished by another client, under the nonce that the error carries.
  const other = stage({ fetch: local.fetch, edges: local.edges }).shardd;
  const { deduplicated } = await other.charge("b", "a", 1, { idempotencyNonce: charge.idempotencyNonce, maxOverdraft: 1 });
  assert.equal(deduplicated, false);
  local.dispose();
}

// A write that landed, and whose answer was on its way.
{
  const { shardd, local } = stage({}, { regions: [{ delayMs: 20 }] });
  local.fault(0, { kind: "stall-body", only: "events" });
  const call = failure(shardd.credit("b", "a", 7));
  await until(() => local.events().length === 1);
  shardd.close();
  aborted(await call, "unknown");
  local.dispose();
}

// Before its request left: in the race, at the key, in a wait.
{
  const { shardd, local, sent, writes } = stage({}, { regions: 2 });
  for (const region of [0, 1]) local.fault(region, { kind: "black-hole" });
  const call = failure(shardd.credit("b", "a", 1));
  await until(() => sent.length === 2);
  shardd.close();
  aborted(await call, "rejected");
  assert.equal(writes().length, 0);
  local.dispose();
}
{
  const { shardd, local, writes } = stage({ apiKey: never });
  const call = failure(shardd.credit("b", "a", 1));
  await new Promise((resolve) => setTimeout(resolve, 20));
  shardd.close();
  aborted(await call, "rejected");
  assert.equal(writes().length, 0);
  local.dispose();
}
{
  let settling = false;
  const { shardd, local, writes } = stage({ onEvent: ({ type }) => (settling ||= type === "settle") });
  local.fault(0, { kind: "reset-after", only: "events" });
  const call = failure(shardd.credit("b", "a", 1));
  await until(() => settling);
  shardd.close();
  aborted(await call, "unknown");
  assert.equal(writes().length, 1);
  local.dispose();
}

// Clients of one family share what they know of the regions, not their end.
{
  const { shardd, local, sent } = stage({}, { regions: 3 });
  const second = shardd.withApiKey("second");
  const third = second.withApiKey("third");
  await shardd.credit("b", "a", 1);
  const probes = sent.filter(({ path }) => path === "/gateway/health").length;
  second.close();
  await third.credit("b", "a", 1);
  await shardd.credit("b", "a", 1);
  shardd.close();
  assert.equal((await third.credit("b", "a", 1)).balance, 4);
  aborted(await failure(second.credit("b", "a", 1)), "rejected");
  assert.equal(sent.filter(({ path }) => path === "/gateway/health").length, probes, "they race together");
  aborted(await failure(shardd.withApiKey("fourth").credit("b", "a", 1).then(() => shardd.credit("b", "a", 1))), "rejected");
  local.dispose();
}

// `using`, as far as the engine knows it.
if (Symbol.dispose) {
  const { shardd, local } = stage();
  shardd[Symbol.dispose]();
  aborted(await failure(shardd.credit("b", "a", 1)), "rejected");
  local.dispose();
  let scope;
  try {
    scope = new Function("client", "using shardd = client; return shardd.health();");
  } catch {
    // A syntax to come.
  }
  if (scope) {
    const { shardd: used, local } = stage();
    aborted(await failure(scope(used)), "rejected");
    local.dispose();
  }
}

// Memory given back by hand: later calls say what is wrong, and take nobody with them.
{
  const { shardd, local } = stage();
  const call = shardd.credit("b", "a", 1);
  shardd.free();
  assert.equal((await call).balance, 1);
  const error = await failure(shardd.credit("b", "a", 1));
  assert.deepEqual(facts(error), { name: "InternalError", outcome: "rejected" });
  assert.match(error.message, /as after free\(\)/);
  assert.equal(local.events().length, 1);
  // Whatever is asked of it: what needs no memory does as it does, the rest says the same.
  shardd.free();
  shardd.close();
  shardd[Symbol.dispose ?? "close"]();
  for (const act of [() => shardd.edgeTable(), () => shardd.withApiKey("other")]) assert.throws(act, { name: "InternalError", message: error.message });
  for (const act of [() => shardd.health(), () => shardd.myBuckets().next(), () => error.retry?.() ?? shardd.edges()]) assert.equal((await failure(act())).message, error.message);
  local.dispose();
}
