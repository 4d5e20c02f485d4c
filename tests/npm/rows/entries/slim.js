// The entry without the wasm: one sentence before init, then bytes, a Response or a promise of one.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { InternalError, Shardd, init } from "shardd-wasm/slim";

const require = createRequire(import.meta.url);
const bytes = await readFile(require.resolve("shardd-wasm/wasm"));

assert.throws(() => new Shardd("key"), (error) => error instanceof InternalError && /await init\(source\)/.test(error.message));

const typed = () => Promise.resolve(new Response(bytes, { headers: { "content-type": "application/wasm" } }));
await init(typed());
assert.equal(new Shardd("key").edgeTable().length, 3);

// A second copy of the module for each other kind of source.
const untyped = require("shardd-wasm/slim");
await untyped.init(new Response(bytes));
assert.equal(new untyped.Shardd("key").edgeTable().length, 3);
