// A runtime without something that the client is made with (jsdom, old webviews, a strict CSP): importing is fine, the constructor says what and what to do.
import assert from "node:assert/strict";
import { createRequire } from "node:module";

const [, , missing, reason] = process.argv;
const [holder, name] = missing.includes(".") ? [globalThis[missing.split(".")[0]], missing.split(".")[1]] : [globalThis, missing];
Object.defineProperty(holder, name, { value: undefined, configurable: true, writable: true });

const copies = [await import("shardd-wasm"), createRequire(import.meta.url)("shardd-wasm")];
for (const { Shardd, UnsupportedError, ShardError, isShardError } of copies) {
  for (const make of [() => new Shardd("key"), () => Shardd.fromEnv({ SHARDD_API_KEY: "key" })]) {
    assert.throws(make, (error) => {
      assert.ok(error instanceof UnsupportedError && error instanceof ShardError && isShardError(error), error.stack);
      assert.deepEqual([error.name, error.code, error.reason, error.outcome, error.retryable], ["UnsupportedError", "unsupported", reason, "rejected", false]);
      assert.match(error.message, /^This runtime has no [^\n]*\.$/);
      assert.ok(error.message.includes(missing));
      if (reason !== "no_webassembly") assert.match(error.message, /@jest-environment node.*jest-fixed-jsdom/);
      return true;
    });
  }
}
await assert.rejects(async () => (await import("shardd-wasm/testing")).localShardd(), { name: "UnsupportedError", reason });
const { Idempotency } = await import("shardd-wasm/idempotency");
await assert.rejects(new Idempotency({ update() {} }).execute("k", { operation: "x" }, () => 1), { name: "UnsupportedError", reason });
