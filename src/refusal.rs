//! From an answer that is no success to an error that people can act on.

use crate::api::Operation;
use crate::error::{Code, Funds, ShardError};
use crate::json::{Scalar, pick};
use crate::text::{decimal, find, is_internal_bucket, split};

/// The longest server text that goes into a message.
const TEXT_MAX: usize = 300;
/// What follows the status where something more is said.
const AND: &str = "): ";
const REFUSED: &str = "The ledger refused the request (HTTP ";
/// What is said of a failure, before its status and after it; of all others the ledger's own words are.
static SENTENCES: [(Code, &str, &str); 9] = [
    (Code::Unauthorized, "The API key was refused: check that it is right, active and not expired.", ""),
    (Code::PaymentRequired, "The API account has no credits left: top it up to go on.", ""),
    (Code::Forbidden, "The API key lacks the scope for this: use a key that has it.", ""),
    (Code::InsufficientFunds, "The account cannot cover this: its available balance is too low.", ""),
    (
        Code::RateLimited,
        "The edge limits requests: try again later, after retryAfterMs where it is given.",
        "",
    ),
    (Code::Timeout, "The edge timed out (HTTP ", AND),
    (Code::ServiceUnavailable, "The edge cannot serve now (HTTP ", AND),
    (Code::Network, "The edge answered with a redirect (HTTP ", "), which is never followed: check edges."),
    (Code::Decode, "The answer (HTTP ", ") is not what the ledger promises: check edges."),
];
const FIGURES: [&str; 4] = ["balance", "available_balance", "projected_available_balance", "limit"];
/// Known refusals: how the text begins, how it goes on, and the reason by which users tell it.
static REASONS: [(&str, &str, &str); 7] = [
    ("reservation '", "' not found", "reservation_not_found"),
    ("reservation '", "' has expired", "reservation_expired"),
    ("reservation '", "' has already been released", "reservation_released"),
    ("settle attempted ", " against a reservation of ", "settle_exceeds_hold"),
    ("bucket '", "' was permanently deleted", "bucket_deleted"),
    ("bucket '", "' was already deleted", "bucket_deleted"),
    ("bucket name '", "' is reserved", "bucket_reserved"),
];

/// What the body of an error answer says.
#[derive(Clone, Debug, Default)]
pub struct Refusal {
    /// What the ledger says; empty where somebody else answers in its place, whose words prove nothing.
    pub text: String,
    /// The figures, where it is the JSON of `insufficient_funds`.
    pub funds: Option<Box<Funds>>,
}

impl Refusal {
    /// Reads the body of an answer of 400 and above.
    pub fn read(body: &[u8]) -> Refusal {
        let (mut error, mut hint, mut hold_blocking) = (None, None, false);
        let mut figures = [None; FIGURES.len()];
        // Of a member that comes twice the last one counts, as for every reader of JSON.
        let read = pick(body, &mut |key, value| match key {
            "error" => error = text(value),
            "hint" => hint = text(value).filter(|hint| !may_tell_a_key(hint)),
            "hold_blocking" => hold_blocking = value == Scalar::Flag(true),
            _ => {
                let named = figures.iter_mut().zip(FIGURES).find(|(_, name)| *name == key);
                if let Some((figure, _)) = named {
                    *figure = if let Scalar::Whole(whole) = value { Some(whole) } else { None };
                }
            }
        });
        if read.is_none() {
            let text = std::str::from_utf8(body).unwrap_or("");
            // So begins what the ledger's router says to a request that it cannot read; all else is JSON.
            let text = if text.starts_with("Failed to ") { text } else { "" };
            return Refusal { text: text.into(), funds: None };
        }
        let text = error.unwrap_or_default();
        let funds = match figures {
            [Some(balance), Some(available_balance), Some(projected_available_balance), Some(limit)]
                if text == "insufficient_funds" =>
            {
                Some(Box::new(Funds {
                    balance,
                    available_balance,
                    projected_available_balance,
                    limit,
                    hold_blocking,
                    hint,
                }))
            }
            _ => None,
        };
        Refusal { text, funds }
    }

    /// The error of an answer with this status to `operation`, which the verdict table calls `code`. The figures go into it.
    pub fn error(
        &mut self,
        code: Code,
        status: u16,
        operation: &Operation,
        retry_after_ms: Option<u64>,
    ) -> ShardError {
        let words = self.quotable(operation.bucket.as_deref());
        let sentence = SENTENCES.iter().find(|(known, _, _)| *known == code);
        let (before, after, end) = match sentence {
            Some((_, before, "")) => (*before, "", ""),
            Some((_, before, after)) => (*before, *after, if *after == AND { again(operation) } else { "" }),
            None if words.is_empty() => (REFUSED, ").", ""),
            None => (REFUSED, AND, &*words),
        };
        let status_text = if after.is_empty() { String::new() } else { decimal(status.into()) };
        let mut error = ShardError::of(code, &[before, &status_text, after, end]);
        error.status = Some(status);
        error.reason = self.reason(code);
        error.retry_after_ms = retry_after_ms;
        error.funds = self.funds.take();
        error
    }

    /// The ledger's own words as a sentence in the caller's terms; empty where they are not fit to be shown.
    fn quotable(&self, bucket: Option<&str>) -> String {
        let text = self.text.trim().trim_end_matches('.');
        let unfit = |letter: char| letter == '<' || letter.is_control();
        let shown = !text.is_empty() && text.len() <= TEXT_MAX && !text.chars().any(unfit);
        if !shown || may_tell_a_key(text) {
            return String::new();
        }
        let mut words = public_bucket(text, bucket.unwrap_or("…"));
        words.push('.');
        words
    }

    fn reason(&self, code: Code) -> Option<&'static str> {
        if code != Code::InvalidInput {
            return None;
        }
        let is = |(from, to, _): &&(&str, &str, &str)| {
            self.text.strip_prefix(*from).is_some_and(|rest| find(rest, to).is_some())
        };
        REASONS.iter().find(is).map(|(_, _, reason)| *reason)
    }
}

/// How to ask again.
pub(crate) fn again(operation: &Operation) -> &'static str {
    if operation.replayable().is_some() { "retry with the same idempotencyNonce." } else { "try again." }
}

/// Whether a text may repeat the API key, as those do that complain of a header.
fn may_tell_a_key(text: &str) -> bool {
    find(text, "sk_").is_some() || find(text, "earer ").is_some()
}

fn text(value: Scalar) -> Option<String> {
    if let Scalar::Text(text) = value { Some(text) } else { None }
}

/// Some texts leak the internal name `user_<uuid>__bucket_<hex>`; the caller knows its bucket by another.
fn public_bucket(text: &str, bucket: &str) -> String {
    let mut public = String::new();
    let mut rest = text;
    while let Some((before, from)) = split(rest, "user_") {
        let letters = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        let end = from.bytes().position(|byte| !letters(&byte)).unwrap_or(from.len());
        let end = before.len() + "user_".len() + end;
        let name = rest.get(before.len()..end).unwrap_or("");
        public.push_str(before);
        public.push_str(if is_internal_bucket(name) { bucket } else { name });
        rest = rest.get(end..).unwrap_or("");
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
        let operation = Operation::get_balances("mine").unwrap();
        let error = Refusal::read(body).error(Code::InvalidInput, 400, &operation, None);
        assert_eq!(error.reason, Some("bucket_deleted"));
        assert!(error.message.contains("bucket 'mine' was permanently deleted"), "{}", error.message);
    }
}
