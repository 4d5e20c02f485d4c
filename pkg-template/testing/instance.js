// The local shardd's wasm: its own, so that nobody who only imports the client carries it.
import glue from "../shardd_local.js";
import { begin } from "../life.js";
import { lazyModule } from "../module.js";

export const { provide, instantiate } = lazyModule("shardd-wasm/testing", glue, Object.create(null), begin);
