// The wasm served by oneself: what `shardd-wasm/wasm` is, the bundler says.
import wasm from "shardd-wasm/wasm";
import { Shardd, init } from "shardd-wasm/slim";

export async function served(): Promise<Shardd> {
  await init(wasm);
  return new Shardd("key");
}
