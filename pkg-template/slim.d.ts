export * from "./index.js";

/**
 * Loads the wasm from a `Response`, bytes or a compiled `Module`, or a promise of one.
 * Await it before the first `new Shardd()`.
 *
 * @example
 * await init(fetch("/assets/shardd_wasm_bg.wasm"));
 */
export declare function init(source: unknown): Promise<void>;
