// Cloudflare Workers refuse to compile bytes; a .wasm import arrives there as a compiled Module. And there one request must not
// be woken by another.
import wasm from "./shardd_idempotency_bg.wasm";
import { provide, waitByTimer } from "./idempotency/instance.js";

provide(wasm);
waitByTimer();
export * from "./idempotency/surface.js";
