// deleteMyBucket: done once; a second deletion is refused, whenever it comes, and no status is made up.
import assert from "node:assert/strict";
import { InvalidInputError } from "shardd-wasm";
import { facts, failure, stage } from "./stage.js";

const deletions = (sent) => sent.filter(({ method }) => method === "DELETE").map(({ edge }) => edge);
const GONE = { name: "InvalidInputError", outcome: "rejected", code: "invalid_input", reason: "bucket_deleted", status: 400, attempts: 1 };

// At once, within the settle time, at the same time, from another key of the same client.
{
  const { shardd, local, sent } = stage({ settleMs: 500 }, { keys: [{ token: "key", user: "one" }, { token: "other", user: "one" }] });
  await shardd.credit("b", "a", 5);
  const [first, second] = await Promise.allSettled([shardd.deleteMyBucket("b"), shardd.deleteMyBucket("b")]);
  assert.deepEqual([first.status, second.status], ["fulfilled", "rejected"]);
  assert.equal(typeof first.value.eventId, "string");
  assert.deepEqual([first.value.bucket, first.value.meta.status, first.value.meta.attempts], ["b", 200, 1]);
  assert.ok(second.reason instanceof InvalidInputError, second.reason.stack);
  for (const error of [second.reason, await failure(shardd.deleteMyBucket("b")), await failure(shardd.withApiKey("other").deleteMyBucket("b"))]) {
    assert.deepEqual(facts(error, ...Object.keys(GONE)), GONE);
    assert.match(error.message, /bucket 'b' was already deleted/);
    assert.deepEqual([error.idempotencyNonce, error.retry], [undefined, undefined]);
  }
  assert.equal(deletions(sent).length, 4);
  local.dispose();
}

// Where the answer of this very call was lost, the edge's second word is what happened.
{
  let region;
  const onEvent = ({ type }) => type === "settle" && local.fault(region, null);
  const { shardd, local, sent } = stage({ settleMs: 500, onEvent }, { regions: 3, keys: [{ token: "key" }] });
  const { meta: { edge } } = await shardd.credit("b", "a", 5);
  region = local.edges.indexOf(edge);
  local.fault(region, { kind: "reset-after" });
  const { bucket, eventId, meta } = await shardd.deleteMyBucket("b");
  assert.deepEqual([bucket, eventId, meta.edge, meta.attempts, meta.status], ["b", null, edge, 2, 400]);
  assert.deepEqual(deletions(sent), [edge, edge]);
  local.dispose();
}

// In doubt it waits for its own edge alone, and is called unknown where that edge says nothing more.
{
  const { shardd, local, sent } = stage({ settleMs: 500, timeoutMs: 4_000 }, { regions: 3, keys: [{ token: "key" }] });
  const { meta: { edge } } = await shardd.credit("b", "a", 5);
  local.fault(local.edges.indexOf(edge), { kind: "reset-before" });
  const error = await failure(shardd.deleteMyBucket("b"));
  assert.deepEqual(facts(error, "attempts", "retryable"), { name: "TimeoutError", outcome: "unknown", attempts: 1, retryable: true });
  assert.deepEqual(deletions(sent), [edge]);
  local.fault(local.edges.indexOf(edge), null);
  assert.equal((await shardd.deleteMyBucket("b")).meta.status, 200, "it had not arrived");
  local.dispose();
}
