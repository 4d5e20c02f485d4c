// getAccount(…, { after }): no answer that is older than the write.
import assert from "node:assert/strict";
import { InvalidInputError, TimeoutError } from "shardd-wasm";
import { facts, failure, stage, until } from "./stage.js";

// The region that has the write is gone, and the next one does not know of it yet.
{
  const { shardd, local, sent } = stage({}, { regions: [{}, { delayMs: 20 }] });
  local.link(0, 1, { up: false });
  const written = await shardd.credit("b", "a", 5);
  local.fault(0, { kind: "refuse" });
  assert.deepEqual(await shardd.getAccount("b", "a").then(({ balance, status }) => [balance, status]), [0, "unknown"], "without `after`, an old answer");
  let balance;
  const reading = shardd.getAccount("b", "a", { after: written }).then((account) => (balance = account.balance));
  const looks = () => sent.filter(({ edge, path }) => edge === local.edges[1] && path === "/collapsed/b/a").length;
  await until(() => looks() >= 4);
  assert.equal(balance, undefined, "it waits");
  local.link(0, 1, { up: true, delayMs: 0 });
  assert.equal(await reading, 5);
  // What is known is not waited for.
  const before = looks();
  assert.equal((await shardd.getAccount("b", "a", { after: written })).balance, 5);
  assert.equal(looks(), before + 1);
  local.dispose();
}

// Every kind of write, the event in it, and any object that says the three.
{
  const { shardd, local } = stage({}, { regions: 2, replicationMs: 50 });
  const [here, there] = local.edges.map((edge) => ({ edge }));
  const seen = async (after) => (await shardd.getAccount("b", "a", { after, ...there })).balance;
  const first = await shardd.credit("b", "a", 100, here);
  assert.equal(await seen(first), 100);
  assert.equal(await seen((await shardd.charge("b", "a", 1, here)).event), 99);
  const reservation = await shardd.reserve("b", "a", 10, 60_000, here);
  assert.equal((await shardd.getAccount("b", "a", { after: reservation, ...there })).availableBalance, (await shardd.getAccount("b", "a", here)).availableBalance);
  assert.equal(await seen(await shardd.settle("b", "a", reservation.reservationId, 9, here)), 90);
  const { originNodeId, originEpoch, originSeq } = (await shardd.credit("b", "a", 1, here)).event;
  assert.equal(await seen({ originNodeId, originEpoch, originSeq }), 91);
  assert.equal(await seen(JSON.parse(JSON.stringify(first))), 91);
  assert.equal(await seen(null), 91);
  local.dispose();
}

// An event that does not come in time is an error that says so, not an old balance.
{
  const { shardd, local } = stage({}, { regions: 2 });
  local.link(0, 1, { up: false });
  const written = await shardd.credit("b", "a", 5, { edge: local.edges[0] });
  const error = await failure(shardd.getAccount("b", "a", { after: written, edge: local.edges[1], timeoutMs: 300 }));
  assert.ok(error instanceof TimeoutError, error.stack);
  assert.deepEqual(facts(error, "retryable"), { name: "TimeoutError", outcome: "rejected", retryable: true });
  assert.match(error.message, /did not learn of the event|did not end within/);
  assert.deepEqual([error.account.balance, error.account.status], [0, "unknown"], "it says what was read");
  local.dispose();
}

// Each read costs a credit: five more, and no sixth, however much time is left. What was read last is on the error, in JSON too.
await Promise.all(["number", "bigint"].map(async (integers) => {
  const { shardd, local, sent } = stage({ integers }, { regions: 2 });
  const figure = integers === "bigint" ? BigInt : Number;
  const { event } = await shardd.credit("b", "a", 5);
  const after = { ...event, originSeq: event.originSeq + 1_000 };
  const error = await failure(shardd.getAccount("b", "a", { after }));
  assert.ok(error instanceof TimeoutError, error.stack);
  assert.deepEqual(facts(error, "attempts"), { name: "TimeoutError", outcome: "rejected", attempts: 6 });
  assert.equal(sent.filter(({ path }) => path === "/collapsed/b/a").length, 6);
  const { balance, availableBalance, contributingOrigins } = error.account;
  assert.deepEqual([balance, availableBalance], [figure(5), figure(5)]);
  assert.equal(contributingOrigins[`${event.originNodeId}:${event.originEpoch}`].head, 1);
  const inLog = JSON.parse(JSON.stringify(error)).account;
  assert.deepEqual([inLog.balance, inLog.status], [integers === "bigint" ? "5" : 5, "locally_confirmed"]);
  assert.equal(error.account.balance, figure(5), "the log took none of it away");
  local.dispose();
}));

// Where nothing was read there is nothing to tell.
{
  const { shardd, local } = stage();
  const written = await shardd.credit("b", "a", 5);
  local.fault(0, { kind: "black-hole" });
  const error = await failure(shardd.getAccount("b", "a", { after: written, timeoutMs: 200 }));
  assert.deepEqual([error.name, Object.hasOwn(error, "account")], ["TimeoutError", false]);
  local.dispose();
}

// What is no event is refused before anything is sent.
{
  const { shardd, local, sent } = stage();
  const position = { originNodeId: "n", originEpoch: 1, originSeq: 1 };
  for (const after of [
    "event", 5, true, [], {}, { event: {} }, { event: null }, { ...position, originNodeId: 5 }, { ...position, originSeq: "1" },
    { ...position, originSeq: 1.5 }, { ...position, originEpoch: undefined }, { ...position, originSeq: -1 }, () => {},
  ]) {
    const error = await failure(shardd.getAccount("b", "a", { after }));
    assert.ok(error instanceof InvalidInputError, error.stack);
    assert.match(error.message, /option after is no write's result/);
  }
  assert.ok(await failure(shardd.getBalances("b", { after: position })) instanceof InvalidInputError);
  assert.deepEqual(sent, []);
  local.dispose();
}
