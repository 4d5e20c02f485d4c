//! Option objects: every name known, every value of its type.

use std::rc::Rc;

use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::abort::abort_of_any;
use super::shardd::Shardd;
use super::store::store;
use super::value::{count, flag, text, whole};
use crate::api::{After, CreateEventOptions};
use crate::client::Config;
use crate::driver::Controls;
use crate::durable::StoreFailure;
use crate::edge_url::PRODUCTION_HOST;
use crate::error::{Code, ShardError};
use crate::json::Integers;
use crate::key::ApiKey;
use crate::text::decimal;

const CLIENT: &[&str] = &[
    "edges",
    "allowHttp",
    "timeoutMs",
    "attemptTimeoutMs",
    "probeTimeoutMs",
    "cooldownMs",
    "settleMs",
    "ambiguousWrites",
    "maxAttempts",
    "maxBodyBytes",
    "integers",
    "fetch",
    "rememberEdge",
    "discover",
    "store",
    "storeFailure",
    "storeTimeoutMs",
    "onEvent",
    "signal",
    "waitUntil",
];
/// What any write can be told, those that only some take last: each kind of write takes a part from the beginning.
pub(super) const CREATE: &[&str] = &[
    "signal",
    "timeoutMs",
    "edge",
    "waitUntil",
    "note",
    "idempotencyNonce",
    "minAcks",
    "ackTimeoutMs",
    "maxOverdraft",
    "skipHold",
    "holdAmount",
    "holdExpiresAtUnixMs",
    "settleReservation",
    "releaseReservation",
];
pub(super) const CHARGE: &[&str] = CREATE.split_at(12).0;
pub(super) const RESERVE: &[&str] = CREATE.split_at(9).0;
pub(super) const CREDIT: &[&str] = CREATE.split_at(8).0;
/// What every call can be told.
const CALL: &[&str] = CREATE.split_at(4).0;
const MY_EVENTS: &[&str] = &[
    "bucket",
    "account",
    "origin",
    "eventType",
    "sinceMs",
    "untilMs",
    "search",
    "limit",
    "offset",
    "replication",
];
const SPAN_MAX_MS: u64 = i32::MAX as u64;

/// The options that were given, all of known names. (Each look at a JavaScript object costs a crossing: only what is
/// there is looked at, once.)
pub(super) struct Options(Vec<(String, JsValue)>);

impl Options {
    /// The options of a write or of a client.
    pub(super) fn new(value: &JsValue, known: &[&[&str]]) -> Result<Options, ShardError> {
        let mut given = Vec::new();
        if value.is_undefined() || value.is_null() {
            return Ok(Options(given));
        }
        let object = value
            .dyn_ref::<Object>()
            .filter(|object| !Array::is_array(object) && !object.is_instance_of::<Function>())
            .ok_or_else(|| ShardError::invalid("The options are not an object: give { name: value }."))?;
        for key in Object::keys(object).iter() {
            let name = key.as_string().unwrap_or_default();
            let value = Reflect::get(object, &key).unwrap_or_default();
            // What is left undefined is not given, whatever it would have been.
            if value.is_undefined() {
                continue;
            }
            if !known.iter().any(|names| names.contains(&name.as_str())) {
                return Err(unknown(&name, known));
            }
            if !value.is_null() {
                given.push((name, value));
            }
        }
        Ok(Options(given))
    }

    /// The options of a read, and its filter.
    pub(super) fn of_read(name: &str, value: &JsValue) -> Result<Options, ShardError> {
        let own: &[&str] = match name {
            "getAccount" => &["after"],
            "listMyBuckets" => &["q", "page", "limit"],
            "listMyBucketEvents" => &["q", "page", "limit", "account"],
            "listMyEvents" => MY_EVENTS,
            _ => &[],
        };
        Options::new(value, &[CALL, own])
    }

    /// The value of an option; absent where it is undefined or null.
    fn get(&self, name: &str) -> Option<&JsValue> {
        self.0.iter().find(|(given, _)| given == name).map(|(_, value)| value)
    }

    pub(super) fn read<T>(
        &self,
        name: &str,
        read: fn(&str, &JsValue) -> Result<T, ShardError>,
    ) -> Result<Option<T>, ShardError> {
        self.get(name).map(|value| read(name, value)).transpose()
    }

    fn function(&self, name: &str) -> Result<Option<Function>, ShardError> {
        self.read(name, |name, value| {
            let function = value.dyn_ref::<Function>().cloned();
            function.ok_or_else(|| ShardError::invalid_of(&["The option ", name, " is not a function."]))
        })
    }

    fn span_ms(&self, name: &str, default: u64) -> Result<u64, ShardError> {
        let span_ms = self.read(name, whole)?.map_or(Ok(default), u64::try_from).unwrap_or(0);
        if !(1..=SPAN_MAX_MS).contains(&span_ms) {
            return Err(ShardError::invalid_of(&[
                "The option ",
                name,
                " is out of range: give a whole number from 1 to 2147483647.",
            ]));
        }
        Ok(span_ms)
    }

    fn signal(&self) -> Result<Option<web_sys::AbortSignal>, ShardError> {
        self.read("signal", |_, value| {
            // By its shape: a signal of another realm is one too.
            let is_signal =
                Reflect::get(value, &"aborted".into()).is_ok_and(|aborted| aborted.as_bool().is_some());
            if is_signal {
                return Ok(value.clone().unchecked_into());
            }
            Err(ShardError::invalid("The option signal is not an AbortSignal: give controller.signal."))
        })
    }
}

/// What the constructor's options say.
pub(super) struct ClientOptions {
    pub(super) config: Config,
    pub(super) fetch: Option<Function>,
    pub(super) on_event: Option<Function>,
    pub(super) signal: Option<web_sys::AbortSignal>,
}

pub(super) fn client_options(key: &JsValue, value: &JsValue) -> Result<ClientOptions, ShardError> {
    let options = Options::new(value, &[CLIENT])?;
    let mut config = Config::new(api_key(key)?);
    if let Some(edges) = options.get("edges") {
        if !Array::is_array(edges) {
            return Err(ShardError::invalid("The option edges is not an array: give a list of base URLs."));
        }
        config.edges = Array::from(edges).iter().map(|edge| text("edge", &edge)).collect::<Result<_, _>>()?;
    }
    config.allow_http = options.read("allowHttp", flag)?.unwrap_or(false);
    let policy = &mut config.policy;
    for (name, span_ms) in [
        ("timeoutMs", &mut policy.timeout_ms),
        ("attemptTimeoutMs", &mut policy.attempt_timeout_ms),
        ("probeTimeoutMs", &mut policy.probe_timeout_ms),
        ("cooldownMs", &mut policy.cooldown_ms),
        ("settleMs", &mut policy.settle_ms),
    ] {
        *span_ms = options.span_ms(name, *span_ms)?;
    }
    let attempts = options.span_ms("maxAttempts", policy.max_attempts.into())?;
    policy.max_attempts = u32::try_from(attempts).unwrap_or(u32::MAX);
    policy.ambiguous_writes_move = options.read("ambiguousWrites", ambiguous_writes)?.unwrap_or(true);
    config.max_body_bytes = options.read("maxBodyBytes", count)?.unwrap_or(config.max_body_bytes);
    config.integers = options.read("integers", integers)?.unwrap_or(Integers::Number);
    config.discover = match options.get("discover").map(|value| (value.as_bool(), value)) {
        None | Some((Some(false), _)) => None,
        Some((Some(true), _)) if options.get("edges").is_none() => Some(PRODUCTION_HOST.into()),
        Some((Some(true), _)) => {
            return Err(ShardError::invalid(
                "The option discover is true with edges of your own: give the end of their host names instead.",
            ));
        }
        Some((None, suffix)) => Some(text("option discover", suffix)?),
    };
    config.store = options.read("store", store)?;
    config.store_failure = options.read("storeFailure", store_failure)?.unwrap_or_default();
    config.store_timeout_ms = options.span_ms("storeTimeoutMs", config.store_timeout_ms)?;
    options.function("waitUntil")?;
    let (fetch, on_event) = (options.function("fetch")?, options.function("onEvent")?);
    Ok(ClientOptions { config, fetch, on_event, signal: options.signal()? })
}

fn ambiguous_writes(_: &str, value: &JsValue) -> Result<bool, ShardError> {
    match value.as_string().as_deref() {
        Some("failover") => Ok(true),
        Some("same-edge") => Ok(false),
        _ => {
            Err(ShardError::invalid("The option ambiguousWrites is neither \"failover\" nor \"same-edge\"."))
        }
    }
}

fn store_failure(_: &str, value: &JsValue) -> Result<StoreFailure, ShardError> {
    match value.as_string().as_deref() {
        Some("closed") => Ok(StoreFailure::Closed),
        Some("open") => Ok(StoreFailure::Open),
        _ => Err(ShardError::invalid("The option storeFailure is neither \"closed\" nor \"open\".")),
    }
}

fn integers(_: &str, value: &JsValue) -> Result<Integers, ShardError> {
    match value.as_string().as_deref() {
        Some("number") => Ok(Integers::Number),
        Some("bigint") => Ok(Integers::BigInt),
        _ => Err(ShardError::invalid("The option integers is neither \"number\" nor \"bigint\".")),
    }
}

/// A key, or a function that gives one. What the function throws becomes the cause of the call's error.
pub(super) fn api_key(value: &JsValue) -> Result<ApiKey, ShardError> {
    let Some(function) = value.dyn_ref::<Function>().cloned() else {
        return Ok(ApiKey::Fixed(text("API key", value)?));
    };
    let failed = |thrown: JsValue| {
        let mut error =
            ShardError::new(Code::Unauthorized, "The apiKey function gave no key: see the cause.");
        error.cause = Some(Rc::new(thrown));
        error
    };
    Ok(ApiKey::Asked(Rc::new(move || {
        let given = function.call0(&JsValue::UNDEFINED);
        Box::pin(async move {
            let given = given.map_err(failed)?;
            let key = if given.is_string() {
                given
            } else {
                JsFuture::from(Promise::resolve(&given)).await.map_err(failed)?
            };
            text("API key", &key)
        })
    })))
}

/// The event that an account is read after: a write's result, or the event in it.
pub(super) fn after(_: &str, value: &JsValue) -> Result<After, ShardError> {
    let part = |of: &JsValue, name: &str| Reflect::get(of, &name.into()).unwrap_or_default();
    let event = part(value, "event");
    let event = if event.is_object() { &event } else { value };
    let node = part(event, "originNodeId").as_string();
    let number = |name: &str| count(name, &part(event, name));
    match (node, number("originEpoch"), number("originSeq")) {
        (Some(node), Ok(epoch), Ok(seq)) => {
            Ok(After { origin: [&*node, ":", &decimal(epoch as i64)].concat(), seq })
        }
        _ => Err(ShardError::invalid(
            "The option after is no write's result: give what charge or credit resolved to.",
        )),
    }
}

/// What is said of a write beside its amount.
pub(super) fn event_options(options: &Options) -> Result<CreateEventOptions, ShardError> {
    let min_acks = options.read("minAcks", count)?.map(u32::try_from).transpose();
    Ok(CreateEventOptions {
        note: options.read("note", text)?,
        idempotency_nonce: options.read("idempotencyNonce", text)?,
        max_overdraft: options.read("maxOverdraft", count)?,
        min_acks: min_acks
            .map_err(|_| ShardError::invalid("The minAcks are more than nodes can be: give fewer."))?,
        ack_timeout_ms: options.read("ackTimeoutMs", count)?,
        hold_amount: options.read("holdAmount", count)?,
        hold_expires_at_unix_ms: options.read("holdExpiresAtUnixMs", count)?,
        settle_reservation: options.read("settleReservation", text)?,
        release_reservation: options.read("releaseReservation", text)?,
        skip_hold: options.read("skipHold", flag)?,
    })
}

/// What is said of the call itself.
pub(super) fn call_controls(options: &Options, shardd: &Shardd) -> Result<Controls, ShardError> {
    options.function("waitUntil")?;
    let abort = abort_of_any([options.signal()?, shardd.signal.clone()]);
    let timeout_ms = options.get("timeoutMs").map(|_| options.span_ms("timeoutMs", 1)).transpose()?;
    let only = options.read("edge", text)?.map(|url| shardd.client.edge_index(&url)).transpose()?;
    Ok(Controls { abort, timeout_ms, only })
}

fn unknown(name: &str, known: &[&[&str]]) -> ShardError {
    if CREATE.contains(&name) {
        return ShardError::invalid_of(&["The option ", name, " is not one of this call: leave it out."]);
    }
    let names = known.iter().flat_map(|names| names.iter());
    let nearest = names.min_by_key(|other| distance(other, name)).copied().unwrap_or("none");
    // The unknown name stays out of the message: it may be a key given in the wrong place.
    ShardError::invalid_of(&["An option is unknown: did you mean ", nearest, "?"])
}

/// Levenshtein's distance, for "did you mean".
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().take(40).collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (at, letter) in left.chars().enumerate() {
        let mut corner = at;
        let mut last = at + 1;
        for (cell, other) in row.iter_mut().skip(1).zip(&right) {
            let cost = corner + usize::from(!letter.eq_ignore_ascii_case(other));
            corner = *cell;
            *cell = cost.min(last + 1).min(*cell + 1);
            last = *cell;
        }
        if let Some(first) = row.first_mut() {
            *first = at + 1;
        }
    }
    row.last().copied().unwrap_or(0)
}
