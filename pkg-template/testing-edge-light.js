// Vercel's edge runtime refuses to compile bytes; `?module` makes its bundlers hand over a compiled Module.
import wasm from "./shardd_local_bg.wasm?module";
import { provide } from "./testing/instance.js";

provide(wasm);
export { localShardd } from "./testing/local.js";
