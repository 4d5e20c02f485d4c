// Printed by `cargo xtask generate` from src/protocol: change that, not this.
import { subclass } from "../shard-error.js";

// In the order of their numbers in the wasm.
export const InvalidInputError = subclass("InvalidInputError", "invalid_input");
export const UnauthorizedError = subclass("UnauthorizedError", "unauthorized");
export const PaymentRequiredError = subclass("PaymentRequiredError", "payment_required");
export const ForbiddenError = subclass("ForbiddenError", "forbidden");
export const NotFoundError = subclass("NotFoundError", "not_found");
export const InsufficientFundsError = subclass("InsufficientFundsError", "insufficient_funds");
export const ConflictError = subclass("ConflictError", "conflict");
export const RateLimitedError = subclass("RateLimitedError", "rate_limited");
export const ServiceUnavailableError = subclass("ServiceUnavailableError", "service_unavailable");
export const TimeoutError = subclass("TimeoutError", "timeout");
export const NetworkError = subclass("NetworkError", "network");
export const DecodeError = subclass("DecodeError", "decode");
export const AbortedError = subclass("AbortedError", "aborted");
export const UnsupportedError = subclass("UnsupportedError", "unsupported");
export const InternalError = subclass("InternalError", "internal");
