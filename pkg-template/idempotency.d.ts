export * from "./idempotency.cjs";
