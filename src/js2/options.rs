//! Options, read by serde: every name known, every value of its type, every whole number exact.

use js_sys::{Array, JsString, Object, Reflect};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::*;

use super::argument::{count, text};
use crate::api::{After, CreateEventOptions, MyBucketEventsFilter, MyBucketsFilter, MyEventsFilter};
use crate::client::{Client, Config, PRODUCTION_HOST, check_span_ms};
use crate::driver::Controls;
use crate::durable::StoreFailure;
use crate::error::{Code, ShardError};
use crate::json::Integers;
use crate::key::ApiKey;

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Ambiguous {
    Failover,
    SameEdge,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Whole {
    Number,
    Bigint,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Failure {
    Closed,
    Open,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Discover {
    Known(bool),
    Below(String),
}

/// How a client is set up, but for the objects among the options.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ClientOptions {
    edges: Option<Vec<String>>,
    allow_http: Option<bool>,
    timeout_ms: Option<u64>,
    attempt_timeout_ms: Option<u64>,
    probe_timeout_ms: Option<u64>,
    cooldown_ms: Option<u64>,
    settle_ms: Option<u64>,
    ambiguous_writes: Option<Ambiguous>,
    max_attempts: Option<u32>,
    max_body_bytes: Option<u64>,
    integers: Option<Whole>,
    discover: Option<Discover>,
    ledger: Option<String>,
    store_failure: Option<Failure>,
    store_timeout_ms: Option<u64>,
}

const CLIENT: &str = "edges allowHttp timeoutMs attemptTimeoutMs probeTimeoutMs cooldownMs settleMs ambiguousWrites maxAttempts maxBodyBytes integers discover ledger storeFailure storeTimeoutMs owner store onEvent signal";
const CALL: &str = "signal timeoutMs edge";
const CREDIT: &str = "signal timeoutMs edge note idempotencyNonce minAcks ackTimeoutMs";
const RESERVE: &str = "signal timeoutMs edge note idempotencyNonce minAcks ackTimeoutMs maxOverdraft";
const CHARGE: &str = "signal timeoutMs edge note idempotencyNonce minAcks ackTimeoutMs maxOverdraft skipHold holdAmount holdExpiresAtUnixMs";
const CREATE: &str = "signal timeoutMs edge note idempotencyNonce minAcks ackTimeoutMs maxOverdraft skipHold holdAmount holdExpiresAtUnixMs settleReservation releaseReservation";
/// These are no plain data, and are taken out beside it.
const OBJECTS: [&str; 5] = ["owner", "store", "onEvent", "signal", "after"];

/// The options that a call takes.
fn known_to(call: &str) -> &'static str {
    match call {
        "createEvent" | "createMyBucketEvent" => CREATE,
        "charge" => CHARGE,
        "reserve" => RESERVE,
        "credit" | "settle" | "release" => CREDIT,
        "getAccount" => "signal timeoutMs edge after",
        "listMyBuckets" => "signal timeoutMs edge q page limit",
        "listMyBucketEvents" => "signal timeoutMs edge q page limit account",
        "listMyEvents" => {
            "signal timeoutMs edge bucket account origin eventType sinceMs untilMs search limit offset replication"
        }
        "withApiKey" => "owner",
        "forget" => "pending",
        _ => CALL,
    }
}

/// What is said of a call beside its arguments.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct CallOptions {
    timeout_ms: Option<u64>,
    edge: Option<String>,
    note: Option<String>,
    idempotency_nonce: Option<String>,
    max_overdraft: Option<u64>,
    min_acks: Option<u32>,
    ack_timeout_ms: Option<u64>,
    hold_amount: Option<u64>,
    hold_expires_at_unix_ms: Option<u64>,
    settle_reservation: Option<String>,
    release_reservation: Option<String>,
    skip_hold: Option<bool>,
    q: Option<String>,
    page: Option<u64>,
    limit: Option<u64>,
    bucket: Option<String>,
    account: Option<String>,
    origin: Option<String>,
    event_type: Option<String>,
    since_ms: Option<u64>,
    until_ms: Option<u64>,
    search: Option<String>,
    offset: Option<u64>,
    replication: Option<bool>,
    /// For `forget`.
    pub(super) pending: Option<bool>,
}

/// Options that were read: the data, and the objects beside it.
pub(super) struct Said<T> {
    pub(super) data: T,
    objects: Object,
}

impl<T> Said<T> {
    /// An object among the options; undefined where it was not given.
    pub(super) fn object(&self, name: &str) -> JsValue {
        Reflect::get(&self.objects, &name.into()).unwrap_or_default()
    }

    /// The same, unless it lacks one of its methods.
    pub(super) fn object_with(&self, name: &str, method: &str) -> Result<Option<JsValue>, ShardError> {
        let object = self.object(name);
        if object.is_undefined() {
            return Ok(None);
        }
        let has = Reflect::get(&object, &method.into()).is_ok_and(|method| method.is_function());
        let refused = || ShardError::invalid_of(&["The option ", name, " has no method ", method, "."]);
        has.then_some(Some(object)).ok_or_else(refused)
    }

    /// The caller's signal.
    pub(super) fn signal(&self) -> Result<Option<web_sys::AbortSignal>, ShardError> {
        Ok(self.object_with("signal", "addEventListener")?.map(JsCast::unchecked_into))
    }
}

/// The options of a client.
pub(super) fn of_client(options: &JsValue) -> Result<Said<ClientOptions>, ShardError> {
    read(options, CLIENT)
}

/// The options of a call.
pub(super) fn of_call(name: &str, options: &JsValue) -> Result<Said<CallOptions>, ShardError> {
    read(options, known_to(name))
}

fn read<T: DeserializeOwned>(options: &JsValue, known: &str) -> Result<Said<T>, ShardError> {
    let (data, objects) = (Object::new(), Object::new());
    if !options.is_undefined() && !options.is_null() {
        let Some(given) = options.dyn_ref::<Object>().filter(|given| !Array::is_array(given)) else {
            return Err(ShardError::invalid("The options are not an object: give { name: value }."));
        };
        for key in Object::keys(given).iter() {
            let name = key.as_string().unwrap_or_default();
            let value = Reflect::get(given, &key).map_err(|thrown| unreadable(&name, known, thrown))?;
            // What is left undefined is not given.
            if value.is_undefined() {
                continue;
            }
            if !known.split(' ').any(|known| known == name) {
                return Err(unknown(&name, known));
            }
            if value.is_null() {
                continue;
            }
            let kept = if OBJECTS.contains(&&*name) { &objects } else { &data };
            drop(Reflect::set(kept, &key, &value));
        }
    }
    for key in Object::keys(&data).iter() {
        check::<T>(&data, &key)?;
    }
    // Serde's own words stay out of the error: they quote the value.
    let data = serde_wasm_bindgen::from_value(data.into())
        .map_err(|_| ShardError::invalid("The options are not of their types: see the typings."))?;
    Ok(Said { data, objects })
}

/// Refuses a member of a wrong type by its name.
fn check<T: DeserializeOwned>(data: &Object, key: &JsValue) -> Result<(), ShardError> {
    let name = key.as_string().unwrap_or_default();
    let value = Reflect::get(data, key).unwrap_or_default();
    if value.dyn_ref::<JsString>().is_some_and(|text| !text.is_valid_utf16()) {
        text(&["option ", &name].concat(), &value)?;
    }
    let alone = Object::new();
    drop(Reflect::set(&alone, key, &value));
    serde_wasm_bindgen::from_value::<T>(alone.into()).map(drop).map_err(|_| {
        let advice = " is not of its type, or out of range: give what the typings say.";
        ShardError::invalid_of(&["The option ", &name, advice])
    })
}

fn unreadable(name: &str, known: &str, thrown: JsValue) -> ShardError {
    if !known.split(' ').any(|known| known == name) {
        return unknown(name, known);
    }
    let mut error =
        ShardError::of(Code::InvalidInput, &["The option ", name, " cannot be read: see the cause."]);
    error.cause = Some(std::rc::Rc::new(thrown));
    error
}

/// The unknown name stays out of the message: it may be a key given in the wrong place.
fn unknown(name: &str, known: &str) -> ShardError {
    let nearest = known.split(' ').min_by_key(|known| distance(known, name)).unwrap_or_default();
    if CREATE.split(' ').any(|other| other == name) && distance(nearest, name) > 2 {
        return ShardError::invalid_of(&["The option ", name, " is not one of this call: leave it out."]);
    }
    ShardError::invalid_of(&["An option is unknown: did you mean ", nearest, "?"])
}

/// Levenshtein's distance, in any case of letters.
fn distance(one: &str, other: &str) -> usize {
    let letters = |name: &str| name.to_lowercase().chars().take(40).collect::<Vec<_>>();
    let other = letters(other);
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, letter) in letters(one).into_iter().enumerate() {
        let mut next = vec![at + 1];
        for ((above, diagonal), right) in row.iter().skip(1).zip(&row).zip(&other) {
            let left = next.last().copied().unwrap_or_default();
            next.push((above + 1).min(left + 1).min(diagonal + usize::from(letter != *right)));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

impl ClientOptions {
    /// What a client is made of, but for the objects.
    pub(super) fn config(self, api_key: ApiKey) -> Result<Config, ShardError> {
        let mut config = Config::new(api_key);
        let has_edges = self.edges.is_some();
        config.edges = self.edges.unwrap_or(config.edges);
        config.allow_http = self.allow_http.unwrap_or(false);
        let policy = &mut config.policy;
        for (span, given) in [
            (&mut policy.timeout_ms, self.timeout_ms),
            (&mut policy.attempt_timeout_ms, self.attempt_timeout_ms),
            (&mut policy.probe_timeout_ms, self.probe_timeout_ms),
            (&mut policy.cooldown_ms, self.cooldown_ms),
            (&mut policy.settle_ms, self.settle_ms),
            (&mut config.store_timeout_ms, self.store_timeout_ms),
            (&mut config.max_body_bytes, self.max_body_bytes),
        ] {
            *span = given.unwrap_or(*span);
        }
        policy.max_attempts = self.max_attempts.unwrap_or(policy.max_attempts);
        policy.ambiguous_writes_move = !matches!(self.ambiguous_writes, Some(Ambiguous::SameEdge));
        config.integers = match self.integers {
            Some(Whole::Bigint) => Integers::BigInt,
            Some(Whole::Number) | None => Integers::Number,
        };
        config.discover = match self.discover {
            Some(Discover::Known(true)) if has_edges => {
                return Err(ShardError::invalid(
                    "The option discover is true with edges of your own: give the end of their host names instead.",
                ));
            }
            Some(Discover::Known(true)) => Some(PRODUCTION_HOST.into()),
            Some(Discover::Below(host)) => Some(host),
            Some(Discover::Known(false)) | None => None,
        };
        config.ledger = self.ledger;
        if matches!(self.store_failure, Some(Failure::Open)) {
            config.store_failure = StoreFailure::Open;
        }
        Ok(config)
    }
}

impl CallOptions {
    /// What is said of the call itself, but for its signal.
    pub(super) fn controls(&self, client: &Client, only: Option<&str>) -> Result<Controls, ShardError> {
        if let Some(timeout_ms) = self.timeout_ms {
            check_span_ms("timeoutMs", timeout_ms, 1)?;
        }
        let only = only.or(self.edge.as_deref()).map(|url| client.edge_index(url)).transpose()?;
        Ok(Controls { abort: None, timeout_ms: self.timeout_ms, only })
    }

    /// What is said of a write beside its amount.
    pub(super) fn event(&self) -> CreateEventOptions {
        CreateEventOptions {
            note: self.note.clone(),
            idempotency_nonce: self.idempotency_nonce.clone(),
            max_overdraft: self.max_overdraft,
            min_acks: self.min_acks,
            ack_timeout_ms: self.ack_timeout_ms,
            hold_amount: self.hold_amount,
            hold_expires_at_unix_ms: self.hold_expires_at_unix_ms,
            settle_reservation: self.settle_reservation.clone(),
            release_reservation: self.release_reservation.clone(),
            skip_hold: self.skip_hold,
        }
    }

    pub(super) fn my_buckets(&self) -> MyBucketsFilter {
        MyBucketsFilter { q: self.q.clone(), page: self.page, limit: self.limit }
    }

    pub(super) fn my_bucket_events(&self) -> MyBucketEventsFilter {
        let (q, account) = (self.q.clone(), self.account.clone());
        MyBucketEventsFilter { q, account, page: self.page, limit: self.limit }
    }

    pub(super) fn my_events(&self) -> MyEventsFilter {
        MyEventsFilter {
            bucket: self.bucket.clone(),
            account: self.account.clone(),
            origin: self.origin.clone(),
            event_type: self.event_type.clone(),
            since_ms: self.since_ms,
            until_ms: self.until_ms,
            search: self.search.clone(),
            limit: self.limit,
            offset: self.offset,
            replication: self.replication,
        }
    }
}

/// The event that an account is read after: a write's result, or the event in it.
pub(super) fn after(value: &JsValue) -> Result<Option<After>, ShardError> {
    if value.is_undefined() {
        return Ok(None);
    }
    let get = |of: &JsValue, name: &str| Reflect::get(of, &name.into()).unwrap_or_default();
    let event = Some(get(value, "event")).filter(JsValue::is_object).unwrap_or_else(|| value.clone());
    let position = || {
        let epoch = count("", &get(&event, "originEpoch"))?.to_string();
        let origin = [&text("", &get(&event, "originNodeId"))?, ":", &epoch].concat();
        Ok(After { origin, seq: count("", &get(&event, "originSeq"))? })
    };
    position().map(Some).map_err(|_: ShardError| {
        ShardError::invalid("The option after is no write's result: give what charge or credit resolved to.")
    })
}
