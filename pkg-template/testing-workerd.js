// Cloudflare Workers refuse to compile bytes; a .wasm import arrives there as a compiled Module.
import wasm from "./shardd_local_bg.wasm";
import { provide } from "./testing/instance.js";

provide(wasm);
export { localShardd } from "./testing/local.js";
