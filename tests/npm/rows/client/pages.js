// The async iterables: all rows, each once, whatever is written while somebody reads.
import assert from "node:assert/strict";
import { InvalidInputError } from "shardd-wasm";
import { failure, stage, until } from "./stage.js";

const { shardd, local, sent } = stage({}, { keys: [{ token: "key" }] });
const names = Array.from({ length: 23 }, (_, n) => `bucket-${String(n).padStart(2, "0")}`);
await Promise.all(names.map((name) => shardd.credit(name, "a", 1)));
const write = async (count, name = "more") => {
  await Promise.all(Array.from({ length: count }, () => shardd.credit("busy", name, 1)));
  // The ledger lists an event a moment after it was written.
  await until(async () => (await shardd.listMyEvents({ limit: 1 })).total === local.events().length);
};
await write(17, "early");

async function all(pages) {
  const rows = [];
  for await (const row of pages) rows.push(row);
  return rows;
}

const pagesRead = (from) => sent.slice(from).map(({ path }) => new URLSearchParams(path.split("?")[1]));

// All pages, in order; where they begin and how long they are is the caller's to say.
{
  const from = sent.length;
  const buckets = await all(shardd.myBuckets({ limit: 5 }));
  assert.deepEqual(buckets.map(({ bucket }) => bucket), [...names, "busy"]);
  assert.deepEqual(pagesRead(from).map((query) => query.get("page")), ["1", "2", "3", "4", "5"]);
  assert.deepEqual((await all(shardd.myBuckets({ limit: 5, page: 4 }))).map(({ bucket }) => bucket), [...names.slice(15), "busy"]);
  assert.deepEqual((await all(shardd.myBuckets({ limit: 2, q: "bucket-1" }))).length, 10);
  assert.equal((await all(shardd.myBuckets())).length, 24);
  assert.deepEqual(await all(shardd.myBuckets({ q: "no such" })), []);
  assert.deepEqual(await all(shardd.myBucketEvents("no such")), []);
}
{
  const events = await all(shardd.myBucketEvents("busy", { limit: 4 }));
  assert.equal(new Set(events.map(({ eventId }) => eventId)).size, 17);
  const newest = (await shardd.listMyEvents({ bucket: "busy", limit: 500 })).events;
  assert.deepEqual(events.map(({ eventId }) => eventId), newest.map(({ eventId }) => eventId));
  assert.equal((await all(shardd.myEvents({ limit: 7 }))).length, 40);
  assert.equal((await all(shardd.myEvents({ limit: 7, offset: 35 }))).length, 5);
  assert.deepEqual(await all(shardd.myEvents({ offset: 900 })), []);
}

// Numbers as a caller may have them.
assert.equal((await all(shardd.myBuckets({ limit: 5n, page: 4n }))).length, 9);
assert.equal((await all(shardd.myEvents({ limit: 7n, offset: 35n }))).length, 5);

// Events that are written meanwhile push rows on: never more than a page of them, more than one, more than two.
for (const [limit, written] of [[5, 3], [5, 5], [5, 7], [5, 11], [4, 30]]) {
  for (const pages of [shardd.myBucketEvents("busy", { limit }), shardd.myEvents({ limit, bucket: "busy" })]) {
    const before = (await all(shardd.myBucketEvents("busy", { limit: 200 }))).map(({ eventId }) => eventId);
    const seen = [];
    for await (const { eventId } of pages) {
      seen.push(eventId);
      if (seen.length === limit || seen.length === 2 * limit) await write(written);
    }
    assert.equal(new Set(seen).size, seen.length, `a row came twice: pages of ${limit}, ${written} written`);
    const missed = before.filter((id) => !seen.includes(id));
    assert.deepEqual(missed, [], `rows were left out: pages of ${limit}, ${written} written`);
  }
}

// Rows that go away pull others back: whoever deletes what it reads gets to all of it.
{
  const deleted = [];
  for await (const { bucket } of shardd.myBuckets({ q: "bucket-", limit: 5 })) {
    await shardd.deleteMyBucket(bucket);
    deleted.push(bucket);
  }
  assert.deepEqual(deleted.sort(), names);
  assert.deepEqual(await all(shardd.myBuckets({ q: "bucket-" })), []);
}

// Nothing is asked before the first row is, no further than the last one that is wanted, and not after an early end.
{
  const from = sent.length;
  const pages = shardd.myEvents({ limit: 3 });
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(sent.length, from);
  for await (const event of pages) if (event) break;
  assert.equal(sent.length, from + 1);
  assert.deepEqual(await pages.next(), { done: true, value: undefined });
}

// The filter as it was.
{
  const filter = { limit: 9, bucket: "busy" };
  const pages = shardd.myEvents(filter);
  const first = await pages.next();
  filter.bucket = "other";
  filter.limit = 1;
  const rest = await all(pages);
  assert.equal(rest.length + 1, (await shardd.listMyEvents({ bucket: "busy", limit: 1 })).total);
  assert.equal(first.value.bucket, "busy");
}

// What is wrong is said by the first step, as by the calls behind it, and nothing is sent.
const before = sent.length;
for (const [pages, sentence] of [
  [shardd.myBuckets({ limits: 5 }), /did you mean limit/],
  [shardd.myBuckets({ page: "2" }), /page is not a number/],
  [shardd.myBuckets({ page: -1 }), /page is negative/],
  [shardd.myBuckets({ page: 1.5 }), /page is not a safe whole number/],
  [shardd.myBuckets("busy"), /not an object/],
  [shardd.myBuckets(5), /not an object/],
  [shardd.myBuckets(["busy"]), /not an object/],
  [shardd.myBuckets({ offset: 5 }), /did you mean/],
  [shardd.myEvents({ page: 5 }), /did you mean/],
  [shardd.myEvents({ offset: "5" }), /offset is not a number/],
  [shardd.myEvents({ bucket: 5 }), /bucket is not a string/],
  [shardd.myEvents({ replication: "true" }), /replication is neither true nor false/],
  [shardd.myEvents(true), /not an object/],
  [shardd.myBucketEvents(), /bucket is not a string/],
  [shardd.myBucketEvents(".."), /cannot be part of a URL/],
  [shardd.myBucketEvents("busy", { signal: 5 }), /not an AbortSignal/],
]) {
  const error = await failure(pages.next());
  assert.ok(error instanceof InvalidInputError, error.stack);
  assert.match(error.message, sentence);
}
assert.equal(sent.length, before);
local.dispose();
