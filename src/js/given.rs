//! What was given as options: each name known, each value of its kind.

use js_sys::{Array, Object, Reflect};
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::*;

use super::argument::{count, refused, text, whole};
use super::unknown::unknown;
use crate::error::{Code, ShardError};
use crate::protocol::{
    ACKS_MAX, CALL_OPTIONS, CLIENT_OPTIONS, NOT_AFTER, NOT_EDGES, NOT_FLAG, NOT_FUNCTION, NOT_OF_CLASS,
    NOT_ONE_OF, NOT_OPTIONS, NOT_SIGNAL, NOT_STORE, OUT_OF_RANGE, TOO_MANY_ACKS, UNREADABLE, filled,
    option_set, options_of,
};

#[wasm_bindgen]
extern "C" {
    /// The names that an object has itself; a proxy may throw.
    #[wasm_bindgen(catch, js_namespace = Object)]
    fn keys(of: &JsValue) -> Result<Array, JsValue>;
}

/// An option that may be given: its name, its kind, and the least that it may be.
#[derive(Clone, Copy)]
pub(super) struct Known {
    pub(super) name: &'static str,
    kind: &'static str,
    least: u64,
}

/// Options that were given. What was left out, undefined or null is absent.
pub(super) struct Given(Object);

impl Given {
    /// The options of a client.
    pub(super) fn to_client(options: &JsValue) -> Result<Given, ShardError> {
        let known = CLIENT_OPTIONS.iter().map(|option| Known {
            name: option.name,
            kind: option.kind,
            least: option.least.unwrap_or(1),
        });
        Given::of(options, known.collect())
    }

    /// The options of a call that takes this set.
    pub(super) fn to_call(set: &str, options: &JsValue) -> Result<Given, ShardError> {
        let known = |option: &crate::protocol::RequestOption| Known {
            name: option.name,
            kind: option.kind,
            least: 1,
        };
        let set = option_set(set);
        let of_every_call = set.filter(|set| set.is_of_a_call() || set.name == CALL_OPTIONS.name);
        let own = set.filter(|set| set.name != CALL_OPTIONS.name).map(options_of).unwrap_or_default();
        let every = of_every_call.map(|_| options_of(&CALL_OPTIONS)).unwrap_or_default();
        Given::of(options, every.into_iter().chain(own).map(known).collect())
    }

    fn of(options: &JsValue, mut known: Vec<Known>) -> Result<Given, ShardError> {
        known.retain(|option| !NOT_OF_CLASS.contains(&option.name));
        // Without a prototype: whatever a page adds to the one of all objects is not given.
        let values = Object::create(JsValue::NULL.unchecked_ref());
        if !options.is_undefined() && !options.is_null() {
            let object = Some(options).filter(|given| given.is_object() && !Array::is_array(given));
            let object = object.ok_or_else(|| ShardError::invalid(NOT_OPTIONS))?;
            for key in keys(object).map_err(|thrown| unreadable("options", thrown))?.iter() {
                let name = key.as_string().unwrap_or_default();
                let value = Reflect::get(object, &key).map_err(|thrown| match known_as(&name, &known) {
                    Some(option) => unreadable(&["option ", option.name].concat(), thrown),
                    None => unknown(&name, &known),
                })?;
                if value.is_undefined() {
                    continue;
                }
                let option = known_as(&name, &known).ok_or_else(|| unknown(&name, &known))?;
                if !value.is_null() {
                    option.check(&value)?;
                    drop(Reflect::set(&values, &key, &option.plain(value)));
                }
            }
        }
        Ok(Given(values))
    }

    /// These options as a `T`, which takes of them what it knows.
    pub(super) fn read<T: DeserializeOwned>(&self) -> Result<T, ShardError> {
        // Serde's own words stay out of the error: they quote the value.
        serde_wasm_bindgen::from_value(JsValue::from(&self.0)).map_err(|_| ShardError::invalid(NOT_OPTIONS))
    }

    /// An option that is no plain data; undefined where it was not given.
    pub(super) fn value(&self, name: &str) -> JsValue {
        Reflect::get(&self.0, &name.into()).unwrap_or_default()
    }

    /// The caller's signal.
    pub(super) fn signal(&self) -> Option<web_sys::AbortSignal> {
        Some(self.value("signal")).filter(|signal| !signal.is_undefined()).map(JsCast::unchecked_into)
    }
}

impl Known {
    /// A checked value as serde takes it: it reads numbers of 32 bits from no bigint.
    fn plain(&self, value: JsValue) -> JsValue {
        let is_small = ["acks", "span"].contains(&self.kind);
        match whole(self.name, &value) {
            Ok(number) if is_small => JsValue::from_f64(number as f64),
            _ => value,
        }
    }

    /// Refuses a value that is not of this kind. What serde and the client refuse by themselves is named here, so that the sentence has the
    /// option's name.
    fn check(&self, value: &JsValue) -> Result<(), ShardError> {
        let Known { name, kind, least } = *self;
        let has = |method: &str| Reflect::get(value, &method.into()).is_ok_and(|member| member.is_function());
        let fits = |holds: bool, sentence: &str| if holds { Ok(()) } else { refused(sentence, name) };
        match kind {
            "flag" => fits(value.as_bool().is_some(), NOT_FLAG),
            "count" => count(name, value).map(drop),
            "acks" => fits(count(name, value)? <= ACKS_MAX, TOO_MANY_ACKS),
            "span" => match whole(name, value)? {
                span if span < least as i64 || span > i64::from(i32::MAX) => {
                    Err(ShardError::invalid(&filled(OUT_OF_RANGE, &[name, &least.to_string()])))
                }
                _ => Ok(()),
            },
            "edges" if !Array::is_array(value) => refused(NOT_EDGES, name),
            "edges" => Array::from(value).iter().try_for_each(|url| text("edge", &url).map(drop)),
            "function" => fits(value.is_function(), NOT_FUNCTION),
            "signal" => fits(value.is_object() && has("addEventListener"), NOT_SIGNAL),
            "store" => fits(value.is_object() && has("update"), NOT_STORE),
            "after" => fits(value.is_object(), NOT_AFTER),
            "owner" if value.is_function() => Ok(()),
            "discover" if value.as_bool().is_some() => Ok(()),
            words => match words.split_once('|') {
                Some((one, other)) if value.as_string().is_none_or(|word| word != one && word != other) => {
                    Err(ShardError::invalid(&filled(NOT_ONE_OF, &[name, one, other])))
                }
                Some(_) => Ok(()),
                // The one name that is no thing of its own.
                None if name == "discover" => text("option discover", value).map(drop),
                None => text(name, value).map(drop),
            },
        }
    }
}

fn known_as<'a>(name: &str, known: &'a [Known]) -> Option<&'a Known> {
    known.iter().find(|option| option.name == name)
}

fn unreadable(what: &str, thrown: JsValue) -> ShardError {
    let mut error = ShardError::new(Code::InvalidInput, filled(UNREADABLE, &[what]));
    error.cause = Some(std::rc::Rc::new(thrown));
    error
}
