export { ShardError } from "shardd-wasm";
