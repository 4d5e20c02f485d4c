// zone.js, which Angular brings: it replaces promises and timers, and knows nothing of async functions.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import { memoryStore } from "shardd-wasm/stores";
import { client, soon, stage } from "./stage.js";

const real = { setTimeout, clearTimeout };
const { local, fetch } = await stage();
createRequire(import.meta.url)(process.env.ZONE);

test("calls in a zone", async () => {
  assert.ok(globalThis.Zone.current);
  for (const options of [{}, { store: memoryStore() }]) {
    const shardd = client(fetch, options);
    const answers = await globalThis.Zone.current.fork({ name: "page" }).run(() => Promise.all([
      soon(shardd.getBalances("app"), real),
      soon(shardd.credit("app", "bob", 7), real),
    ]));
    assert.deepEqual(answers.map(({ balance, accounts }) => balance ?? accounts[0].balance), [5, 7]);
  }
  local.dispose();
});
