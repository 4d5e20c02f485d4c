// The client's wasm.
import glue, { version } from "./shardd_wasm.js";
import { begin } from "./life.js";
import { lazyModule } from "./module.js";
import { shared } from "./shared.js";

/** What copies of this version share. */
export const home = shared(`shardd-wasm/${version}`);

export const { provide, instantiate } = lazyModule("shardd-wasm", glue, home, begin);
