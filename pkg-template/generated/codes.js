// Printed by `cargo xtask generate` from src/protocol: change that, not this.
/** The codes, in the order of their numbers in the wasm. */
export const CODES = "invalid_input unauthorized payment_required forbidden not_found insufficient_funds conflict rate_limited service_unavailable timeout network decode aborted unsupported internal";
/** Those that the same request may get over later; with a question mark, only where nobody knows the outcome. */
export const RETRYABLE = "rate_limited service_unavailable timeout network decode?";
/** Reasons that no retry mends, whatever the code says. */
export const FINAL = "no_dashboard";
/** What is known of a write, by number. */
export const OUTCOMES = "rejected unknown applied";
