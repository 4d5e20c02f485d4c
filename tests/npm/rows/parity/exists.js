// All that the typings promise is there when it runs: methods on the prototype, options that are taken.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as shardd from "shardd-wasm";

const here = JSON.parse(readFileSync("here.json", "utf8"));
const { Shardd } = shardd;
// Options are looked at first, and then a closed client sends nothing.
const client = new Shardd("key");
client.close();

for (const name of here.client) {
  if (name !== "new Shardd") assert.equal(typeof Shardd[name.replace("Shardd.", "")], "function", name);
}
for (const name of here.calls) {
  if (name === "[Symbol.dispose]" && !Symbol.dispose) continue;
  assert.equal(typeof client[name === "[Symbol.dispose]" ? Symbol.dispose : name], "function", name);
}
for (const name of here.errors) assert.equal(typeof shardd[name], "function", name);
for (const [name, code] of here.classes) assert.equal(new shardd[name]({ message: "A sentence." }).code, code, name);

// An option that is null is as good as absent, but its name must be known.
for (const name of here.options) new Shardd("key", { [name]: null });
assert.throws(() => new Shardd("key", { nonsense: null }), shardd.InvalidInputError);

const unknown = (error) => /option/.test(error.message) && error.code === "invalid_input";
const takes = async (call, names) => {
  for (const name of names) {
    const error = await call({ [name]: null }).catch((thrown) => thrown);
    assert.ok(!unknown(error), `${name}: ${error.message}`);
  }
  assert.ok(unknown(await call({ nonsense: null }).catch((thrown) => thrown)));
};
const [any, write] = [here["options of any call"], here["options of a write"]];
await takes((options) => client.createEvent("b", "a", 1, options), [...any, ...write]);
await takes((options) => client.createMyBucketEvent("b", "a", 1, options), [...any, ...write]);
await takes((options) => client.getAccount("b", "a", options), [...any, ...here["options of getAccount"]]);
await takes((options) => client.listMyBuckets(options), [...any, ...here["filters of listMyBuckets"]]);
await takes((options) => client.listMyBucketEvents("b", options), [...any, ...here["filters of listMyBucketEvents"]]);
await takes((options) => client.listMyEvents(options), [...any, ...here["filters of listMyEvents"]]);
for (const call of ["edges", "listMyDeletedBuckets"]) await takes((options) => client[call](options), any);
for (const call of ["getBalances", "listEvents", "getMyBucket", "deleteMyBucket"]) await takes((options) => client[call]("b", options), any);
