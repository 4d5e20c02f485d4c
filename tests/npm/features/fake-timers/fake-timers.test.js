import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { after, test } from "node:test";
import { Shardd } from "shardd-wasm";
import { Idempotency } from "shardd-wasm/idempotency";
import { memoryStore } from "shardd-wasm/stores";
import { localShardd } from "shardd-wasm/testing";
import { client, soon, stage } from "./stage.js";

const { install } = createRequire(import.meta.url)(process.env.FAKE_TIMERS);
const real = { setTimeout, clearTimeout };
const { local, fetch } = await stage();
after(() => local.dispose());

/** What runners replace by default. */
const EVERYTHING = undefined;
const VITEST = ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "setImmediate", "clearImmediate", "Date", "performance"];

for (const [runner, toFake] of [["Jest and Sinon", EVERYTHING], ["Vitest", VITEST]]) {
  const under = async (act) => {
    const clock = install({ ...(toFake && { toFake }), now: Date.now() });
    try {
      return await act(clock);
    } finally {
      clock.uninstall();
    }
  };

  test(`${runner}: reads and writes, with and without a store`, async () => {
    for (const options of [{}, { store: memoryStore() }]) {
      const shardd = client(fetch, options);
      await under(async () => {
        assert.equal((await soon(shardd.getBalances("app"), real)).accounts[0].balance, 5);
        assert.equal((await soon(shardd.credit("app", "bob", 7), real)).balance, 7);
      });
      assert.equal((await soon(shardd.credit("app", "bob", 8), real)).balance, 8);
    }
  });

  test(`${runner}: an effect`, async () => {
    const idempotency = new Idempotency(memoryStore());
    const order = { operation: "POST /orders", body: {} };
    const outcome = await under(() => soon(idempotency.execute("order", order, async () => 7), real));
    assert.equal(outcome.value, 7);
    assert.equal((await idempotency.execute("order", order, async () => 8)).value, 7);
  });

  test(`${runner}: a call that is left under them stops no other`, async () => {
    let answer;
    const held = () => new Promise((resolve) => { answer = resolve; });
    let left;
    await under(async () => {
      left = client(held).getBalances("app");
      await soon(client(fetch).getBalances("app"), real);
    });
    assert.equal((await soon(client(fetch).credit("app", "carol", 9), real)).balance, 9);
    const asked = new Shardd("key", { edges: local.edges, fetch: local.fetch });
    assert.equal((await soon(asked.credit("app", runner, 1), real)).balance, 1);
    answer(await fetch("https://one.shardd.test/balances?bucket=app", { method: "GET" }));
    assert.equal((await soon(left, real)).accounts.length, 1);
  });

  test(`${runner}: a wait goes by the faked clock`, async () => {
    const busy = async (url, init) => (init.method === "POST" ? { ...(await fetch(url, init)), status: 429, headers: { get: (name) => (name === "retry-after" ? "5" : null) } } : fetch(url, init));
    await under(async (clock) => {
      const call = client(busy, { maxAttempts: 2 }).credit("app", "erin", 1).catch((error) => error);
      let error;
      call.then((given) => { error = given; });
      for (let step = 0; step < 100 && !error; step++) await clock.tickAsync(100);
      assert.equal(error?.code, "rate_limited");
      assert.equal(error.attempts, 2);
    });
  });
}

test("a local region goes on by the timers that it met when it was imported", async () => {
  // Node's own Response, in which a region answers, needs the real queueMicrotask and nextTick.
  const clock = install({ toFake: VITEST, now: Date.now() });
  try {
    const delayed = localShardd({ regions: [{ delayMs: 5 }] });
    const shardd = new Shardd("key", { edges: delayed.edges, fetch: delayed.fetch });
    assert.equal((await soon(shardd.credit("app", "frank", 3), real)).balance, 3);
    delayed.dispose();
  } finally {
    clock.uninstall();
  }
});
