//! What is said of an answer that is no success, and the reasons by which users tell refusals apart.

use crate::engine::Code;

/// What is said of a refusal, by its code: `{status}` and `{again}` are put in, and of insufficient funds what earlier holds take, `{held}`.
/// Of all other codes it is [`REFUSED`].
pub const REFUSALS: [(Code, &str); 9] = [
    (Code::Unauthorized, "The API key was refused: check that it is right, active and not expired."),
    (Code::PaymentRequired, "The API account has no credits left: top it up to go on."),
    (Code::Forbidden, "The API key lacks the scope for this: use a key that has it."),
    (Code::InsufficientFunds, "The account cannot cover this: its available balance is too low{held}."),
    (Code::RateLimited, "The edge limits requests: try again later, after retryAfterMs where it is given."),
    (Code::Timeout, "The edge timed out (HTTP {status}): {again}"),
    (Code::ServiceUnavailable, "The edge cannot serve now (HTTP {status}): {again}"),
    (
        Code::Network,
        "The edge answered with a redirect (HTTP {status}), which is never followed: check edges.",
    ),
    (Code::Decode, "The answer (HTTP {status}) is not what the ledger promises: check edges."),
];
/// What is said of all other refusals, before the ledger's own words; without any it ends with a full stop.
pub const REFUSED: &str = "The ledger refused the request (HTTP {status}): {words}";
/// What earlier charges' holds have to do with it, where they are why.
pub const HELD: &str = ", and holds of earlier charges take {held} of its balance: settle or release them, or charge with skipHold";
/// How to ask again: a write that carries a nonce, and anything else.
pub const AGAIN: [&str; 2] = ["retry with the same idempotencyNonce.", "try again."];
/// Refused keys, by their reasons: what is wrong with each, and what to do.
pub const REFUSED_KEYS: [(&str, &str); 4] = [
    ("key_revoked", "The API key was revoked: give one that is active."),
    ("key_expired", "The API key has expired: give a new one."),
    ("user_frozen", "The user of this API key is frozen: ask the operator of the account."),
    ("key_unknown", "The ledger does not know this API key: check that it is whole, and of this ledger."),
];
/// Known refusals, of which the first that fits counts: their code, how the text begins and goes on, and the reason by which users tell it.
pub static REASONS: [(Code, &str, &str, &str); 17] = [
    (Code::InvalidInput, "reservation '", "' not found", "reservation_not_found"),
    (Code::InvalidInput, "reservation '", "' has expired", "reservation_expired"),
    (Code::InvalidInput, "reservation '", "' has already been released", "reservation_released"),
    (Code::InvalidInput, "settle attempted ", " against a reservation of ", "settle_exceeds_hold"),
    (Code::InvalidInput, "bucket '", "' was permanently deleted", "bucket_deleted"),
    (Code::InvalidInput, "bucket '", "' was already deleted", "bucket_deleted"),
    (Code::InvalidInput, "bucket name '", "' is reserved", "bucket_reserved"),
    (Code::Unauthorized, "api_key_revoked", "", "key_revoked"),
    (Code::Unauthorized, "api_key_expired", "", "key_expired"),
    (Code::Unauthorized, "user_frozen", "", "user_frozen"),
    (Code::Unauthorized, "invalid_api_key", "", "key_unknown"),
    (Code::Unauthorized, "missing bearer api key", "", "key_missing"),
    (Code::ServiceUnavailable, "dashboard auth is not configured", "", "no_dashboard"),
    (Code::ServiceUnavailable, "dashboard ", "", "dashboard"),
    (Code::ServiceUnavailable, "error sending request for url (", "", "dashboard"),
    (Code::ServiceUnavailable, "no libp2p nodes discovered", "", "no_nodes"),
    (Code::ServiceUnavailable, "node warming up", "", "warming_up"),
];
