// Without a fetch the client is there, and its calls say what is missing.
import assert from "node:assert/strict";
import { NetworkError, Shardd } from "shardd-wasm";

globalThis.fetch = undefined;
const error = await new Shardd("key", { maxAttempts: 1 }).getBalances("b").catch((error) => error);
assert.ok(error instanceof NetworkError, error.stack);
