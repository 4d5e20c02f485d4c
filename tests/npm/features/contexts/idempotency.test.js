// Effects, codecs and stores of the idempotency part run in their caller's context, duplicates that wait for another's effect among them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Idempotency } from "shardd-wasm/idempotency";
import { memoryStore } from "shardd-wasm/stores";
import { crowd, user, Watch } from "./crowd.js";

const COUNT = 10;

function once(watch, options = {}) {
  const store = memoryStore();
  return new Idempotency({
    update(key, step) {
      watch.meet("the store", user.getStore() ?? "nobody");
      return store.update(key, step);
    },
  }, options);
}

test("effects that begin together", async () => {
  const watch = new Watch();
  const idempotency = once(watch);
  const outcomes = await crowd(COUNT, (name) => idempotency.execute(name, { operation: "POST /pay", body: "{}" }, async () => {
    watch.meet("the effect", name);
    await undefined;
    watch.meet("the effect, later", name);
    return name;
  }));
  assert.deepEqual(outcomes.map(({ value }) => value), Array.from({ length: COUNT }, (_, at) => `user-${at}`));
  assert.deepEqual(watch.strayed, []);
  assert.ok(watch.met >= 4 * COUNT);
});

test("duplicates that wait, and go on as themselves", async () => {
  const watch = new Watch();
  const idempotency = once(watch, { onReplay: () => watch.meet("onReplay", user.getStore() ?? "nobody"), inFlight: { waitMs: 10_000 } });
  let finish;
  const finished = new Promise((resolve) => { finish = resolve; });
  let effects = 0;
  const all = crowd(COUNT, async (name) => {
    const outcome = await idempotency.execute("one", { operation: "POST /pay", body: "{}" }, async () => {
      effects++;
      watch.meet("the effect", name);
      await finished;
      watch.meet("the effect, later", name);
      return 7;
    });
    watch.meet("the caller", name);
    return outcome.value;
  });
  await new Promise((resolve) => setTimeout(resolve, 50));
  finish();
  assert.deepEqual(await all, Array(COUNT).fill(7));
  assert.equal(effects, 1);
  assert.deepEqual(watch.strayed, []);
});

test("a handler's requests", async () => {
  const watch = new Watch();
  const serve = once(watch).handler(async (request) => {
    const name = new URL(request.url).pathname.slice(1);
    watch.meet("the handler", name);
    await request.text();
    watch.meet("the handler, later", name);
    return new Response(name);
  }, { scope: false });
  const answers = await crowd(COUNT, async (name) => {
    const request = new Request(`http://shop.test/${name}`, { method: "POST", headers: { "idempotency-key": name }, body: "{}" });
    return (await serve(request)).text();
  });
  assert.deepEqual(answers, Array.from({ length: COUNT }, (_, at) => `user-${at}`));
  assert.deepEqual(watch.strayed, []);
});
