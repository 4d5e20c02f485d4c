// The error classes, and what makes and tells them.
export * from "./generated/errors.js";
export * from "./shard-error.js";
