// Cloudflare Workers: only what extends their class can be called from outside of its object.
import { DurableObject } from "cloudflare:workers";
import { idempotencyObject } from "./stores/idempotency-object.js";

export * from "./stores/surface.js";

export const IdempotencyObject = idempotencyObject(DurableObject);
