// By require: a module of its own, whose errors and keys the imported one knows.
const assert = require("node:assert/strict");
const { Idempotency, IdempotencyKey, NotApplied } = require("shardd-wasm/idempotency");

async function main() {
  const { mapStore } = await import("./store.js");
  const imported = await import("shardd-wasm/idempotency");
  const idempotency = new imported.Idempotency(mapStore());
  const request = { operation: "charge" };
  const key = new IdempotencyKey("a/b");
  await assert.rejects(idempotency.execute(key, request, () => { throw new NotApplied(); }));
  assert.equal((await idempotency.execute("a/b", request, () => 1)).status, "executed");
  assert.equal((await new Idempotency(mapStore()).execute(new imported.IdempotencyKey("x"), request, () => 2)).value, 2);
}

main();
