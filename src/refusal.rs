//! From an answer that is no success to an error that people can act on.

use crate::error::{Code, Funds, ShardError};
use crate::json::{Scalar, pick};
use crate::text::{decimal, find, split};

/// The longest server text that goes into a message.
const TEXT_MAX: usize = 300;

/// What the body of an error answer says.
#[derive(Clone, Debug, Default)]
pub struct Refusal {
    /// The `error` text, or the text itself.
    pub text: String,
    /// The figures, where it is the JSON of `insufficient_funds`.
    pub funds: Option<Box<Funds>>,
}

impl Refusal {
    /// Reads the body of an answer of 400 and above.
    pub fn read(body: &[u8]) -> Refusal {
        let mut refusal = Refusal::default();
        let mut funds = Funds::default();
        let mut figures = 0;
        let read = pick(body, &mut |key, value| match (key, value) {
            ("error", Scalar::Text(text)) => refusal.text = text.into(),
            ("hint", Scalar::Text(text)) => funds.hint = Some(text.into()),
            ("hold_blocking", Scalar::Flag(flag)) => funds.hold_blocking = flag,
            (key, Scalar::Whole(figure)) => {
                let place = match key {
                    "balance" => &mut funds.balance,
                    "available_balance" => &mut funds.available_balance,
                    "projected_available_balance" => &mut funds.projected_available_balance,
                    "limit" => &mut funds.limit,
                    _ => return,
                };
                *place = figure;
                figures += 1;
            }
            _ => {}
        });
        if read.is_none() {
            refusal.text = std::str::from_utf8(body).unwrap_or("").into();
        }
        if refusal.text == "insufficient_funds" && figures == 4 {
            refusal.funds = Some(Box::new(funds));
        }
        refusal
    }

    /// The error of an answer with this status, which the verdict table calls `code`.
    pub fn into_error(self, code: Code, status: u16, bucket: Option<&str>) -> ShardError {
        let mut error = self.sentence(code, status, bucket);
        error.status = Some(status);
        error.reason = self.reason(code);
        error.funds = self.funds;
        error
    }

    fn sentence(&self, code: Code, status: u16, bucket: Option<&str>) -> ShardError {
        let status = decimal(status.into());
        let words = self.quotable(bucket);
        let colon = if words.is_empty() { "." } else { ": " };
        let parts: &[&str] = match code {
            Code::Unauthorized => {
                &["The API key was refused: check that it is right, active and not expired."]
            }
            Code::PaymentRequired => &["The API account has no credits left: top it up to go on."],
            Code::Forbidden => &["The API key lacks the scope for this: use a key that has it."],
            Code::InsufficientFunds => &["The account cannot cover this: its available balance is too low."],
            Code::RateLimited => &["The edge limits requests: try again after the time in retryAfterMs."],
            Code::Timeout => {
                &["The edge timed out (HTTP ", &status, "): retry with the same idempotencyNonce."]
            }
            Code::ServiceUnavailable => {
                &["The edge cannot serve now (HTTP ", &status, "): retry with the same idempotencyNonce."]
            }
            Code::Network => &[
                "The edge answered with a redirect (HTTP ",
                &status,
                "), which is never followed: check edges.",
            ],
            Code::Decode => {
                &["The answer (HTTP ", &status, ") is not what the ledger promises: check edges."]
            }
            _ => &["The ledger refused the request (HTTP ", &status, ")", colon, &words],
        };
        ShardError::of(code, parts)
    }

    /// The server's own words, in the caller's terms; empty where they are not fit to be shown.
    fn quotable(&self, bucket: Option<&str>) -> String {
        let text = self.text.trim();
        if text.len() > TEXT_MAX || text.bytes().any(|byte| matches!(byte, b'<' | b'\n' | b'\\')) {
            return String::new();
        }
        public_bucket(text, bucket.unwrap_or("…"))
    }

    fn reason(&self, code: Code) -> Option<&'static str> {
        let text = self.text.as_str();
        if code != Code::InvalidInput {
            return None;
        }
        [
            ("' not found", "reservation_not_found"),
            ("has expired", "reservation_expired"),
            ("has already been released", "reservation_released"),
            ("against a reservation of", "settle_exceeds_hold"),
            ("was permanently deleted", "bucket_deleted"),
            ("was already deleted", "bucket_deleted"),
            ("is reserved", "bucket_reserved"),
        ]
        .into_iter()
        .find_map(|(part, reason)| find(text, part).map(|_| reason))
    }
}

/// Some texts leak the internal name `user_<uuid>__bucket_<hex>`; the caller knows its bucket by another.
fn public_bucket(text: &str, bucket: &str) -> String {
    let mut public = String::new();
    let mut rest = text;
    while let Some((before, from)) = split(rest, "user_") {
        let letters = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        let end = from.bytes().position(|byte| !letters(&byte)).unwrap_or(from.len());
        let (name, after) = from.split_at_checked(end).unwrap_or((from, ""));
        public.push_str(before);
        if find(name, "__bucket_").is_some() {
            public.push_str(bucket);
        } else {
            public.push_str("user_");
            public.push_str(name);
        }
        rest = after;
    }
    public.push_str(rest);
    public
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn insufficient_funds_with_all_its_figures() {
        let body = br#"{"error":"insufficient_funds","balance":900,"available_balance":400,"projected_available_balance":-50,"limit":0,"hold_blocking":true,"hint":"h"}"#;
        let funds = Refusal::read(body).funds.unwrap();
        assert_eq!(
            (funds.balance, funds.available_balance, funds.projected_available_balance),
            (900, 400, -50)
        );
        assert!(funds.hold_blocking);
        assert!(Refusal::read(br#"{"error":"insufficient_funds"}"#).funds.is_none());
        assert!(Refusal::read(b"Failed to deserialize the JSON body").funds.is_none());
    }

    #[test]
    fn speaks_of_the_callers_bucket() {
        let body = br#"{"error":"bucket 'user_0f3a-11__bucket_6d79' was permanently deleted and cannot be written to"}"#;
        let error = Refusal::read(body).into_error(Code::InvalidInput, 400, Some("mine"));
        assert_eq!(error.reason, Some("bucket_deleted"));
        assert!(error.message.contains("bucket 'mine' was permanently deleted"), "{}", error.message);
    }
}
