// discover: edges that the directory names, as far as their hosts can be trusted with the key.
import assert from "node:assert/strict";
import { InvalidInputError, Shardd } from "shardd-wasm";
import { stage, until } from "./stage.js";

const urls = (shardd) => shardd.edgeTable().map(({ url }) => url);

/** A network in which the directory says what `change` makes of it, and says it when `due` resolves. */
function network(local, change = (edges) => edges, due = Promise.resolve()) {
  const asked = [];
  const fetch = async (url, init) => {
    if (!url.endsWith("/gateway/edges")) return local.fetch(url, init);
    asked.push(init);
    await due;
    const directory = await (await local.fetch(url, init)).json();
    return Response.json({ ...directory, edges: change(directory.edges) });
  };
  return { fetch, asked };
}

// The directory's edges join the table, and serve when the known one dies.
{
  const { local } = stage({}, { regions: 3 });
  const { shardd } = stage({ fetch: local.fetch, edges: [local.edges[0]], discover: "shardd.test" });
  await shardd.credit("b", "a", 1);
  await until(() => shardd.edgeTable().length === 3);
  assert.deepEqual(urls(shardd), local.edges);
  local.fault(0, { kind: "refuse" });
  assert.notEqual((await shardd.credit("b", "a", 1)).meta.edge, local.edges[0]);
  // What was found is as good as what was configured.
  assert.equal((await shardd.credit("b", "a", 1, { edge: local.edges[2] })).meta.edge, local.edges[2]);
  local.dispose();
}

// A directory is slower than a charge, since it asks every region; nobody waits for it, and it is heard all the same.
{
  const { local } = stage({}, { regions: 3 });
  let answer;
  const { fetch, asked } = network(local, undefined, new Promise((resolve) => (answer = resolve)));
  const { shardd } = stage({ fetch, edges: [local.edges[0]], discover: "shardd.test" });
  await Promise.all([1, 2, 3].map(() => shardd.credit("b", "a", 1)));
  assert.equal(shardd.edgeTable().length, 1);
  assert.equal(asked.length, 1, "calls of a burst ask once");
  assert.ok(!asked[0].signal.aborted);
  assert.equal(asked[0].headers.authorization, undefined, "the directory is public");
  answer();
  await until(() => shardd.edgeTable().length === 3);
  local.dispose();
}

// A closed client asks no longer.
{
  const { local } = stage({}, { regions: 2 });
  const { fetch, asked } = network(local, undefined, new Promise(() => {}));
  const { shardd } = stage({ fetch, edges: [local.edges[0]], discover: "shardd.test" });
  await shardd.credit("b", "a", 1);
  shardd.close();
  await until(() => asked[0].signal.aborted);
  local.dispose();
}

// Only https, only below the suffix, only what is reachable, each once.
{
  const { local } = stage({}, { regions: 2 });
  const named = (base_url, reachable = true) => ({ base_url, reachable, ready: reachable });
  const { fetch } = network(local, (edges) => [
    ...edges,
    named("https://evil.example"), named("https://shardd.test"), named("https://evilshardd.test"), named("https://shardd.test.evil.example"),
    named("http://plain.shardd.test"), named("https://user:pass@in.shardd.test"), named("https://a.shardd.test@evil.example"),
    named("https://dead.shardd.test", false), named("https://evil.example/.shardd.test"), named("https://evil.example#.shardd.test"),
    named(null, true), named("not a url"), named(`${local.edges[1]}/`), named("https://LOCAL-3.SHARDD.TEST"), {}, null, 5,
  ]);
  const { shardd } = stage({ fetch, edges: [local.edges[0]], discover: "shardd.test" });
  await shardd.credit("b", "a", 1);
  await until(() => shardd.edgeTable().length === 3);
  assert.deepEqual(urls(shardd), [...local.edges, "https://LOCAL-3.SHARDD.TEST"]);
  local.dispose();
}

/** Stands for the host of the first region, below which the others are not. */
const OWN_HOST = Symbol("own host");

// Another suffix, a directory that fails, is no directory, or is not asked for: the client goes on with what it has.
for (const [suffix, rule] of [
  ["example.com"], [OWN_HOST], [false], [null], [undefined],
  ["shardd.test", () => new Response("<html>")], ["shardd.test", () => new Response(null, { status: 503 })],
  ["shardd.test", () => Promise.reject(new TypeError("gone"))], ["shardd.test", () => Response.json({ edges: {} })],
  ["shardd.test", () => { throw new Error("no"); }], ["shardd.test", () => undefined],
]) {
  const { local } = stage({}, { regions: 2 });
  const discover = suffix === OWN_HOST ? new URL(local.edges[0]).host : suffix;
  let asked = 0;
  const fetch = (url, init) => (url.endsWith("/gateway/edges") ? (asked++, (rule ?? (() => local.fetch(url, init)))()) : local.fetch(url, init));
  const { shardd } = stage({ fetch, edges: [local.edges[0]], discover });
  await shardd.credit("b", "a", 1);
  await new Promise((resolve) => setTimeout(resolve, 10));
  assert.deepEqual(urls(shardd), [local.edges[0]], String(discover));
  assert.equal(shardd.edgeTable()[0].state, "up", "a directory that fails says nothing of the edge");
  assert.equal(asked, typeof discover === "string" ? 1 : 0);
  local.dispose();
}

// `true` is for the production edges, whose hosts are known.
new Shardd("key", { discover: true });
for (const [discover, sentence] of [
  [true, /discover is true with edges of your own/],
  ["", /not the end of a host name/], ["localhost", /not the end of a host name/], [".shardd.test", /not the end of a host name/],
  ["https://shardd.test", /not the end of a host name/], ["shardd.test.", /not the end of a host name/], ["*.shardd.test", /not the end of a host name/],
  [5, /discover is not a string/], [{}, /discover is not a string/],
]) {
  assert.throws(() => new Shardd("key", { edges: ["https://local-1.shardd.test"], discover }), (error) => {
    assert.ok(error instanceof InvalidInputError);
    assert.match(error.message, sentence);
    return true;
  });
}
