// The Fetch handler: its header, its own answers, what is replayed.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Idempotency, NotApplied } from "shardd-wasm/idempotency";
import { mapStore } from "./store.js";

function served(handle, options = {}, settings = {}) {
  const store = mapStore();
  const fetch = new Idempotency(store, settings).handler(handle, { scope: (request) => request.headers.get("x-user") ?? "alice", ...options });
  const send = (key, { body = "{}", method = "POST", headers = {}, path = "/charges" } = {}) =>
    fetch(new Request(`https://shop.test${path}`, { method, headers: { ...(key === undefined ? {} : { "idempotency-key": key }), ...headers }, ...(method === "GET" ? {} : { body }) }));
  return { store, send };
}

function charges() {
  const handle = async (request) => {
    handle.seen.push(await request.text());
    return new Response(JSON.stringify({ charge: handle.seen.length }), {
      status: 201, headers: { location: "/charges/1", "set-cookie": "session=secret", "x-id": "7", connection: "x-hop", "x-hop": "1" },
    });
  };
  return Object.assign(handle, { seen: [] });
}

const problem = async (response) => {
  assert.equal(response.headers.get("content-type"), "application/problem+json");
  const said = await response.json();
  assert.equal(said.status, response.status);
  return [said.status, said.code];
};

test("runs once; the replay is the same, without cookies and hop-by-hop headers", async () => {
  const handle = charges();
  const { send } = served(handle);
  const [first, again] = [await send('"one"', { body: "5" }), await send("one", { body: "5" })];
  assert.deepEqual(handle.seen, ["5"]);
  assert.deepEqual([first.status, again.status], [201, 201]);
  assert.deepEqual(await first.arrayBuffer(), await again.arrayBuffer());
  assert.deepEqual([first.headers.get("idempotent-replayed"), again.headers.get("idempotent-replayed")], [null, "true"]);
  assert.equal(first.headers.get("set-cookie"), "session=secret");
  assert.deepEqual(["location", "x-id", "set-cookie", "connection", "x-hop"].map((name) => again.headers.get(name)), ["/charges/1", "7", null, null, null]);
});

test("another body, path or method under the same key is 422; another caller is another matter", async () => {
  const handle = charges();
  const { send } = served(handle);
  await send("k", { body: "5" });
  for (const other of [{ body: "6" }, { body: "5", path: "/refunds" }, { body: "5", path: "/charges?x" }, { body: "5", method: "PUT" }]) {
    assert.deepEqual(await problem(await send("k", other)), [422, "fingerprint-mismatch"]);
  }
  assert.equal((await send("k", { body: "6", headers: { "x-user": "bob" } })).status, 201);
  assert.equal(handle.seen.length, 2);
  assert.deepEqual(await problem(await send("k", { headers: { "x-user": "" } })), [400, "missing-scope"]);
});

test("what is no key is 400; without one the request passes, unless it must have one", async () => {
  const handle = charges();
  const { send } = served(handle);
  const bad = ["a, b", '"a", "b"', "", '""', "a b", '"open', 'a"b', '"a";x=", "b"', "a;b", "x".repeat(256), `"${"x".repeat(250)}"`];
  for (const key of bad) assert.deepEqual(await problem(await send(key)), [400, "invalid-key"], key);
  assert.equal(handle.seen.length, 0);
  for (const good of ["a:b/c", '"with blanks"', '"quo\\"ted"', '"a";p=1;q="x, y"', "x".repeat(222)]) assert.equal((await send(good)).status, 201, good);
  await send(undefined);
  await send(undefined);
  await send("get", { method: "GET" });
  await send("get", { method: "GET" });
  assert.equal(handle.seen.length, 9);
  const strict = served(handle, { requireKey: true });
  assert.deepEqual(await problem(await strict.send(undefined)), [400, "missing-key"]);
  assert.equal((await strict.send(undefined, { method: "PUT" })).status, 201);
});

test("while it is worked on: 409 and what is left of the lease", async () => {
  let finish;
  const { send } = served(() => new Promise((resolve) => { finish = () => resolve(new Response("done")); }), {}, { leaseMs: 30_000 });
  const first = send("k");
  while (!finish) await new Promise(setImmediate);
  const second = await send("k");
  assert.ok(second.headers.get("retry-after") > 20 && second.headers.get("retry-after") <= 30);
  assert.deepEqual(await problem(second), [409, "in-flight"]);
  finish();
  assert.equal(await (await first).text(), "done");
});

test("too much: the request is refused, the response is not kept but given, and never made twice", async () => {
  const handle = charges();
  const { send } = served(handle, { maxBodyBytes: 4 });
  assert.deepEqual(await problem(await send("k", { body: "12345" })), [413, "body-too-large"]);
  assert.equal((await send("k", { body: "1234" })).status, 201);
  let runs = 0;
  const long = served(() => (runs++, new Response("x".repeat(100), { headers: { "x-id": "7" } })), { maxResponseBytes: 99 });
  const first = await long.send("k");
  assert.deepEqual([first.headers.get("x-id"), (await first.text()).length], ["7", 100]);
  assert.deepEqual(await problem(await long.send("k")), [409, "result-unavailable"]);
  assert.equal(runs, 1);
});

test("errors of the handler, of the store, statuses that are not kept, replays that are refused", async () => {
  const boom = new Error("crashed");
  const crashing = served(() => { throw boom; });
  await assert.rejects(crashing.send("k"), (error) => error === boom);
  assert.deepEqual(await problem(await crashing.send("k")), [409, "in-flight"]);
  const nothing = served(() => { throw new NotApplied(); });
  await assert.rejects(nothing.send("k"), { name: "NotApplied" });
  await assert.rejects(nothing.send("k"), { name: "NotApplied" });

  const idempotency = new Idempotency({ update: async () => { throw boom; } });
  const down = await idempotency.handler(() => assert.fail("ran"), { scope: false })(new Request("https://shop.test/", { method: "POST", headers: { "idempotency-key": "k" } }));
  assert.equal(down.headers.get("retry-after"), "5");
  assert.deepEqual(await problem(down), [503, "store-failed"]);

  let status = 503;
  const retried = served(() => new Response(null, { status }), { retain: (response) => response.status < 500 });
  assert.equal((await retried.send("k")).status, 503);
  status = 204;
  const [done, again] = [await retried.send("k"), await retried.send("k")];
  assert.deepEqual([done.status, again.status, again.headers.get("idempotent-replayed")], [204, 204, "true"]);

  const handle = charges();
  const refusing = served(handle, { onReplay: (response, { request }) => { if (request.headers.has("x-stale")) throw new Error(`stale ${response.status}`); } });
  await refusing.send("k");
  await assert.rejects(refusing.send("k", { headers: { "x-stale": "1" } }), /stale 201/);
  assert.equal((await refusing.send("k")).status, 201);
});

test("an answer that cannot be stored goes to its caller; an error inside the handler is not taken for one of its own", async () => {
  const store = mapStore();
  let steps = 0;
  const breaking = { update: (key, step) => (steps++ === 0 ? store.update(key, step) : Promise.reject(new Error("no disk"))) };
  const fetch = new Idempotency(breaking).handler(() => new Response("paid"), { scope: false });
  const request = () => new Request("https://shop.test/", { method: "POST", headers: { "idempotency-key": "k" } });
  assert.equal(await (await fetch(request())).text(), "paid");

  const inner = new Idempotency({ update: () => Promise.reject(new Error("no disk")) });
  const nested = new Idempotency(mapStore()).handler(() => inner.execute("k", { operation: "charge" }, () => 1), { scope: false });
  await assert.rejects(nested(request()), { code: "store" });
  const lookalike = Object.assign(new Error("stale"), { failure: "store" });
  const open = new Idempotency(mapStore(), { storeFailure: "open", onReplay: () => { throw lookalike; } });
  await open.execute("k", { operation: "charge" }, () => 1);
  await assert.rejects(open.execute("k", { operation: "charge" }, () => assert.fail("ran twice")), (error) => error === lookalike);
});

test("the handler waits until the answer is stored, and passes on what else it is given", async () => {
  const kept = [];
  const context = { waitUntil: (promise) => kept.push(promise) };
  const env = { name: "env" };
  const fetch = new Idempotency(mapStore()).handler((request, ...rest) => (assert.deepEqual(rest, [env, context]), new Response("ok")), { scope: false });
  const request = new Request("https://shop.test/", { method: "POST", headers: { "idempotency-key": "k" } });
  assert.equal(await (await fetch(request, env, context)).text(), "ok");
  assert.equal(kept.length, 1);
  assert.throws(() => new Idempotency(mapStore()).handler(() => {}), { code: "invalid-input" });
  assert.throws(() => new Idempotency(mapStore()).handler(() => {}, { scope: false, size: 1 }), { code: "invalid-input" });
});
