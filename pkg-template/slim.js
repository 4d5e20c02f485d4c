// Without the wasm: a third smaller on the wire and compiled while it streams, for those who serve
// `shardd-wasm/wasm` themselves.
import { instantiate, provide } from "./client/instance.js";

/** Loads the wasm from a Response, bytes or a Module, or a promise of one; await it before the first client. */
export async function init(source) {
  const wasm = await source;
  // Asked by shape: naming Response would load Node's fetch at import.
  provide(typeof wasm.arrayBuffer === "function" ? await compile(wasm) : wasm);
  instantiate();
}

// compileStreaming insists on the content type application/wasm, which plain file servers often lack.
function compile(response) {
  const type = response.headers.get("content-type") ?? "";
  return type.startsWith("application/wasm") ? WebAssembly.compileStreaming(response) : response.arrayBuffer();
}

export * from "./surface.js";
