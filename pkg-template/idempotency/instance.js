// The wasm of the idempotency part: its own, so that nobody who only imports the client carries it.
import glue from "../shardd_idempotency.js";
import { begin } from "../life.js";
import { lazyModule } from "../module.js";

export const { provide, instantiate } = lazyModule("shardd-wasm/idempotency", glue, Object.create(null), begin);

/** Whether a store's `watch` may wake those who wait. */
export let watches = true;

/** Where requests share an isolate, but not their promises: who waits looks again by a timer of its own. */
export const waitByTimer = () => { watches = false; };
