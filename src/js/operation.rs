//! From a call's name and what was given to its operation.

use super::given::Given;
use crate::api::Operation;
use crate::argument::check_positive;
use crate::client::no_randomness;
use crate::error::ShardError;
use crate::protocol::{CreateEventOptions, Giver, MyBucketEventsFilter, MyBucketsFilter, MyEventsFilter};

/// The operation `name`. `body` is what an earlier call sent, where this one repeats it.
pub(super) fn operation(
    name: &str,
    given: &Given<'_>,
    body: Option<String>,
) -> Result<Operation, ShardError> {
    let bucket = &given.text("bucket").unwrap_or_default();
    let account = &given.text("account").unwrap_or_default();
    let amount = given.whole("amount").unwrap_or(0);
    let id = &given.text("reservationId").unwrap_or_default();
    let event = &CreateEventOptions::of(given);
    // JavaScript makes them, unless it cannot.
    let nonce = &|| Err(no_randomness());
    let write = match name {
        "charge" => Operation::create_event(bucket, account, -check_positive(amount)?, event, nonce),
        "credit" => Operation::create_event(bucket, account, check_positive(amount)?, event, nonce),
        "createEvent" => Operation::create_event(bucket, account, amount, event, nonce),
        "reserve" => {
            let ttl_ms = given.count("ttlMs").unwrap_or(0);
            Operation::reserve(bucket, account, amount, ttl_ms, event, nonce)
        }
        "settle" => Operation::settle(bucket, account, id, amount, event, nonce),
        "release" => Operation::release(bucket, account, id, event, nonce),
        "createMyBucketEvent" => Operation::create_my_bucket_event(bucket, account, amount, event, nonce),
        _ => return read(name, bucket, account, given),
    }?;
    Ok(match body {
        // A call that a trap ended does not say what it sent, nor whether it sent anything.
        Some(body) if body.is_empty() => Operation { in_doubt: true, ..write },
        Some(body) => write.with_body(body.into()),
        None => write,
    })
}

fn read(name: &str, bucket: &str, account: &str, given: &Given<'_>) -> Result<Operation, ShardError> {
    match name {
        "listEvents" => Operation::list_events(bucket),
        "getBalances" => Operation::get_balances(bucket),
        "getAccount" => {
            let operation = Operation::get_account(bucket, account)?;
            Ok(match given.after() {
                Some(event) => operation.after(event),
                None => operation,
            })
        }
        "listMyBuckets" => Ok(Operation::list_my_buckets(&MyBucketsFilter::of(given))),
        "listMyBucketEvents" => Operation::list_my_bucket_events(bucket, &MyBucketEventsFilter::of(given)),
        "listMyEvents" => Ok(Operation::list_my_events(&MyEventsFilter::of(given))),
        "deleteMyBucket" => Operation::delete_my_bucket(bucket),
        "edges" => Ok(Operation::edges()),
        "health" => Ok(Operation::health()),
        "listMyDeletedBuckets" => Ok(Operation::list_my_deleted_buckets()),
        "getMyBucket" => Operation::get_my_bucket(bucket),
        _ => Err(ShardError::invalid("There is no call of this name.")),
    }
}
