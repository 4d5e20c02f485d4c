//! From an operation to its request and back. Pure: a request is a value, an answer is bytes.

use std::rc::Rc;

use crate::answer;
use crate::argument::{check_amount, check_limit, check_name, check_nonce, check_note, check_row};
use crate::error::ShardError;
use crate::json::{Field, ObjectWriter};

/// What can be said of a write beside bucket, account and amount. Durations in milliseconds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CreateEventOptions {
    /// A remark of at most 4096 characters.
    pub note: Option<String>,
    /// What makes retries of this write one write; made when absent.
    pub idempotency_nonce: Option<String>,
    /// How far the available balance may go below zero, in credits.
    pub max_overdraft: Option<u64>,
    /// Nodes that must have the event before the answer.
    pub min_acks: Option<u32>,
    /// How long to wait for them.
    pub ack_timeout_ms: Option<u64>,
    /// Credits to hold; alone with an amount of 0 it is a reservation.
    pub hold_amount: Option<u64>,
    /// When the hold ends, in Unix milliseconds.
    pub hold_expires_at_unix_ms: Option<u64>,
    /// The reservation that this debit settles.
    pub settle_reservation: Option<String>,
    /// The reservation to give up; the amount is 0.
    pub release_reservation: Option<String>,
    /// No implicit hold on this debit.
    pub skip_hold: Option<bool>,
}

/// One operation, ready to be sent any number of times with the same bytes.
#[derive(Clone, Debug)]
pub struct Operation {
    /// The HTTP method.
    pub method: &'static str,
    /// What follows the edge's URL.
    pub path: String,
    /// The JSON body.
    pub body: Option<Rc<str>>,
    /// What the answer must look like.
    pub fields: &'static [Field],
    /// What makes a write itself; `None` for reads.
    pub write: Option<Identity>,
    /// The bucket as the caller calls it.
    pub bucket: Option<Rc<str>>,
    /// Whether the API key goes along.
    pub authorized: bool,
}

/// What makes a write itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Carried by every copy.
    pub nonce: Rc<str>,
    /// What the nonce stands for: reuse for anything else is a conflict.
    pub fingerprint: Rc<str>,
}

impl Operation {
    /// `POST /events`; `fresh_nonce` is used where the options have none.
    pub fn create_event(
        bucket: &str,
        account: &str,
        amount: i64,
        options: &CreateEventOptions,
        fresh_nonce: impl FnOnce() -> Result<String, ShardError>,
    ) -> Result<Operation, ShardError> {
        check_name("bucket", bucket)?;
        check_name("account", account)?;
        check_amount(amount)?;
        if let Some(note) = &options.note {
            check_note(note)?;
        }
        check_limit("maxOverdraft", options.max_overdraft.unwrap_or(0))?;
        check_limit("ackTimeoutMs", options.ack_timeout_ms.unwrap_or(0))?;
        check_limit("holdAmount", options.hold_amount.unwrap_or(0))?;
        check_limit("holdExpiresAtUnixMs", options.hold_expires_at_unix_ms.unwrap_or(0))?;
        let nonce: Rc<str> = match &options.idempotency_nonce {
            Some(nonce) => check_nonce(nonce)?.into(),
            None => fresh_nonce()?.into(),
        };
        check_row(bucket, account, &nonce)?;
        let mut body = ObjectWriter::new();
        body.text("bucket", bucket);
        body.text("account", account);
        body.whole("amount", amount);
        write_lasting(&mut body, options);
        let fingerprint = body.clone().finish().into();
        write_rest(&mut body, options, &nonce);
        Ok(Operation {
            method: "POST",
            path: "/events".into(),
            body: Some(body.finish().into()),
            fields: &answer::CREATED,
            write: Some(Identity { nonce, fingerprint }),
            bucket: Some(bucket.into()),
            authorized: true,
        })
    }

    /// `GET /balances`.
    pub fn get_balances(bucket: &str) -> Result<Operation, ShardError> {
        check_name("bucket", bucket)?;
        let mut path = String::from("/balances?bucket=");
        percent_encode(&mut path, bucket);
        Ok(Operation { bucket: Some(bucket.into()), ..Operation::get(path, &answer::BALANCES) })
    }

    /// `GET /gateway/health`.
    pub fn health() -> Operation {
        Operation { authorized: false, ..Operation::get("/gateway/health".into(), &answer::HEALTH) }
    }

    fn get(path: String, fields: &'static [Field]) -> Operation {
        Operation { method: "GET", path, body: None, fields, write: None, bucket: None, authorized: true }
    }
}

/// The part of the body that the nonce stands for.
fn write_lasting(body: &mut ObjectWriter, options: &CreateEventOptions) {
    for (key, text) in [
        ("note", &options.note),
        ("settle_reservation", &options.settle_reservation),
        ("release_reservation", &options.release_reservation),
    ] {
        if let Some(text) = text {
            body.text(key, text);
        }
    }
    for (key, figure) in [("max_overdraft", options.max_overdraft), ("hold_amount", options.hold_amount)] {
        if let Some(figure) = figure {
            body.whole(key, figure as i64);
        }
    }
    if let Some(skip_hold) = options.skip_hold {
        body.flag("skip_hold", skip_hold);
    }
}

/// The part that may differ between two calls for the same write.
fn write_rest(body: &mut ObjectWriter, options: &CreateEventOptions, nonce: &str) {
    for (key, figure) in [
        ("hold_expires_at_unix_ms", options.hold_expires_at_unix_ms),
        ("min_acks", options.min_acks.map(u64::from)),
        ("ack_timeout_ms", options.ack_timeout_ms),
    ] {
        if let Some(figure) = figure {
            body.whole(key, figure as i64);
        }
    }
    body.text("idempotency_nonce", nonce);
}

/// Appends `text` for use in a path segment or query value.
fn percent_encode(out: &mut String, text: &str) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let digit =
                |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0').to_ascii_uppercase();
            out.extend(['%', digit(byte >> 4), digit(byte & 15)]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn create(options: &CreateEventOptions) -> Operation {
        Operation::create_event("b", "a\"", -5, options, || Ok("fresh".into())).unwrap()
    }

    #[test]
    fn the_body_is_what_the_protocol_wants() {
        let options = CreateEventOptions {
            note: Some("é\n".into()),
            idempotency_nonce: Some(" n-1 ".into()),
            max_overdraft: Some(7),
            min_acks: Some(2),
            skip_hold: Some(true),
            ..Default::default()
        };
        let want = r#"{"bucket":"b","account":"a\"","amount":-5,"note":"é\n","max_overdraft":7,"skip_hold":true,"min_acks":2,"idempotency_nonce":"n-1"}"#;
        assert_eq!(create(&options).body.as_deref(), Some(want));
    }

    #[test]
    fn the_fingerprint_leaves_out_how_the_call_is_made() {
        let plain = CreateEventOptions::default();
        let acked = CreateEventOptions { min_acks: Some(2), ack_timeout_ms: Some(9), ..Default::default() };
        let noted = CreateEventOptions { note: Some("x".into()), ..Default::default() };
        assert_eq!(create(&plain).write, create(&acked).write);
        assert_ne!(create(&plain).write, create(&noted).write);
    }

    #[test]
    fn names_are_escaped_in_urls() {
        assert_eq!(Operation::get_balances("a b/ü&").unwrap().path, "/balances?bucket=a%20b%2F%C3%BC%26");
    }
}
