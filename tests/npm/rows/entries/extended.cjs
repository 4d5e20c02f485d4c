// The same world, for require(): what a bundler adds to make exports of it must not ask it either.
const entries = ["shardd-wasm", "shardd-wasm/slim", "shardd-wasm/stores", "shardd-wasm/idempotency", "shardd-wasm/testing"];
const paths = entries.map((entry) => require.resolve(entry));
const names = ["get", "set", "value", "writable", "enumerable", "configurable", "method", "headers"];
for (const name of names) Object.prototype[name] = 5;
let found;
try {
  found = paths.map((path) => Object.keys(require(path)).length);
} catch (error) {
  found = error;
}
for (const name of names) delete Object.prototype[name];
require("node:assert").ok(Array.isArray(found) && found.every((exports) => exports > 0), found);
