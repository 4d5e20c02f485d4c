// What engines say where a Content-Security-Policy, or the embedder, forbids wasm.
import assert from "node:assert/strict";
import { UnsupportedError, InternalError, Shardd } from "shardd-wasm";

const SAID = [
  ["WebAssembly.Module(): Refused to compile or instantiate WebAssembly module because 'unsafe-eval' is not an allowed source of script", /wasm-unsafe-eval/],
  ["call to WebAssembly.Module() blocked by CSP", /wasm-unsafe-eval/],
  ["Refused to create a WebAssembly object because it violates the following Content Security Policy directive", /wasm-unsafe-eval/],
  ["WebAssembly.Module(): Wasm code generation disallowed by embedder", /import "shardd-wasm\/workerd" here/],
];
const { Module } = WebAssembly;
const forbidden = (said) => { WebAssembly.Module = class { constructor() { throw new WebAssembly.CompileError(said); } }; };
for (const [said, sentence] of SAID) {
  forbidden(said);
  assert.throws(() => new Shardd("key"), (error) => {
    assert.ok(error instanceof UnsupportedError, error.stack);
    assert.deepEqual([error.reason, error.cause.message], ["csp", said]);
    assert.match(error.message, sentence);
    return true;
  });
}
// What nobody knows is no matter of the runtime.
forbidden("expected magic word");
assert.throws(() => new Shardd("key"), (error) => error instanceof InternalError && /could not be instantiated/.test(error.message));
// And once it is allowed, it works.
WebAssembly.Module = Module;
assert.equal(new Shardd("key").edgeTable().length, 3);
