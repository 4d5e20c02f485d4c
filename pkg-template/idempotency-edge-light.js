// Vercel's edge runtime: as edge-light.js, and as in a Worker one request must not be woken by another.
import wasm from "./shardd_idempotency_bg.wasm?module";
import { provide, waitByTimer } from "./idempotency/instance.js";

provide(wasm);
waitByTimer();
export * from "./idempotency/surface.js";
