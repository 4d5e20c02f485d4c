// Cloudflare Workers refuse to compile bytes; a .wasm import arrives there as a compiled Module.
import wasm from "./shardd_wasm_bg.wasm";
import { provide } from "./client/instance.js";

provide(wasm);
export * from "./surface.js";
