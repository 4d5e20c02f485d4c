//! From an answer that is no success to an error that people can act on.

use crate::api::Operation;
use crate::error::{Code, Funds, ShardError};
use crate::json::{Scalar, pick};
use crate::protocol::{
    AGAIN, FINAL_REASONS, HELD, REASONS, REFUSALS, REFUSED, REFUSED_KEYS, TEXT_MAX, filled,
};
use crate::text::{decimal, find, is_internal_bucket, split};

const FIGURES: [&str; 4] = ["balance", "available_balance", "projected_available_balance", "limit"];

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
        let mut is_short = false;
        let read = pick(body, &mut |key, value| match key {
            "error" => error = text(value),
            "code" | "message" => is_short |= text(value).is_some_and(|text| says_short(&text)),
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
        let [balance, available_balance, projected_available_balance, limit] = figures;
        let funds =
            Funds { balance, available_balance, projected_available_balance, limit, hold_blocking, hint };
        let is_short = is_short || says_short(&text);
        Refusal { text, funds: is_short.then(|| Box::new(funds)) }
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
        let reason = self.reason(code);
        let key = REFUSED_KEYS.iter().find(|(of, _)| Some(*of) == reason).map(|(_, sentence)| *sentence);
        let sentence = REFUSALS.iter().find(|(known, _)| *known == code).map(|(_, sentence)| *sentence);
        let status_text = decimal(status.into());
        let message = match (key, sentence) {
            (Some(key), _) => key.into(),
            (None, Some(sentence)) if code == Code::InsufficientFunds => {
                filled(sentence, &[&self.funds.as_deref().map_or(String::new(), held)])
            }
            // What no retry mends is said in the edge's own words.
            (None, Some(sentence)) if reason.is_some_and(|reason| FINAL_REASONS.contains(&reason)) => {
                filled(sentence, &[&status_text, &words])
            }
            (None, Some(sentence)) => filled(sentence, &[&status_text, again(operation)]),
            (None, None) if words.is_empty() => {
                let sentence = REFUSED.strip_suffix(": {words}").unwrap_or(REFUSED);
                [&*filled(sentence, &[&status_text]), "."].concat()
            }
            (None, None) => filled(REFUSED, &[&status_text, &words]),
        };
        let mut error = ShardError::new(code, message);
        error.status = Some(status);
        error.reason = reason;
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
        let is = |(of, from, to, _): &&(Code, &str, &str, &str)| {
            let goes_on = |rest: &str| to.is_empty() || find(rest, to).is_some();
            *of == code && self.text.strip_prefix(*from).is_some_and(goes_on)
        };
        REASONS.iter().find(is).map(|(_, _, _, reason)| *reason)
    }
}

/// How to ask again.
pub(crate) fn again(operation: &Operation) -> &'static str {
    let [write, other] = AGAIN;
    if operation.replayable().is_some() { write } else { other }
}

/// Whether a text may repeat the API key, as those do that complain of a header.
fn may_tell_a_key(text: &str) -> bool {
    find(text, "sk_").is_some() || find(text, "earer ").is_some()
}

/// Whether a text says that the funds do not suffice, in any spelling: `insufficient_funds`, `Insufficient funds`, `INSUFFICIENT-FUNDS`.
fn says_short(text: &str) -> bool {
    let letters = text.bytes().filter(u8::is_ascii_alphabetic).map(|letter| letter.to_ascii_lowercase());
    let letters: Vec<u8> = letters.collect();
    letters.windows(SHORT.len()).any(|window| window == SHORT)
}

const SHORT: &[u8] = b"insufficientfunds";

/// What earlier holds have to do with it, where they are why.
fn held(funds: &Funds) -> String {
    match (funds.balance, funds.available_balance, funds.hold_blocking) {
        (Some(balance), Some(available), true) => {
            filled(HELD, &[&decimal(balance.saturating_sub(available))])
        }
        _ => String::new(),
    }
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
            (Some(900), Some(400), Some(-50))
        );
        assert!(funds.hold_blocking);
        assert!(Refusal::read(br#"{"error":"invalid type"}"#).funds.is_none());
        assert!(Refusal::read(b"Failed to deserialize the JSON body").funds.is_none());
    }

    #[test]
    fn insufficient_funds_in_other_words_and_with_less() {
        for error in ["insufficient funds", "Insufficient_Funds", "INSUFFICIENT-FUNDS: balance too low"] {
            let body = format!(r#"{{"error":"{error}","balance":1}}"#);
            let funds = Refusal::read(body.as_bytes()).funds.unwrap();
            assert_eq!((funds.balance, funds.limit), (Some(1), None), "{error}");
        }
        assert!(Refusal::read(br#"{"code":"INSUFFICIENT_FUNDS","error":"no"}"#).funds.is_some());
    }

    #[test]
    fn says_what_earlier_charges_hold() {
        let body =
            br#"{"error":"insufficient_funds","balance":900,"available_balance":400,"hold_blocking":true}"#;
        let operation = Operation::get_balances("mine").unwrap();
        let error = Refusal::read(body).error(Code::InsufficientFunds, 422, &operation, None);
        assert_eq!(
            error.message,
            "The account cannot cover this: its available balance is too low, and holds of earlier charges take 500 of its balance: settle or release them, or charge with skipHold."
        );
        let error = Refusal::read(br#"{"error":"insufficient_funds"}"#).error(
            Code::InsufficientFunds,
            422,
            &operation,
            None,
        );
        assert_eq!(error.message, "The account cannot cover this: its available balance is too low.");
    }

    #[test]
    fn the_reason_tells_refused_keys_and_failing_edges_apart() {
        let operation = Operation::get_balances("mine").unwrap();
        let told = |code, status, text: &str| {
            let body = format!(r#"{{"error":"{text}"}}"#);
            let error = Refusal::read(body.as_bytes()).error(code, status, &operation, None);
            (error.reason, error.is_retryable(), error.message.clone())
        };
        let (reason, is_retryable, message) = told(Code::Unauthorized, 401, "api_key_revoked");
        assert_eq!((reason, is_retryable), (Some("key_revoked"), false));
        assert_eq!(message, "The API key was revoked: give one that is active.");
        let (reason, is_retryable, message) =
            told(Code::ServiceUnavailable, 503, "dashboard auth is not configured");
        assert_eq!((reason, is_retryable), (Some("no_dashboard"), false));
        assert_eq!(message, "The edge cannot serve now (HTTP 503): dashboard auth is not configured.");
        let (reason, is_retryable, _) = told(Code::ServiceUnavailable, 503, "node warming up");
        assert_eq!((reason, is_retryable), (Some("warming_up"), true));
        assert_eq!(told(Code::ServiceUnavailable, 503, "else").0, None);
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
