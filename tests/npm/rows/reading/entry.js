// The client that reads in Rust.
export { provide } from "./instance.js";
export { Shardd } from "./shardd.js";
