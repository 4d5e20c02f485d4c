// The client's wasm.
import { initSync, installErrors } from "./shardd_wasm.js";
import { fromRecord } from "./errors.js";
import { lazyModule } from "./module.js";

export const { provide, instantiate } = lazyModule("shardd-wasm", initSync, () => installErrors(fromRecord));
