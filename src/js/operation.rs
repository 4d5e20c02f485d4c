//! From a call's name and arguments to its operation.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::*;

use super::options::{CREATE, CREDIT, Options, RESERVE, after, call_controls, event_options};
use super::shardd::Shardd;
use super::value::{count, flag, text, whole};
use crate::api::{CreateEventOptions, MyBucketEventsFilter, MyBucketsFilter, MyEventsFilter, Operation};
use crate::argument::check_positive;
use crate::driver::Controls;
use crate::durable::Note;
use crate::error::ShardError;

/// An operation and how its call is made.
type Prepared = Result<(Operation, Controls), ShardError>;

/// The operation `name` with these arguments. Nothing is sent where this fails.
pub(super) fn prepare(
    shardd: &Shardd,
    name: &str,
    args: &Array,
    options: &JsValue,
    body: Option<String>,
) -> Prepared {
    if name == "resume" {
        let bytes = args.get(0).dyn_into::<Uint8Array>().map(|bytes| bytes.to_vec()).unwrap_or_default();
        let note =
            Note::of_record(&bytes).ok_or_else(|| ShardError::invalid("This is no record of a write."))?;
        return Ok((note.operation(), call_controls(&Options::of_read(name, options)?, shardd)?));
    }
    let known: &[&str] = match name {
        "charge" => super::options::CHARGE,
        "credit" | "settle" | "release" => CREDIT,
        "reserve" => RESERVE,
        "createEvent" | "createMyBucketEvent" => CREATE,
        _ => return read(shardd, name, args, options),
    };
    let options = Options::new(options, &[known])?;
    let (bucket, account) = (text("bucket", &args.get(0))?, text("account", &args.get(1))?);
    let amount = whole("amount", &args.get(2))?;
    let event = event_options(&options)?;
    let operation =
        write(name, &bucket, &account, amount, &args.get(3), &event, &|| shardd.client.fresh_nonce())?;
    let operation = match body {
        // A call that a trap ended does not say what it sent, nor whether it sent anything.
        Some(body) if body.is_empty() => Operation { in_doubt: true, ..operation },
        Some(body) => operation.with_body(body.into()),
        None => operation,
    };
    Ok((operation, call_controls(&options, shardd)?))
}

/// `more` is what some take beside bucket, account and amount.
fn write(
    name: &str,
    bucket: &str,
    account: &str,
    amount: i64,
    more: &JsValue,
    event: &CreateEventOptions,
    nonce: &dyn Fn() -> Result<String, ShardError>,
) -> Result<Operation, ShardError> {
    match name {
        "reserve" => Operation::reserve(bucket, account, amount, count("ttlMs", more)?, event, nonce),
        "settle" => Operation::settle(bucket, account, &text("reservationId", more)?, amount, event, nonce),
        "release" => Operation::release(bucket, account, &text("reservationId", more)?, event, nonce),
        "createMyBucketEvent" => Operation::create_my_bucket_event(bucket, account, amount, event, nonce),
        "charge" => Operation::create_event(bucket, account, -check_positive(amount)?, event, nonce),
        "credit" => Operation::create_event(bucket, account, check_positive(amount)?, event, nonce),
        _ => Operation::create_event(bucket, account, amount, event, nonce),
    }
}

fn read(shardd: &Shardd, name: &str, args: &Array, options: &JsValue) -> Prepared {
    let options = Options::of_read(name, options)?;
    let first = args.get(0);
    let bucket = || text("bucket", &first);
    let mut controls = call_controls(&options, shardd)?;
    let operation = match name {
        "listEvents" => Operation::list_events(&bucket()?)?,
        "getBalances" => Operation::get_balances(&bucket()?)?,
        "getAccount" => {
            let operation = Operation::get_account(&bucket()?, &text("account", &args.get(1))?)?;
            match options.read("after", after)? {
                Some(event) => operation.after(event),
                None => operation,
            }
        }
        "edges" => Operation::edges(),
        "health" => {
            if !first.is_undefined() && !first.is_null() {
                controls.only = Some(shardd.client.edge_index(&text("edge", &first)?)?);
            }
            Operation::health()
        }
        "listMyBuckets" => Operation::list_my_buckets(&MyBucketsFilter {
            q: options.read("q", text)?,
            page: options.read("page", count)?,
            limit: options.read("limit", count)?,
        }),
        "listMyDeletedBuckets" => Operation::list_my_deleted_buckets(),
        "getMyBucket" => Operation::get_my_bucket(&bucket()?)?,
        "listMyBucketEvents" => {
            let filter = MyBucketEventsFilter {
                q: options.read("q", text)?,
                account: options.read("account", text)?,
                page: options.read("page", count)?,
                limit: options.read("limit", count)?,
            };
            Operation::list_my_bucket_events(&bucket()?, &filter)?
        }
        "listMyEvents" => Operation::list_my_events(&my_events(&options)?),
        "deleteMyBucket" => Operation::delete_my_bucket(&bucket()?)?,
        _ => return Err(ShardError::invalid("There is no call of this name.")),
    };
    Ok((operation, controls))
}

fn my_events(options: &Options) -> Result<MyEventsFilter, ShardError> {
    Ok(MyEventsFilter {
        bucket: options.read("bucket", text)?,
        account: options.read("account", text)?,
        origin: options.read("origin", text)?,
        event_type: options.read("eventType", text)?,
        since_ms: options.read("sinceMs", count)?,
        until_ms: options.read("untilMs", count)?,
        search: options.read("search", text)?,
        limit: options.read("limit", count)?,
        offset: options.read("offset", count)?,
        replication: options.read("replication", flag)?,
    })
}
