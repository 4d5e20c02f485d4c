/** Options as they are now, whatever their owner does to them later. What is no object is for the wasm to refuse. */
export function snapshot(options) {
  return typeof options === "object" && options !== null && !Array.isArray(options) ? { ...options } : options;
}
