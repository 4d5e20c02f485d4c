// The client that reads in Rust: the class for wasm-pack.
import glue from "./shardd_wasm.js";

/** The class in an instance of these bytes. */
export function started(bytes) {
  const { Shardd, __wbg_finalize_init, __wbg_get_imports } = glue();
  const module = new WebAssembly.Module(bytes);
  __wbg_finalize_init(new WebAssembly.Instance(module, __wbg_get_imports()), module);
  return Shardd;
}
