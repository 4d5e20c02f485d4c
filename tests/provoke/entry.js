// The package as `shardd-wasm/slim` exports it, with a way to make its wasm panic.
import { instantiate } from "./instance.js";

export * from "./slim.js";
export const provokePanic = (later) => instantiate().glue.provokePanic(later);
