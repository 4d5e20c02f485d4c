// Importing remembers where the wasm is, and no more: no compile, no I/O, no timer, no randomness.
import assert from "node:assert/strict";

const used = [];
for (const name of ["fetch", "Response", "Request", "setTimeout", "setInterval", "crypto", "atob"]) {
  const real = globalThis[name];
  Object.defineProperty(globalThis, name, { configurable: true, get: () => (used.push(name), real) });
}
for (const draw of ["getRandomValues", "randomUUID"]) Crypto.prototype[draw] = () => used.push(draw);
const { Module } = WebAssembly;
WebAssembly.Module = class extends Module {
  constructor(bytes) {
    used.push("WebAssembly.Module");
    super(bytes);
  }
};

const { Shardd } = await import("shardd-wasm");
assert.deepEqual(used, [], "the import touched something");

new Shardd("key");
new Shardd("key");
// How the digits are read depends on the engine; that there is randomness is looked at.
assert.deepEqual(used.filter((name) => !["atob", "crypto"].includes(name)), ["WebAssembly.Module"], "a constructor only compiles, and once");
