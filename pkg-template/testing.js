// The default: the wasm travels inside the file.
import wasm from "./shardd_local-inline.js";
import { provide } from "./testing/instance.js";

provide(wasm);
export { localShardd } from "./testing/local.js";
