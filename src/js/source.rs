//! The key and the owner: each a text, or a function that gives one when a call needs it.

use std::rc::Rc;

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::argument::text;
use crate::error::{Code, ShardError};
use crate::key::{ApiKey, KeySource};
use crate::owner::Owner;
use crate::protocol::{KEY_NOT_WHOLE, NO_KEY, NO_OWNER, OWNER_NOT_WHOLE};

/// A key, or a function that gives one. What the function throws becomes the cause of the call's error.
pub(super) fn api_key(value: &JsValue) -> Result<ApiKey, ShardError> {
    match value.dyn_ref::<Function>() {
        Some(function) => Ok(ApiKey::Asked(asked(function, NO_KEY, KEY_NOT_WHOLE))),
        None => whole_text(value, KEY_NOT_WHOLE).map(ApiKey::Fixed),
    }
}

/// An owner, a function that gives one, or nothing.
pub(super) fn owner(value: &JsValue) -> Result<Option<Owner>, ShardError> {
    if value.is_undefined() || value.is_null() {
        return Ok(None);
    }
    let owner = match value.dyn_ref::<Function>() {
        Some(function) => Owner::Asked(asked(function, NO_OWNER, OWNER_NOT_WHOLE)),
        None => whole_text(value, OWNER_NOT_WHOLE).map(Owner::Fixed)?,
    };
    Ok(Some(owner))
}

/// What a function of the user's gives, at once or by a promise.
fn asked(function: &Function, none: &'static str, not_whole: &'static str) -> KeySource {
    let function = function.clone();
    Rc::new(move || {
        let failed = move |thrown: JsValue| {
            let mut error = ShardError::new(Code::Unauthorized, none);
            error.cause = Some(Rc::new(thrown));
            error
        };
        let given = function.call0(&JsValue::UNDEFINED);
        Box::pin(async move {
            let given = Promise::resolve(&given.map_err(failed)?);
            whole_text(&JsFuture::from(given).await.map_err(failed)?, not_whole)
        })
    })
}

fn whole_text(value: &JsValue, sentence: &str) -> Result<String, ShardError> {
    text("", value).map_err(|_| ShardError::invalid(sentence))
}
