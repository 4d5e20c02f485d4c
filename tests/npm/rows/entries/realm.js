// A Module of another realm, as some edge sandboxes hand out: `instanceof WebAssembly.Module` says no to it.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { runInNewContext } from "node:vm";
import { Shardd, init } from "shardd-wasm/slim";

const bytes = await readFile(createRequire(import.meta.url).resolve("shardd-wasm/wasm"));
const module = runInNewContext("new WebAssembly.Module(bytes)", { bytes });
assert.equal(module instanceof WebAssembly.Module, false);

await init(module);
assert.equal(new Shardd("key").edgeTable().length, 3);
