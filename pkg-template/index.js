// The default: the wasm travels inside the file, which is the one way that needs no configuration in any
// bundler, page, Node, Deno or Bun.
import wasm from "./shardd_wasm-inline.js";
import { provide } from "./client/instance.js";

provide(wasm);
export * from "./surface.js";
