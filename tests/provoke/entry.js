// The package as `shardd-wasm/slim` exports it, with a way to make its wasm panic.
import { instantiate } from "./client/instance.js";

export * from "./slim.js";
export const provokePanic = () => instantiate().enter("provokePanic");
