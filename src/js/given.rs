//! What JavaScript gives along with a client or a call: the members of one JSON object, checked by `pkg-template/given.js`.
//! (Reading each option from its JavaScript object cost 18 KB of wasm and a crossing apiece; one text is one crossing.)

use std::rc::Rc;

use js_sys::{Function, JsString, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::api::After;
use crate::client::{Client, Config, check_span_ms};
use crate::driver::Controls;
use crate::durable::StoreFailure;
use crate::error::{Code, ShardError};
use crate::json::{Integers, Scalar, elements, member, pick};
use crate::key::{ApiKey, KeySource};
use crate::owner::Owner;
use crate::protocol::{
    Giver, KEY_NOT_WHOLE, NO_KEY, NO_OWNER, OWNER_NOT_WHOLE, PRODUCTION_HOST, camel, client_options,
};

/// The members that are there. Absent is what was left out, undefined or null.
pub(super) struct Given<'a> {
    json: &'a str,
    members: Vec<(String, Scalar)>,
}

impl<'a> Given<'a> {
    pub(super) fn of(json: &'a str) -> Given<'a> {
        let mut members = Vec::new();
        let _ = pick(json.as_bytes(), &mut |name, value| members.push((name.into(), value)));
        Given { json, members }
    }

    fn get(&self, name: &str) -> Option<&Scalar> {
        self.members.iter().find(|(given, _)| given == name).map(|(_, value)| value)
    }

    pub(super) fn whole(&self, name: &str) -> Option<i64> {
        match self.get(name)? {
            Scalar::Whole(number) => Some(*number),
            _ => None,
        }
    }

    /// Whether the option was set to this word.
    fn says(&self, name: &str, word: &str) -> bool {
        matches!(self.get(name), Some(Scalar::Text(text)) if text == word)
    }

    /// What a client is made of, but for the objects.
    pub(super) fn config(&self, api_key: ApiKey) -> Config {
        let mut config = Config::new(api_key);
        if let Some(edges) = member(self.json.as_bytes(), "edges") {
            let urls = elements(edges).into_iter();
            // Each is a JSON text, and a text is the member of an object.
            config.edges = urls
                .map(|url| Given::of(&["{\"\":", url, "}"].concat()).text("").unwrap_or_default())
                .collect();
        }
        self.numbers(&mut config);
        config.allow_http = self.flag("allowHttp").unwrap_or(config.allow_http);
        let policy = &mut config.policy;
        let attempts = self.count("maxAttempts").unwrap_or(policy.max_attempts.into());
        policy.max_attempts = u32::try_from(attempts).unwrap_or(u32::MAX);
        policy.ambiguous_writes_move = !self.says("ambiguousWrites", "same-edge");
        config.integers = if self.says("integers", "bigint") { Integers::BigInt } else { Integers::Number };
        config.discover = match self.flag("discover") {
            Some(on) => on.then(|| PRODUCTION_HOST.into()),
            None => self.text("discover"),
        };
        config.ledger = self.text("ledger");
        if self.says("storeFailure", "open") {
            config.store_failure = StoreFailure::Open;
        }
        config
    }

    /// What is said of the call itself, but for its signal.
    pub(super) fn controls(&self, client: &Client) -> Result<Controls, ShardError> {
        let timeout_ms = self.count("timeoutMs");
        if let Some(timeout_ms) = timeout_ms {
            check_span_ms("timeoutMs", timeout_ms, 1)?;
        }
        let only = self.text("edge").map(|url| client.edge_index(&url)).transpose()?;
        Ok(Controls { abort: None, timeout_ms, only })
    }

    /// The event that an account is read after.
    pub(super) fn after(&self) -> Option<After> {
        Some(After { origin: self.text("afterOrigin")?, seq: self.count("afterSeq")? })
    }
}

impl Giver for Given<'_> {
    fn text(&self, name: &str) -> Option<String> {
        match self.get(name)? {
            Scalar::Text(text) => Some(text.clone()),
            _ => None,
        }
    }

    /// Of negative numbers that none is allowed to be, 0.
    fn count(&self, name: &str) -> Option<u64> {
        self.whole(name).map(|number| u64::try_from(number).unwrap_or(0))
    }

    fn flag(&self, name: &str) -> Option<bool> {
        match self.get(name)? {
            Scalar::Flag(flag) => Some(*flag),
            _ => None,
        }
    }
}

/// The options that are numbers, with their places in a configuration.
macro_rules! numbers {
    ($($(#[doc = $doc:literal])+ $option:ident ($($place:tt)*) $Kind:ident = $default:literal;)+) => {
        numbers!(@next [] $($Kind $option ($($place)*))+);
    };
    (@next [$($found:tt)*] Span $option:ident ($($place:tt)+) $($rest:tt)*) => {
        numbers!(@next [$($found)* ($option $($place)+)] $($rest)*);
    };
    (@next [$($found:tt)*] Settle $option:ident ($($place:tt)+) $($rest:tt)*) => {
        numbers!(@next [$($found)* ($option $($place)+)] $($rest)*);
    };
    (@next [$($found:tt)*] Bytes $option:ident ($($place:tt)+) $($rest:tt)*) => {
        numbers!(@next [$($found)* ($option $($place)+)] $($rest)*);
    };
    (@next $found:tt $Kind:ident $option:ident $place:tt $($rest:tt)*) => {
        numbers!(@next $found $($rest)*);
    };
    (@next [$(($option:ident $($place:tt)+))+]) => {
        impl Given<'_> {
            fn numbers(&self, config: &mut Config) {
                for (name, place) in [$((camel!(stringify!($option)), &mut config.$($place)+)),+] {
                    *place = self.count(name).unwrap_or(*place);
                }
            }
        }
    };
}
client_options!(numbers);

/// A key, or a function that gives one. What the function throws becomes the cause of the call's error.
pub(super) fn api_key(value: &JsValue) -> Result<ApiKey, ShardError> {
    let Some(function) = value.dyn_ref::<Function>() else { return key(value).map(ApiKey::Fixed) };
    Ok(ApiKey::Asked(asked(function, NO_KEY, key)))
}

/// An owner, a function that gives one, or nothing.
pub(super) fn owner(value: &JsValue) -> Result<Option<Owner>, ShardError> {
    if value.is_undefined() || value.is_null() {
        return Ok(None);
    }
    let Some(function) = value.dyn_ref::<Function>() else {
        return owner_name(value).map(Owner::Fixed).map(Some);
    };
    Ok(Some(Owner::Asked(asked(function, NO_OWNER, owner_name))))
}

/// What a function of the user's gives, at once or by a promise.
fn asked(
    function: &Function,
    sentence: &'static str,
    read: fn(&JsValue) -> Result<String, ShardError>,
) -> KeySource {
    let function = function.clone();
    Rc::new(move || {
        let failed = move |thrown: JsValue| {
            let mut error = ShardError::new(Code::Unauthorized, sentence);
            error.cause = Some(Rc::new(thrown));
            error
        };
        let given = function.call0(&JsValue::UNDEFINED);
        Box::pin(async move {
            let given = Promise::resolve(&given.map_err(failed)?);
            read(&JsFuture::from(given).await.map_err(failed)?)
        })
    })
}

fn owner_name(value: &JsValue) -> Result<String, ShardError> {
    whole_text(value, OWNER_NOT_WHOLE)
}

fn key(value: &JsValue) -> Result<String, ShardError> {
    whole_text(value, KEY_NOT_WHOLE)
}

/// A string as it is: the conversion would make one owner of all that have half a surrogate pair.
fn whole_text(value: &JsValue, sentence: &str) -> Result<String, ShardError> {
    let is_whole = value.dyn_ref::<JsString>().is_some_and(JsString::is_valid_utf16);
    value.as_string().filter(|_| is_whole).ok_or_else(|| ShardError::invalid(sentence))
}
