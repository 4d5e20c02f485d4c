// rememberEdge: the next start goes straight to the edge that served last.
import assert from "node:assert/strict";
import { InvalidInputError, Shardd } from "shardd-wasm";
import { stage } from "./stage.js";

const REGIONS = { regions: [{}, { delayMs: 40 }, { delayMs: 80 }] };

/** A place as an application has one, and what it was told. */
const memory = (url) => ({ kept: url, set(url) { this.kept = url; }, get() { return this.kept; } });

/** The options of a client whose place already keeps a region of its ledger. */
const keeping = (place, region, more) => (local) => {
  place.set(local.edges[region]);
  return { rememberEdge: place, ...more };
};

// The winner is kept, and so is the one after it.
{
  const place = memory();
  const { shardd, local } = stage({ rememberEdge: place, cooldownMs: 2_147_483_647 }, REGIONS);
  assert.equal(place.kept, undefined, "a client that does nothing keeps nothing");
  await shardd.credit("b", "a", 1);
  assert.equal(place.kept, local.edges[0]);
  local.fault(0, { kind: "refuse" });
  const { meta } = await shardd.credit("b", "a", 1);
  assert.notEqual(meta.edge, local.edges[0]);
  assert.equal(place.kept, meta.edge);
  local.dispose();
}

// The first request goes to it unasked, and the others are probed beside.
for (const end of ["", "/"]) {
  const { shardd, local, sent } = stage((local) => ({ rememberEdge: memory(`${local.edges[2]}${end}`) }), REGIONS);
  const { meta } = await shardd.credit("b", "a", 1);
  assert.deepEqual([sent[0].method, sent[0].path, sent[0].edge, meta.edge], ["POST", "/events", local.edges[2], local.edges[2]]);
  assert.ok(sent.some(({ edge, path }) => edge === local.edges[0] && path === "/gateway/health"));
  local.dispose();
}

// One that has died since is left like any other.
{
  const place = memory();
  const { shardd, local } = stage(keeping(place, 2), REGIONS);
  local.fault(2, { kind: "refuse" });
  assert.notEqual((await shardd.getBalances("b"), place.kept), local.edges[2]);
  assert.equal((await shardd.credit("b", "a", 1)).deduplicated, false);
  local.dispose();
}

// What is none of the client's edges, or nothing, or no text, is passed over: the first to leave is a probe.
for (const kept of ["https://elsewhere.test", "", " ", null, undefined, 5, {}, Promise]) {
  const place = (local) => memory(kept === Promise ? Promise.resolve(local.edges[2]) : kept);
  const { shardd, local, sent } = stage((local) => ({ rememberEdge: place(local) }), REGIONS);
  await shardd.credit("b", "a", 1);
  assert.ok(sent.slice(0, 3).every(({ path }) => path === "/gateway/health"), String(kept));
  local.dispose();
}

// A place that fails is none, in whichever way it fails.
const rejections = [];
process.on("unhandledRejection", (reason) => rejections.push(reason));
const fails = () => { throw new Error("full"); };
for (const rememberEdge of [
  { get: fails, set: fails },
  { get: async () => fails(), set: async () => fails() },
  (local) => ({ get: () => local.edges[1], set: () => Promise.reject(new Error("full")) }),
  true, // no localStorage here
  false,
  null,
]) {
  const place = (local) => (typeof rememberEdge === "function" ? rememberEdge(local) : rememberEdge);
  const { shardd, local } = stage((local) => ({ rememberEdge: place(local) }), REGIONS);
  assert.equal((await shardd.credit("b", "a", 1)).balance, 1);
  local.dispose();
}

// So is a watcher, beside a place and alone.
for (const rememberEdge of [undefined, memory()]) {
  for (const onEvent of [fails, async () => fails()]) {
    const { shardd, local } = stage({ rememberEdge, onEvent }, REGIONS);
    assert.equal((await shardd.credit("b", "a", 1)).balance, 1);
    if (rememberEdge) assert.equal(rememberEdge.kept, local.edges[0]);
    local.dispose();
  }
}
await new Promise((resolve) => setTimeout(resolve, 10));
assert.deepEqual(rejections, [], "a rejection that nobody handles ends a Node process");

// Both are served: the place, and the watcher; and a class's methods keep their object.
{
  class Place {
    #kept;
    get() { return this.#kept; }
    set(url) { this.#kept = url; }
  }
  const events = [];
  const place = new Place();
  const { shardd, local, sent } = stage(keeping(place, 1, { onEvent: (event) => events.push(event) }), REGIONS);
  await shardd.credit("b", "a", 1);
  assert.equal(sent[0].edge, local.edges[1]);
  local.fault(1, { kind: "refuse" });
  await shardd.getBalances("b");
  assert.equal(place.get(), events.findLast(({ type }) => type === "pin").edge);
  local.dispose();
}

// A client with another key knows what the first one knows, and remembers at the same place.
{
  const place = memory();
  const { shardd, local, sent } = stage(keeping(place, 1), REGIONS);
  await shardd.withApiKey("other").credit("b", "a", 1);
  assert.equal(sent[0].edge, local.edges[1]);
  local.dispose();
}

// A wrong shape is refused when the client is made.
for (const rememberEdge of ["yes", 1, {}, { get() {} }, { get: "url", set: "url" }, () => "url", []]) {
  assert.throws(() => new Shardd("key", { rememberEdge }), (error) => error instanceof InvalidInputError && /rememberEdge is neither true nor \{ get, set \}/.test(error.message));
}
