// What every entry of the idempotency part exports.
export { IdempotencyError, NotApplied } from "./error.js";
export { idempotentFetch } from "./fetch.js";
export { Idempotency } from "./idempotency.js";
export { IdempotencyKey, fingerprint } from "./key.js";
export { valkeyStore } from "./valkey.js";
