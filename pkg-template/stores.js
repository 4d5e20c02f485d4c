// Places for records: of durable writes, and of the idempotency part. Plain JavaScript; no wasm.
import { idempotencyObject } from "./stores/idempotency-object.js";

export * from "./stores/surface.js";

/** Outside of Workers, for tests that bring a storage of their own. */
export const IdempotencyObject = idempotencyObject(class { constructor(ctx) { this.ctx = ctx; } });
