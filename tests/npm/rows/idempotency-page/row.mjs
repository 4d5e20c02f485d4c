// Things done once in Chromium: two tabs of one origin over IndexedDB, tabs whose process is killed, browsers that keep nothing.
import assert from "node:assert/strict";
import { Tabs } from "../../tabs.mjs";

export const manifest = { type: "module" };

export async function run(project) {
  const tabs = await Tabs.open(project, ["page.js"]);
  try {
    const ends = [];
    for (const check of CHECKS) ends.push(await check(tabs));
    return `${tabs.version}, ${CHECKS.length} checks; killed tabs: ${ends.filter(Boolean)}`;
  } finally {
    await tabs.close();
  }
}

/** The tab's clock can be moved. */
const MOVABLE = "let ahead = 0; const real = Date.now; Date.now = () => real() + ahead; globalThis.later = (ms) => { ahead += ms; };";

/** What effects did, in whichever tab they ran in. */
function world() {
  const runs = [];
  runs.of = (key) => runs.filter((run) => run.key === key);
  return runs;
}

async function opened(tabs, runs, options, before = MOVABLE, origin) {
  const page = await tabs.tab("page.html", before, origin);
  await page.exposeFunction("ran", (key, fencingToken, lapsed) => {
    runs.push({ key, fencingToken, lapsed });
    return `value ${runs.length}`;
  });
  await page.evaluate((options) => globalThis.use(options), options);
  return page;
}

const execute = (page, key, waits = false) => page.evaluate(([key, waits]) => globalThis.execute(key, waits), [key, waits]);

/** Begins an effect that ends when it is told to; resolves once it runs. */
async function begin(page, runs, key) {
  const before = runs.of(key).length;
  const outcome = execute(page, key, true);
  outcome.catch(() => {});
  while (runs.of(key).length === before) await pause();
  return { outcome };
}

const pause = (ms = 5) => new Promise((resolve) => setTimeout(resolve, ms));
const closed = (...pages) => Promise.all(pages.map((page) => page.close()));

const CHECKS = [
  async function theSameKeyFromBothTabsAtOnceRunsOnce(tabs) {
    const runs = world();
    const options = { inFlight: { waitMs: 60_000 } };
    const [one, other] = [await opened(tabs, runs, options), await opened(tabs, runs, options)];
    for (let round = 0; round < 25; round++) {
      const key = `both ${round}`;
      const outcomes = await Promise.all([one, other, one, other].map((page) => execute(page, key)));
      assert.equal(runs.of(key).length, 1, `round ${round}`);
      assert.deepEqual(outcomes.map(({ status }) => status).sort(), ["executed", "replayed", "replayed", "replayed"], `round ${round}`);
      assert.equal(new Set(outcomes.map(({ value }) => value)).size, 1);
    }
    await closed(one, other);
  },

  async function whoDoesNotWaitIsToldHowLongAndWhoWaitsGetsTheValue(tabs) {
    const runs = world();
    const [one, other, patient] = [await opened(tabs, runs), await opened(tabs, runs), await opened(tabs, runs, { inFlight: { waitMs: 60_000 } })];
    const { outcome } = await begin(one, runs, "slow");
    const waiting = execute(patient, "slow");
    const { status, retryAfterMs } = await execute(other, "slow");
    assert.equal(status, "in-flight");
    assert.ok(retryAfterMs > 0 && retryAfterMs <= 30_000, retryAfterMs);
    await one.evaluate(() => globalThis.open("slow"));
    assert.deepEqual([await outcome, await waiting, await execute(other, "slow")], [
      { status: "executed", value: "value 1", stored: true }, { status: "replayed", value: "value 1" }, { status: "replayed", value: "value 1" },
    ]);
    await closed(one, other, patient);
  },

  async function aClaimOfOneTabIsSeenInTheOther(tabs) {
    const [one, other] = [await opened(tabs, world()), await opened(tabs, world())];
    const claim = (page) => page.evaluate(() => globalThis.claim("claimed"));
    assert.deepEqual([(await claim(one)).status, (await claim(other)).status], ["claimed", "exists"]);
    assert.equal((await other.evaluate(() => globalThis.replay())).status, "in-flight");
    assert.equal((await one.evaluate(() => globalThis.complete("mine"))).status, "executed");
    assert.equal((await claim(other)).status, "exists");
    assert.deepEqual(await other.evaluate(() => globalThis.replay()), { status: "replayed", value: "mine" });
    await closed(one, other);
  },

  async function aTabThatIsKilledAmidItsEffectLeavesItsKeyToTheLease(tabs) {
    for (const onLapsed of ["refuse", "rerun"]) {
      const runs = world();
      const [one, other] = [await opened(tabs, runs, { onLapsed: "refuse" }), await opened(tabs, runs, { onLapsed })];
      const key = `killed, ${onLapsed}`;
      await begin(one, runs, key);
      await tabs.crash(one);
      assert.equal((await execute(other, key)).status, "in-flight");
      await other.evaluate(() => globalThis.later(30_000));
      const outcome = await execute(other, key);
      const [killed, again] = runs.of(key);
      if (onLapsed === "refuse") {
        assert.deepEqual([outcome, again], [{ status: "uncertain", fencingToken: killed.fencingToken }, undefined]);
        assert.equal((await other.evaluate((key) => globalThis.look(key), key)).status, "lapsed");
      } else {
        assert.deepEqual([outcome.status, again.lapsed], ["executed", killed.fencingToken]);
        assert.ok(again.fencingToken > killed.fencingToken);
      }
      await closed(other);
    }
  },

  async function aTabThatIsKilledAtAnyMomentDoesItOnceAtMost(tabs) {
    const ends = [];
    for (let killedAfterMs = 0; killedAfterMs < 30; killedAfterMs += 2) {
      const runs = world();
      const [one, other] = [await opened(tabs, runs, { onLapsed: "refuse" }), await opened(tabs, runs, { onLapsed: "refuse" })];
      const key = `any moment ${killedAfterMs}`;
      execute(one, key).catch(() => {});
      await pause(killedAfterMs);
      await tabs.crash(one);
      await other.evaluate(() => globalThis.later(30_000));
      const { status, value } = await execute(other, key);
      assert.ok(runs.length <= 1, `killed after ${killedAfterMs} ms: ${JSON.stringify(runs)}`);
      assert.ok(status === "uncertain" || value === "value 1", `killed after ${killedAfterMs} ms: ${status}`);
      ends.push(status);
      await closed(other);
    }
    return [...new Set(ends)].sort().join(", ");
  },

  async function ofManyStepsInTwoTabsNoneIsLost(tabs) {
    const pages = [await opened(tabs, world()), await opened(tabs, world())];
    const counts = (await Promise.all(pages.map((page) => page.evaluate(() => globalThis.count(200))))).flat();
    assert.deepEqual(counts.sort((a, b) => a - b), Array.from({ length: 400 }, (_, at) => at + 1));
    await closed(...pages);
  },

  async function theOtherEndOfTheHeaderSends(tabs) {
    const page = await opened(tabs, world());
    const sent = [];
    page.on("request", (request) => { if (request.method() === "POST") sent.push(request.headers()["idempotency-key"]); });
    for (let round = 0; round < 2; round++) assert.equal(await page.evaluate(() => globalThis.send("order-7")), 200);
    assert.match(sent[0], /^"[0-9a-f-]{36}"$/);
    assert.deepEqual(sent, [sent[0], sent[0]]);
    await closed(page);
  },

  async function whoWaitsForATabThatIsKilledTakesOver(tabs) {
    const runs = world();
    const [one, other] = [await opened(tabs, runs), await opened(tabs, runs, { inFlight: { waitMs: 600_000 } })];
    await begin(one, runs, "waited for");
    const waiting = execute(other, "waited for");
    await tabs.crash(one);
    await other.evaluate(() => globalThis.later(30_000));
    assert.deepEqual(await waiting, { status: "executed", value: "value 2", stored: true });
    assert.equal(runs.length, 2);
    await closed(other);
  },

  async function whoWasReplacedIsFenced(tabs) {
    const runs = world();
    // Nobody renews: as a tab that the browser has put to sleep.
    const [one, other] = [await opened(tabs, runs, { keepAliveMs: 0 }), await opened(tabs, runs)];
    const { outcome } = await begin(one, runs, "asleep");
    await other.evaluate(() => globalThis.later(30_000));
    assert.deepEqual(await execute(other, "asleep"), { status: "executed", value: "value 2", stored: true });
    await one.evaluate(() => globalThis.open("asleep"));
    assert.deepEqual(await outcome, { status: "fenced", rejection: "fencing-mismatch", value: "value 1" });
    assert.equal((await execute(one, "asleep")).value, "value 2");
    await closed(one, other);
  },

  async function aClockThatJumpsBackRunsNothingTwice(tabs) {
    const runs = world();
    const [one, other] = [await opened(tabs, runs), await opened(tabs, runs)];
    const { outcome } = await begin(one, runs, "back");
    for (const page of [one, other]) await page.evaluate(() => globalThis.later(-3_600_000));
    assert.equal((await execute(other, "back")).status, "in-flight");
    await one.evaluate(() => globalThis.open("back"));
    assert.equal((await outcome).status, "executed");
    assert.deepEqual([(await execute(other, "back")).status, runs.length], ["replayed", 1]);
    await closed(one, other);
  },

  async function whatIsNoRecordIsRefusedAndLeftAlone(tabs) {
    const runs = world();
    const page = await opened(tabs, runs);
    for (const [at, bytes] of [[], [3, 0, 1, 2], [2], [2, 7], Array.from({ length: 80 }, () => 255)].entries()) {
      const key = `foreign ${at}`;
      await page.evaluate(([key, bytes]) => globalThis.plant(key, bytes), [key, bytes]);
      for (const told of [await execute(page, key), await page.evaluate((key) => globalThis.look(key), key)]) {
        assert.deepEqual([told.error?.code, told.error?.ran], ["store", false], key);
        assert.match(told.error.cause.message, /no record that this version can read/);
      }
    }
    assert.equal(runs.length, 0);
    await closed(page);
  },

  async function withoutIndexedDbNothingRuns(tabs) {
    for (const before of [
      "Object.defineProperty(globalThis, 'indexedDB', { value: undefined });",
      "indexedDB.open = () => { throw new DOMException('denied', 'SecurityError'); };",
      "indexedDB.open = () => { const request = {}; setTimeout(() => { request.error = new DOMException('no', 'InvalidStateError'); request.onerror(); }); return request; };",
    ]) {
      const runs = world();
      const page = await opened(tabs, runs, {}, before);
      const { error } = await execute(page, "private");
      assert.deepEqual([error.code, error.ran, error.cause.name, error.cause.reason], ["store", false, "StoreError", "unavailable"]);
      assert.match(error.cause.message, /no IndexedDB here.*memoryStore/);
      assert.equal(runs.length, 0);
      await page.evaluate(() => globalThis.use({ storeFailure: "open" }));
      assert.deepEqual(await execute(page, "private"), { status: "executed", value: "value 1", stored: false });
      await closed(page);
    }
  },

  async function aFullDiskRunsNothing(tabs) {
    const runs = world();
    const origin = tabs.otherOrigin;
    const page = await opened(tabs, runs, {}, MOVABLE, origin);
    await tabs.ask(page, "Storage.overrideQuotaForOrigin", { origin, quotaSize: 1 });
    const { error } = await execute(page, "no room");
    assert.deepEqual([error?.code, error?.ran, error?.cause.reason, runs.length], ["store", false, "quota", 0]);
    await closed(page);
  },
];
