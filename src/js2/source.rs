//! The key and the owner: each a text, or a function that gives one when a call needs it.

use std::rc::Rc;

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::argument::text;
use crate::error::{Code, ShardError};
use crate::key::{ApiKey, KeySource};
use crate::owner::Owner;

/// A key, or a function that gives one. What the function throws becomes the cause of the call's error.
pub(super) fn api_key(value: &JsValue) -> Result<ApiKey, ShardError> {
    match value.dyn_ref::<Function>() {
        Some(function) => Ok(ApiKey::Asked(asked(function, "API key"))),
        None => text("API key", value).map(ApiKey::Fixed),
    }
}

/// An owner, a function that gives one, or nothing.
pub(super) fn owner(value: &JsValue) -> Result<Option<Owner>, ShardError> {
    if value.is_undefined() || value.is_null() {
        return Ok(None);
    }
    let owner = match value.dyn_ref::<Function>() {
        Some(function) => Owner::Asked(asked(function, "owner")),
        None => text("owner", value).map(Owner::Fixed)?,
    };
    Ok(Some(owner))
}

/// What a function of the user's gives, at once or by a promise.
fn asked(function: &Function, what: &'static str) -> KeySource {
    let function = function.clone();
    Rc::new(move || {
        let failed = move |thrown: JsValue| {
            let sentence = ["The function of the ", what, " gave none: see the cause."];
            let mut error = ShardError::of(Code::Unauthorized, &sentence);
            error.cause = Some(Rc::new(thrown));
            error
        };
        let given = function.call0(&JsValue::UNDEFINED);
        Box::pin(async move {
            let given = Promise::resolve(&given.map_err(failed)?);
            text(what, &JsFuture::from(given).await.map_err(failed)?)
        })
    })
}
