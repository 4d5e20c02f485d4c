// Errors are their classes, with names that survive minifying, and what is wrong is one plain sentence.
import assert from "node:assert/strict";
import * as shardd from "shardd-wasm";

const { InvalidInputError, NetworkError, ShardError, Shardd, isShardError } = shardd;

assert.equal(Shardd.name, "Shardd");
const classes = Object.entries(shardd).filter(([name]) => name.endsWith("Error") && name !== "isShardError");
assert.equal(classes.length, 16);
for (const [name, Class] of classes) {
  const error = new Class({ message: "A sentence.", cause: new TypeError("why"), limit: 2n ** 60n });
  assert.ok(error instanceof ShardError && error instanceof Error && isShardError(error));
  assert.equal(Class.name, name);
  assert.equal(error.name, name);
  assert.match(error.stack, new RegExp(`^${name}: A sentence\\.`));
  const { code, outcome, limit, cause } = JSON.parse(JSON.stringify(error));
  assert.deepEqual([code, outcome, limit, cause], [error.code, "rejected", "1152921504606846976", "TypeError: why"]);
}
for (const stranger of [null, undefined, 1, "text", new Error("other")]) assert.equal(isShardError(stranger), false);

assert.throws(() => Shardd.fromEnv({}), { name: "InvalidInputError", message: "SHARDD_API_KEY is not set." });
const { SHARDD_API_KEY, ...noKey } = process.env;
assert.throws(() => Shardd.fromEnv(noKey), InvalidInputError);
const listed = Shardd.fromEnv({ SHARDD_API_KEY: "key", SHARDD_EDGES: " https://a.example.com/ ,https://b.example.com," });
assert.deepEqual(listed.edgeTable().map(({ url }) => url), ["https://a.example.com", "https://b.example.com"]);

// A port that fetch refuses on its own, whoever listens there.
const dead = new Shardd("key", { edges: ["http://127.0.0.1:9"] });
await assert.rejects(dead.credit("bucket", "account", 1), (error) => {
  assert.ok(error instanceof NetworkError);
  assert.ok(error.cause instanceof Error);
  assert.equal(error.code, "network");
  return true;
});
