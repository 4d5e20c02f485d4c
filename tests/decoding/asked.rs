//! From a recorded request to the operation that makes it.

use serde_json::Value;
use shardd_wasm::ShardError;
use shardd_wasm::api::Operation;
use shardd_wasm::protocol::{CreateEventOptions, MyBucketEventsFilter, MyBucketsFilter, MyEventsFilter};

use crate::recorded::Exchange;
use crate::tree::Tree;

/// An operation, and the call that a user would write for it.
pub struct Asked {
    pub call: String,
    pub operation: Operation,
}

/// The operations that make the request of `exchange`: most often one. `Err` says why none does.
pub fn asked(exchange: &Exchange) -> Result<Vec<Asked>, String> {
    let (path, query) = exchange.path.split_once('?').unwrap_or((&exchange.path, ""));
    if percent_decoded(path).contains('\u{fffd}') {
        return Err("names are always sent as UTF-8".into());
    }
    let segments: Vec<String> = path.trim_start_matches('/').split('/').map(percent_decoded).collect();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    let asked = match (exchange.method.as_str(), segments.as_slice()) {
        ("POST", ["events"]) => event(exchange, None)?,
        ("POST", ["v1", "me", "buckets", bucket, "events"]) => event(exchange, Some(bucket))?,
        ("GET" | "DELETE", segments) => vec![read(&exchange.method, segments, &Query::of(query))?],
        (method, _) => return Err(format!("no operation sends {method} there")),
    };
    for Asked { call, operation } in &asked {
        if operation.method != exchange.method || normal(&operation.path) != normal(&exchange.path) {
            return Err(format!("{call} asks {} {}", operation.method, operation.path));
        }
    }
    Ok(asked)
}

fn read(method: &str, segments: &[&str], query: &Query) -> Result<Asked, String> {
    let bucket = || query.text("bucket").ok_or("a bucket is always named".to_owned());
    let (call, operation) = match (method, segments) {
        ("GET", ["events"]) => (format!("listEvents({:?})", bucket()?), Operation::list_events(&bucket()?)),
        ("GET", ["balances"]) => {
            (format!("getBalances({:?})", bucket()?), Operation::get_balances(&bucket()?))
        }
        ("GET", ["collapsed", bucket, account]) => {
            (format!("getAccount({bucket:?}, {account:?})"), Operation::get_account(bucket, account))
        }
        ("GET", ["gateway", "edges"]) => ("edges()".into(), Ok(Operation::edges())),
        ("GET", ["gateway", "health"]) => ("health()".into(), Ok(Operation::health())),
        ("GET", ["v1", "me", "buckets", "deleted"]) => {
            ("listMyDeletedBuckets()".into(), Ok(Operation::list_my_deleted_buckets()))
        }
        ("GET", ["v1", "me", "buckets"]) => {
            let filter = MyBucketsFilter {
                q: query.text("q"),
                page: query.whole("page")?,
                limit: query.whole("limit")?,
            };
            (format!("listMyBuckets({{{query}}})"), Ok(Operation::list_my_buckets(&filter)))
        }
        ("GET", ["v1", "me", "events"]) => {
            (format!("listMyEvents({{{query}}})"), Ok(Operation::list_my_events(&my_events(query)?)))
        }
        ("GET", ["v1", "me", "buckets", bucket]) => {
            (format!("getMyBucket({bucket:?})"), Operation::get_my_bucket(bucket))
        }
        ("GET", ["v1", "me", "buckets", bucket, "events"]) => {
            let filter = MyBucketEventsFilter {
                q: query.text("q"),
                account: query.text("account"),
                page: query.whole("page")?,
                limit: query.whole("limit")?,
            };
            let call = format!("listMyBucketEvents({bucket:?}, {{{query}}})");
            (call, Operation::list_my_bucket_events(bucket, &filter))
        }
        ("DELETE", ["v1", "me", "buckets", bucket]) => {
            (format!("deleteMyBucket({bucket:?})"), Operation::delete_my_bucket(bucket))
        }
        _ => return Err("no operation asks there".into()),
    };
    Ok(Asked { call, operation: operation.map_err(refused)? })
}

fn my_events(query: &Query) -> Result<MyEventsFilter, String> {
    Ok(MyEventsFilter {
        bucket: query.text("bucket"),
        account: query.text("account"),
        origin: query.text("origin"),
        event_type: query.text("event_type"),
        since_ms: query.whole("since_ms")?,
        until_ms: query.whole("until_ms")?,
        search: query.text("search"),
        limit: query.whole("limit")?,
        offset: query.whole("offset")?,
        replication: match query.text("replication").as_deref() {
            None => None,
            Some("true") => Some(true),
            Some("false") => Some(false),
            Some(other) => return Err(format!("replication {other} is neither true nor false")),
        },
    })
}

fn refused(error: ShardError) -> String {
    format!("refused before anything is sent: {error}")
}

/// A write. Its operation must send the recorded body again.
fn event(exchange: &Exchange, my_bucket: Option<&str>) -> Result<Vec<Asked>, String> {
    if !exchange.content_type.starts_with("application/json") {
        return Err("always sent as application/json".into());
    }
    let Some(Tree::Object(members)) = Tree::parse(exchange.sent.as_bytes()) else {
        return Err("always sent as one JSON object".into());
    };
    let body: Value = serde_json::from_str(&exchange.sent).map_err(|_| "no such number is ever sent")?;
    if body.as_object().unwrap().len() < members.len() {
        return Err("no field is ever sent twice".into());
    }
    let text = |name: &str| body[name].as_str().map(String::from);
    let whole = |name: &str| body[name].as_u64();
    let options = CreateEventOptions {
        note: text("note"),
        idempotency_nonce: text("idempotency_nonce"),
        max_overdraft: whole("max_overdraft"),
        min_acks: whole("min_acks").and_then(|acks| acks.try_into().ok()),
        ack_timeout_ms: whole("ack_timeout_ms"),
        hold_amount: whole("hold_amount"),
        hold_expires_at_unix_ms: whole("hold_expires_at_unix_ms"),
        settle_reservation: text("settle_reservation"),
        release_reservation: text("release_reservation"),
        skip_hold: body["skip_hold"].as_bool(),
    };
    let bucket = my_bucket.map(String::from).or(text("bucket")).ok_or("the bucket is always a string")?;
    let account = text("account").ok_or("the account is always a string")?;
    let amount = body["amount"].as_i64().ok_or("the amount is always a whole number of 64 bits")?;
    if options.idempotency_nonce.is_none() {
        return Err("always sent with an idempotency_nonce".into());
    }
    let mut all = vec![create(&bucket, &account, amount, &options, my_bucket.is_some())?];
    let sent: Value = serde_json::from_str(all[0].operation.body.as_deref().unwrap()).unwrap();
    // Buckets in the body are ignored where the path names one.
    let other = members.iter().map(|(name, _)| name.as_str()).find(|name| {
        let nonce = *name == "idempotency_nonce" || (*name == "bucket" && my_bucket.is_some());
        !nonce && body[*name] != sent[*name]
    });
    if let Some(name) = other {
        return Err(format!("{name} is never sent so"));
    }
    if amount == 0 && my_bucket.is_none() {
        all.extend(reserve(&bucket, &account, &options));
    }
    Ok(all)
}

fn create(
    bucket: &str,
    account: &str,
    amount: i64,
    options: &CreateEventOptions,
    mine: bool,
) -> Result<Asked, String> {
    let fresh = &|| unreachable!("a recorded nonce");
    let plain = CreateEventOptions { settle_reservation: None, release_reservation: None, ..options.clone() };
    let names = format!("{bucket:?}, {account:?}");
    let (call, operation) = match (&options.settle_reservation, &options.release_reservation) {
        _ if mine => (
            format!("createMyBucketEvent({names}, {amount}, …)"),
            Operation::create_my_bucket_event(bucket, account, amount, options, fresh),
        ),
        (Some(id), None) if amount < 0 => (
            format!("settle({names}, {id:?}, {}, …)", amount.unsigned_abs()),
            Operation::settle(bucket, account, id, amount.saturating_neg(), &plain, fresh),
        ),
        (None, Some(id)) if amount == 0 => {
            (format!("release({names}, {id:?}, …)"), Operation::release(bucket, account, id, &plain, fresh))
        }
        _ => (
            format!("createEvent({names}, {amount}, …)"),
            Operation::create_event(bucket, account, amount, options, fresh),
        ),
    };
    Ok(Asked { call: call.replace(&"a".repeat(100), "…"), operation: operation.map_err(refused)? })
}

/// The same hold by way of `reserve`, which gives its answer another form.
fn reserve(bucket: &str, account: &str, options: &CreateEventOptions) -> Option<Asked> {
    let amount = i64::try_from(options.hold_amount?).ok()?;
    let plain = CreateEventOptions { hold_amount: None, hold_expires_at_unix_ms: None, ..options.clone() };
    let fresh = &|| unreachable!("a recorded nonce");
    let operation = Operation::reserve(bucket, account, amount, 60_000, &plain, fresh).ok()?;
    Some(Asked { call: format!("reserve({bucket:?}, {account:?}, {amount}, 60000, …)"), operation })
}

/// The parameters of a recorded query.
struct Query(Vec<(String, String)>);

impl Query {
    fn of(query: &str) -> Query {
        let pairs = query.split('&').filter(|pair| !pair.is_empty());
        let pair = |pair: &str| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (percent_decoded(name), percent_decoded(value))
        };
        Query(pairs.map(pair).collect())
    }

    fn text(&self, name: &str) -> Option<String> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
    }

    fn whole(&self, name: &str) -> Result<Option<u64>, String> {
        let parsed =
            |text: String| text.parse().map_err(|_| format!("{name} {text} is no whole number from 0"));
        self.text(name).map(parsed).transpose()
    }
}

impl std::fmt::Display for Query {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let pairs: Vec<String> = self.0.iter().map(|(name, value)| format!("{name}: {value:?}")).collect();
        f.write_str(&pairs.join(", "))
    }
}

/// A path and query with what may be spelled in more than one way spelled in one.
fn normal(path: &str) -> (String, Vec<(String, String)>) {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let mut pairs = Query::of(query).0;
    pairs.sort();
    (path.split('/').map(percent_decoded).collect::<Vec<_>>().join("/"), pairs)
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let code = after.get(..2).and_then(|code| std::str::from_utf8(code).ok());
        match code.filter(|_| *first == b'%').and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
