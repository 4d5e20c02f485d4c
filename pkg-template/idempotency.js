// The default: the wasm travels inside the file.
import wasm from "./shardd_idempotency-inline.js";
import { provide } from "./idempotency/instance.js";

provide(wasm);
export * from "./idempotency/surface.js";
