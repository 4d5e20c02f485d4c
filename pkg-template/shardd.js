// The class users see: the wasm-bindgen class with the module started in time. Everything else, checks
// and policy alike, is Rust's.
import { Shardd as Core } from "./shardd_wasm.js";
import { instantiate } from "./instance.js";
import { InvalidInputError } from "./errors.js";

export class Shardd extends Core {
  constructor(apiKey, options) {
    instantiate();
    super(apiKey, options);
  }

  withApiKey(apiKey) {
    // The wasm side makes an instance of its own class; callers are promised one of this.
    return Object.setPrototypeOf(super.withApiKey(apiKey), Object.getPrototypeOf(this));
  }

  // A getter rather than the class's own name, which minifiers shorten.
  static get name() {
    return "Shardd";
  }

  /** Starts the module ahead of the first client; nobody needs it. */
  static async ready() {
    instantiate();
  }

  /** A client from `SHARDD_API_KEY` and `SHARDD_EDGES` (comma-separated). */
  static fromEnv(env = globalThis.process?.env ?? {}, options) {
    const { SHARDD_API_KEY: apiKey, SHARDD_EDGES: list } = env;
    if (!apiKey) throw new InvalidInputError({ message: "SHARDD_API_KEY is not set." });
    const edges = list?.split(",").map((edge) => edge.trim()).filter(Boolean);
    return new this(apiKey, edges?.length ? { edges, ...options } : options);
  }
}
