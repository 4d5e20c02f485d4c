import * as shardd from "shardd-wasm";
import { memoryStore } from "shardd-wasm/stores";
import { setting, show, tale } from "./stage.mjs";

// Each write is recorded on its way.
const store = memoryStore();
class Shardd extends shardd.Shardd {
  constructor(apiKey, options) {
    super(apiKey, { store, ...options });
  }
}

show(await tale({ ...shardd, Shardd }, setting()));
