// Vercel's edge runtime refuses to compile bytes; `?module` makes its bundlers hand over a compiled Module.
import wasm from "./shardd_wasm_bg.wasm?module";
import { provide } from "./client/instance.js";

provide(wasm);
export * from "./surface.js";
