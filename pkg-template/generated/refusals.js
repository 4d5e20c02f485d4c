// Printed by `cargo xtask generate` from src/protocol: change that, not this.
/** The code of a refusal, by the hundred of its status. */
export const OF_HUNDRED = {
  3: "network",
  4: "invalid_input",
  5: "service_unavailable",
};
/** The same by the status, where that has one of its own. */
export const OF_STATUS = {
  401: "unauthorized",
  402: "payment_required",
  403: "forbidden",
  404: "not_found",
  408: "timeout",
  409: "conflict",
  429: "rate_limited",
  504: "timeout",
};
/** The same where the refusal is for want of funds. */
export const OF_FUNDS = {
  422: "insufficient_funds",
};
/** What is said of a refusal, by its code; of all other codes OTHER, with the ledger's own words. {again} is how to ask again. */
export const SENTENCES = {
  unauthorized: "The API key was refused: check that it is right, active and not expired.",
  payment_required: "The API account has no credits left: top it up to go on.",
  forbidden: "The API key lacks the scope for this: use a key that has it.",
  insufficient_funds: "The account cannot cover this: its available balance is too low{held}.",
  rate_limited: "The edge limits requests: try again later, after retryAfterMs where it is given.",
  timeout: "The edge timed out (HTTP {status}): {again}",
  service_unavailable: "The edge cannot serve now (HTTP {status}): {again}",
  network: "The edge answered with a redirect (HTTP {status}), which is never followed: check edges.",
  decode: "The answer (HTTP {status}) is not what the ledger promises: check edges.",
};
export const OTHER = "The ledger refused the request (HTTP {status}): {words}";
/** Where earlier charges' holds are why. */
export const HELD = ", and holds of earlier charges take {held} of its balance: settle or release them, or charge with skipHold";
export const AGAIN_WRITE = "retry with the same idempotencyNonce.";
export const AGAIN_READ = "try again.";
/** What is said of an unauthorized call instead, by its reason. */
export const KEYS = {
  key_revoked: "The API key was revoked: give one that is active.",
  key_expired: "The API key has expired: give a new one.",
  user_frozen: "The user of this API key is frozen: ask the operator of the account.",
  key_unknown: "The ledger does not know this API key: check that it is whole, and of this ledger.",
};
/** Known refusals, by their code: how the ledger's text begins, what follows later, and the reason that users get. The first that fits counts. */
export const REASONS = {
  invalid_input: [
    ["reservation '", "' not found", "reservation_not_found"],
    ["reservation '", "' has expired", "reservation_expired"],
    ["reservation '", "' has already been released", "reservation_released"],
    ["settle attempted ", " against a reservation of ", "settle_exceeds_hold"],
    ["bucket '", "' was permanently deleted", "bucket_deleted"],
    ["bucket '", "' was already deleted", "bucket_deleted"],
    ["bucket name '", "' is reserved", "bucket_reserved"],
  ],
  unauthorized: [
    ["api_key_revoked", "", "key_revoked"],
    ["api_key_expired", "", "key_expired"],
    ["user_frozen", "", "user_frozen"],
    ["invalid_api_key", "", "key_unknown"],
    ["missing bearer api key", "", "key_missing"],
  ],
  service_unavailable: [
    ["dashboard auth is not configured", "", "no_dashboard"],
    ["dashboard ", "", "dashboard"],
    ["error sending request for url (", "", "dashboard"],
    ["no libp2p nodes discovered", "", "no_nodes"],
    ["node warming up", "", "warming_up"],
  ],
};
/** The longest text of the ledger that is shown, in bytes. */
export const TEXT_MAX = 300;
