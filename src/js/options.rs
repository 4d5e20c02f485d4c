//! Option objects: every name known, every value of its type.

use js_sys::{Array, Function, Object, Reflect};
use wasm_bindgen::prelude::*;

use super::abort::abort_of;
use super::value::{count, flag, text, whole};
use crate::api::CreateEventOptions;
use crate::client::{Client, Config};
use crate::driver::Controls;
use crate::error::ShardError;
use crate::json::Integers;

const CLIENT: [&str; 13] = [
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
    "fetch",
    "onEvent",
    "signal",
];
const CALL: [&str; 3] = ["signal", "timeoutMs", "edge"];
const EVENT: [&str; 13] = [
    "signal",
    "timeoutMs",
    "edge",
    "note",
    "idempotencyNonce",
    "maxOverdraft",
    "minAcks",
    "ackTimeoutMs",
    "holdAmount",
    "holdExpiresAtUnixMs",
    "settleReservation",
    "releaseReservation",
    "skipHold",
];
const SPAN_MAX_MS: u64 = i32::MAX as u64;

/// The options that were given, all of known names. (Each look at a JavaScript object costs a crossing: only what is
/// there is looked at, once.)
pub(super) struct Options(Vec<(String, JsValue)>);

impl Options {
    pub(super) fn new(value: &JsValue, known: &[&str]) -> Result<Options, ShardError> {
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
            if !known.contains(&name.as_str()) {
                let nearest =
                    known.iter().min_by_key(|other| distance(other, &name)).copied().unwrap_or("none");
                // The unknown name stays out of the message: it may be a key given in the wrong place.
                return Err(ShardError::invalid_of(&["An option is unknown: did you mean ", nearest, "?"]));
            }
            let value = Reflect::get(object, &key).unwrap_or_default();
            if !value.is_undefined() && !value.is_null() {
                given.push((name, value));
            }
        }
        Ok(Options(given))
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

pub(super) fn client_options(api_key: &JsValue, value: &JsValue) -> Result<ClientOptions, ShardError> {
    let options = Options::new(value, &CLIENT)?;
    let mut config = Config::new(text("API key", api_key)?);
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
    config.integers = Integers::Number;
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

/// What a call's last argument says of the call itself.
pub(super) fn controls(
    value: &JsValue,
    client: &Client,
    signal: Option<&web_sys::AbortSignal>,
) -> CallControls {
    call_controls(&Options::new(value, &CALL)?, client, signal)
}

/// What the last argument of a write says.
pub(super) fn event_options(
    value: &JsValue,
    client: &Client,
    signal: Option<&web_sys::AbortSignal>,
) -> Result<(CreateEventOptions, Controls), ShardError> {
    let options = Options::new(value, &EVENT)?;
    let min_acks = options.read("minAcks", count)?.map(u32::try_from).transpose();
    let event = CreateEventOptions {
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
    };
    Ok((event, call_controls(&options, client, signal)?))
}

type CallControls = Result<Controls, ShardError>;

pub(super) fn call_controls(
    options: &Options,
    client: &Client,
    signal: Option<&web_sys::AbortSignal>,
) -> CallControls {
    let abort = options.signal()?.or_else(|| signal.cloned()).map(abort_of);
    let timeout_ms = options.get("timeoutMs").map(|_| options.span_ms("timeoutMs", 1)).transpose()?;
    let only = options.read("edge", text)?.map(|url| client.edge_index(&url)).transpose()?;
    Ok(Controls { abort, timeout_ms, only })
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
