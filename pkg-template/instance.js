// The client's wasm.
import glue from "./shardd_wasm.js";
import { fromRecord } from "./errors.js";
import { lazyModule } from "./module.js";

export const { provide, instantiate } = lazyModule("shardd-wasm", glue, ({ installErrors }) => installErrors(fromRecord));
