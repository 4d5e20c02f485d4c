// A page has extended Object.prototype before it imports the package: nothing of that is anybody's option, answer or state.
import { removed } from "./added.js";
import { InsufficientFundsError, NetworkError, Shardd } from "shardd-wasm";
import { Idempotency, NotApplied, idempotentFetch } from "shardd-wasm/idempotency";
import { memoryStore } from "shardd-wasm/stores";
import { localShardd } from "shardd-wasm/testing";

/** What is wrong, told when the world is whole again. */
const wrong = [];
async function scene(name, expected, act) {
  let found;
  try {
    found = await act();
  } catch (error) {
    found = error;
  }
  if (found !== expected) wrong.push([name, found]);
}
const rejects = (promise, Class) => promise.then(() => "it resolved", (error) => (error instanceof Class ? Class.name : error));

const local = localShardd({ regions: 2, keys: [{ token: "key" }] });
const options = { edges: local.edges, fetch: local.fetch };
const shardd = new Shardd("key", options);
await scene("credit", 500, async () => (await shardd.credit("b", "a", 500)).balance);
await scene("charge", 490, async () => (await shardd.charge("b", "a", 10)).balance);
await scene("no note", null, async () => (await shardd.charge("b", "a", 10)).event.note);
await scene("read", 480, async () => (await shardd.getBalances("b")).totalBalance);
await scene("other key", 480, async () => (await shardd.withApiKey("key").getAccount("b", "a")).balance);
await scene("pages", 4, async () => {
  await local.settled();
  let rows = 0;
  for await (const row of shardd.myEvents({ limit: 2 })) rows += row.bucket === "b" ? 1 : 0;
  return rows;
});
await scene("short", "InsufficientFundsError", () => rejects(shardd.charge("b", "a", 5_000), InsufficientFundsError));
await scene("dead", "NetworkError", () => rejects(new Shardd("key", { ...options, fetch: async () => { throw new TypeError("no"); }, maxAttempts: 1 }).getBalances("b"), NetworkError));

const store = memoryStore();
const durable = new Shardd("key", { ...options, store });
await scene("durable", 470, async () => (await durable.charge("b", "a", 10, { idempotencyNonce: "once" })).balance);
await scene("replay", true, async () => (await durable.charge("b", "a", 10, { idempotencyNonce: "once" })).deduplicated);
await scene("pending", 0, async () => (await durable.pending()).length);
await scene("resume", 0, async () => (await durable.resume()).length);
await scene("forget", 1, () => durable.forget());

const idempotency = new Idempotency(memoryStore());
const request = { operation: "order", body: { id: 1 } };
await scene("not applied", "NotApplied", () => rejects(idempotency.execute("order", request, () => { throw new NotApplied(); }), NotApplied));
await scene("execute", 7, async () => (await idempotency.execute("order", request, () => 7)).value);
await scene("replayed", "replayed", async () => (await idempotency.execute("order", request, () => 8)).status);
await scene("nothing", undefined, async () => (await idempotency.execute("nothing", request, () => {})).value);
const handler = idempotency.handler(async (request) => new Response(`${await request.text()}!`, { __proto__: null, status: 201, headers: new Headers() }), { scope: false });
/** Node's own Request looks further than its init. */
const sent = () => {
  const of = () => ({ method: "POST", headers: new Headers([["idempotency-key", "k"]]), url: "https://shop.test/pay", body: new Response("paid", { status: 200, headers: new Headers() }).body, bodyUsed: false });
  return { ...of(), clone: of, text: async () => "paid" };
};
for (const time of ["first", "second"]) {
  await scene(`handler, ${time}`, "201 paid!", async () => {
    const response = await handler(sent());
    return `${response.status} ${await response.text()}`;
  });
}
await scene("idempotentFetch", 200, async () => {
  const fetch = async (_, init) => (Object.getPrototypeOf(init) === null ? { status: 200, headers: new Headers() } : undefined);
  return (await idempotentFetch("https://shop.test/pay", { body: "5" }, { fetch, attempts: 1 })).status;
});
local.dispose();

removed();
for (const [name, found] of wrong) console.error(`${name}:`, found, found?.cause);
process.exit(wrong.length);
