//! Arguments, checked before anything is sent: what the server would take and choke on is refused here, in a
//! sentence that says what to do.

use crate::error::ShardError;
use crate::protocol::{
    BEYOND, BLANK, BLANK_KEY, BLANK_NONCE, DOTS, LONG_NONCE, LONG_NOTE, LONG_ROW, NONCE_MAX, NONCE_OWN,
    NOT_POSITIVE, NOTE_MAX, NUL, ODD_KEY, OWN_NONCE, ROW_MAX_BYTES, SHORT_TTL, TOO_LARGE, TTL_MIN_MS, filled,
};
use crate::text::code_points;

/// A bucket or account name: not blank, no U+0000.
pub fn check_name(what: &str, name: &str) -> Result<(), ShardError> {
    if name.trim().is_empty() {
        return Err(ShardError::invalid(&filled(BLANK, &[what])));
    }
    check_nul(what, name)
}

/// The database behind the ledger cannot store U+0000, and retries it for ever.
fn check_nul(what: &str, text: &str) -> Result<(), ShardError> {
    if text.as_bytes().contains(&0) {
        return Err(ShardError::invalid(&filled(NUL, &[what])));
    }
    Ok(())
}

/// A name that stands in a URL's path, where parsers remove `.` and `..`, percent-encoded or not.
pub fn check_segment(what: &str, name: &str) -> Result<(), ShardError> {
    if name == "." || name == ".." {
        return Err(ShardError::invalid(&filled(DOTS, &[what])));
    }
    check_name(what, name)
}

/// A note: at most 4096 code points.
pub fn check_note(note: &str) -> Result<(), ShardError> {
    if code_points(note) > NOTE_MAX {
        return Err(ShardError::invalid(LONG_NOTE));
    }
    check_nul("note", note)
}

/// An idempotency nonce, which the server trims: the trimmed one is returned.
///
/// ```
/// use shardd_wasm::argument::check_nonce;
/// assert_eq!(check_nonce(" order-9821 ").unwrap(), "order-9821");
/// assert!(check_nonce("reserve:1").is_err());
/// ```
pub fn check_nonce(nonce: &str) -> Result<&str, ShardError> {
    let nonce = nonce.trim();
    if nonce.is_empty() {
        return Err(ShardError::invalid(BLANK_NONCE));
    }
    if code_points(nonce) > NONCE_MAX {
        return Err(ShardError::invalid(LONG_NONCE));
    }
    if NONCE_OWN.iter().any(|own| nonce.starts_with(own)) {
        return Err(ShardError::invalid(OWN_NONCE));
    }
    check_nul("idempotencyNonce", nonce)?;
    Ok(nonce)
}

/// The three together must fit the server's index row.
pub fn check_row(bucket: &str, account: &str, nonce: &str) -> Result<(), ShardError> {
    if 2 * bucket.len() + account.len() + nonce.len() > ROW_MAX_BYTES {
        return Err(ShardError::invalid(LONG_ROW));
    }
    Ok(())
}

/// A figure that the wire carries as u64 and the server casts to i64.
pub fn check_limit(what: &str, figure: u64) -> Result<(), ShardError> {
    if figure > i64::MAX as u64 {
        return Err(ShardError::invalid(&filled(TOO_LARGE, &[what])));
    }
    Ok(())
}

/// An amount of either sign, within ±(2^63−1).
pub fn check_amount(amount: i64) -> Result<i64, ShardError> {
    if amount == i64::MIN {
        return Err(ShardError::invalid(&filled(BEYOND, &["amount"])));
    }
    Ok(amount)
}

/// An amount that must be positive: a negative one is a mistake of sign, not its absolute value.
pub fn check_positive(amount: i64) -> Result<i64, ShardError> {
    if amount <= 0 {
        return Err(ShardError::invalid(NOT_POSITIVE));
    }
    Ok(amount)
}

/// How long a hold lives: shorter than the way to the ledger and back it would be over on arrival.
pub fn check_ttl(ttl_ms: u64) -> Result<(), ShardError> {
    if !(TTL_MIN_MS..=i64::MAX as u64 / 2).contains(&ttl_ms) {
        return Err(ShardError::invalid(SHORT_TTL));
    }
    Ok(())
}

/// An API key: not blank, one line, so that it can be a header.
pub fn check_key(key: &str) -> Result<(), ShardError> {
    if key.trim().is_empty() {
        return Err(ShardError::invalid(BLANK_KEY));
    }
    if key.bytes().any(|byte| byte.is_ascii_control() || !byte.is_ascii()) {
        return Err(ShardError::invalid(ODD_KEY));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_code_points_not_units_or_bytes() {
        assert!(check_note(&"𝄞".repeat(4_096)).is_ok());
        assert!(check_note(&"a".repeat(4_097)).is_err());
        assert!(check_nonce(&"é".repeat(128)).is_ok());
        assert!(check_nonce(&"a".repeat(129)).is_err());
    }

    #[test]
    fn refuses_what_poisons_the_server() {
        assert!(check_name("account", "a\0b").is_err());
        assert!(check_row(&"b".repeat(1_000), &"a".repeat(490), "nonce-nonce").is_err());
        assert!(check_row(&"b".repeat(1_000), &"a".repeat(490), "nonce").is_ok());
    }

    #[test]
    fn refuses_signs_blanks_and_extremes() {
        assert!(check_positive(0).is_err() && check_positive(-5).is_err() && check_positive(5).is_ok());
        assert!(check_amount(i64::MIN).is_err() && check_amount(-i64::MAX).is_ok());
        assert!(check_name("bucket", " \t").is_err());
        assert!(check_key("sk\n").is_err() && check_key("  ").is_err() && check_key("sk_live_1").is_ok());
        assert!(check_limit("maxOverdraft", 1 << 63).is_err());
    }
}
