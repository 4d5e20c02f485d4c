//! Writes: `POST /events` in all its modes.

use std::rc::Rc;

use super::{Expected, Identity, Operation};
use crate::argument::{
    check_amount, check_limit, check_name, check_nonce, check_note, check_positive, check_row, check_ttl,
};
use crate::error::ShardError;
use crate::json::ObjectWriter;
use crate::protocol::{CREATE_EVENT, CREATE_MY_BUCKET_EVENT, CreateEventOptions, FINGERPRINT, Said};

impl Operation {
    /// `POST /events`; `fresh_nonce` is used where the options have none.
    pub fn create_event(
        bucket: &str,
        account: &str,
        amount: i64,
        options: &CreateEventOptions,
        fresh_nonce: &dyn Fn() -> Result<String, ShardError>,
    ) -> Result<Operation, ShardError> {
        Operation::event(bucket, account, amount, None, options, fresh_nonce)
    }

    fn event(
        bucket: &str,
        account: &str,
        amount: i64,
        ttl_ms: Option<u64>,
        options: &CreateEventOptions,
        fresh_nonce: &dyn Fn() -> Result<String, ShardError>,
    ) -> Result<Operation, ShardError> {
        let created = Operation::of(&CREATE_EVENT, &[bucket, account])?;
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
        write_options(&mut body, options);
        body.text("idempotency_nonce", &nonce);
        let fingerprint = fingerprint(bucket, account, amount, ttl_ms, options);
        Ok(Operation {
            body: Some(body.finish().into()),
            write: Some(Identity { nonce, fingerprint, replayable: true }),
            expected: Some(Expected::of(
                account,
                amount,
                options.hold_amount,
                options.release_reservation.as_deref().map(Rc::from),
            )),
            hold_ttl_ms: ttl_ms,
            ..created
        })
    }

    /// A reservation of `amount` credits for `ttl_ms`.
    pub fn reserve(
        bucket: &str,
        account: &str,
        amount: i64,
        ttl_ms: u64,
        options: &CreateEventOptions,
        fresh_nonce: &dyn Fn() -> Result<String, ShardError>,
    ) -> Result<Operation, ShardError> {
        let hold_amount = check_positive(amount)?.unsigned_abs();
        check_ttl(ttl_ms)?;
        let options = CreateEventOptions { hold_amount: Some(hold_amount), ..options.clone() };
        Operation::event(bucket, account, 0, Some(ttl_ms), &options, fresh_nonce)
    }

    /// A debit of `amount` from a reservation, which ends it.
    pub fn settle(
        bucket: &str,
        account: &str,
        reservation_id: &str,
        amount: i64,
        options: &CreateEventOptions,
        fresh_nonce: &dyn Fn() -> Result<String, ShardError>,
    ) -> Result<Operation, ShardError> {
        check_name("reservationId", reservation_id)?;
        let options =
            CreateEventOptions { settle_reservation: Some(reservation_id.into()), ..options.clone() };
        Operation::create_event(bucket, account, -check_positive(amount)?, &options, fresh_nonce)
    }

    /// The end of a reservation without a debit.
    pub fn release(
        bucket: &str,
        account: &str,
        reservation_id: &str,
        options: &CreateEventOptions,
        fresh_nonce: &dyn Fn() -> Result<String, ShardError>,
    ) -> Result<Operation, ShardError> {
        check_name("reservationId", reservation_id)?;
        let options =
            CreateEventOptions { release_reservation: Some(reservation_id.into()), ..options.clone() };
        Operation::create_event(bucket, account, 0, &options, fresh_nonce)
    }

    /// The same write through `POST /v1/me/buckets/:b/events`, which is not billed.
    pub fn create_my_bucket_event(
        bucket: &str,
        account: &str,
        amount: i64,
        options: &CreateEventOptions,
        fresh_nonce: &dyn Fn() -> Result<String, ShardError>,
    ) -> Result<Operation, ShardError> {
        let mut operation = Operation::create_event(bucket, account, amount, options, fresh_nonce)?;
        operation.path = Operation::of(&CREATE_MY_BUCKET_EVENT, &[bucket, account])?.path;
        Ok(operation)
    }
}

/// What the nonce of a write stands for, as text: what moves money. All else may differ between two calls for the same write, since the
/// ledger answers a nonce that it has with the first write, whatever is said beside it. Of a reservation the time that was asked for
/// counts, and not its end, which is computed anew in each call.
fn fingerprint(
    bucket: &str,
    account: &str,
    amount: i64,
    ttl_ms: Option<u64>,
    options: &CreateEventOptions,
) -> Rc<str> {
    let (mode, reservation) = mode(amount, options);
    let [amount_key, mode_key, reservation_key, hold_key, ttl_key] = FINGERPRINT;
    let mut text = ObjectWriter::new();
    text.text("bucket", bucket);
    text.text("account", account);
    text.whole(amount_key, amount);
    text.text(mode_key, mode);
    if let Some(reservation) = reservation {
        text.text(reservation_key, reservation);
    }
    for (key, figure) in [(hold_key, options.hold_amount), (ttl_key, ttl_ms)] {
        if let Some(figure) = figure {
            text.whole(key, figure as i64);
        }
    }
    text.finish().into()
}

/// What the ledger takes a write for, and the reservation that it is about.
fn mode(amount: i64, options: &CreateEventOptions) -> (&'static str, Option<&str>) {
    match (&options.settle_reservation, &options.release_reservation) {
        (Some(settled), _) => ("settle", Some(settled)),
        (None, Some(released)) => ("release", Some(released)),
        (None, None) if amount == 0 && options.hold_amount.is_some() => ("reserve", None),
        (None, None) if amount < 0 => ("charge", None),
        (None, None) => ("credit", None),
    }
}

/// All but the nonce, which every write has, given or made.
fn write_options(body: &mut ObjectWriter, options: &CreateEventOptions) {
    options.each(&mut |key, value| match value {
        Said::Text(_) if key == "idempotency_nonce" => {}
        Said::Text(text) => body.text(key, text),
        Said::Whole(figure) => body.whole(key, figure as i64),
        Said::Flag(flag) => body.flag(key, flag),
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn create(options: &CreateEventOptions) -> Operation {
        Operation::create_event("b", "a\"", -5, options, &|| Ok("fresh".into())).unwrap()
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

    fn printed(operation: Result<Operation, ShardError>) -> Rc<str> {
        operation.unwrap().write.unwrap().fingerprint
    }

    const NONCE: &dyn Fn() -> Result<String, ShardError> = &|| Ok(String::from("n"));

    #[test]
    fn the_fingerprint_is_what_moves_money() {
        let said = CreateEventOptions {
            note: Some("x".into()),
            max_overdraft: Some(7),
            min_acks: Some(2),
            ack_timeout_ms: Some(9),
            hold_amount: None,
            hold_expires_at_unix_ms: Some(11),
            skip_hold: Some(true),
            ..Default::default()
        };
        let plain = CreateEventOptions::default();
        for options in [&plain, &said] {
            for (write, want) in [
                (
                    Operation::create_event("b", "a\"", -5, options, NONCE),
                    r#"{"bucket":"b","account":"a\"","amount":-5,"mode":"charge"}"#,
                ),
                (
                    Operation::create_event("b", "a", 5, options, NONCE),
                    r#"{"bucket":"b","account":"a","amount":5,"mode":"credit"}"#,
                ),
                (
                    Operation::create_my_bucket_event("b", "a", 5, options, NONCE),
                    r#"{"bucket":"b","account":"a","amount":5,"mode":"credit"}"#,
                ),
                (
                    Operation::reserve("b", "a", 5, 6_000, options, NONCE),
                    r#"{"bucket":"b","account":"a","amount":0,"mode":"reserve","hold_amount":5,"ttl_ms":6000}"#,
                ),
                (
                    Operation::settle("b", "a", "r", 5, options, NONCE),
                    r#"{"bucket":"b","account":"a","amount":-5,"mode":"settle","reservation":"r"}"#,
                ),
                (
                    Operation::release("b", "a", "r", options, NONCE),
                    r#"{"bucket":"b","account":"a","amount":0,"mode":"release","reservation":"r"}"#,
                ),
            ] {
                assert_eq!(&*printed(write), want);
            }
        }
        let held = CreateEventOptions { hold_amount: Some(9), ..said };
        assert_eq!(
            &*printed(Operation::create_event("b", "a", -5, &held, NONCE)),
            r#"{"bucket":"b","account":"a","amount":-5,"mode":"charge","hold_amount":9}"#
        );
    }
}
