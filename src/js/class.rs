//! The class: a client of the ledger, its key, and what it knows of the edges.

use js_sys::Function;
use serde::Serialize;
use wasm_bindgen::prelude::*;

use std::rc::Rc;

use super::client_options::ClientOptions;
use super::error::thrown;
use super::given::Given;
use super::notice::observer;
use super::result::object;
use super::source::{api_key, owner};
use super::store::JsStore;
use crate::client::{Client, EdgeRow};
use crate::engine::EdgeState;
use crate::error::ShardError;
use crate::json::Integers;
use crate::platform::web::Web;

/// A client of the ledger, for JavaScript.
#[wasm_bindgen(skip_typescript)]
#[derive(Debug)]
pub struct Shardd {
    pub(super) client: Client,
    pub(super) signal: Option<web_sys::AbortSignal>,
    pub(super) integers: Integers,
}

#[wasm_bindgen]
impl Shardd {
    /// Does no I/O, draws no randomness, starts no timer.
    ///
    /// # Errors
    /// `InvalidInputError` where the key or an option is wrong.
    #[wasm_bindgen(constructor)]
    pub fn new(key: &JsValue, options: &JsValue) -> Result<Shardd, JsValue> {
        Shardd::made(key, options).map_err(|error| thrown(&error, Integers::Number))
    }

    /// A client with another key that shares what this one knows of the edges.
    ///
    /// # Errors
    /// `InvalidInputError` where the key or the owner is wrong.
    #[wasm_bindgen(js_name = withApiKey)]
    pub fn with_api_key(&self, key: &JsValue, options: &JsValue) -> Result<Shardd, JsValue> {
        let made = || {
            let given = Given::to_call("withApiKey", options)?;
            match owner(&given.value("owner"))? {
                Some(owner) => self.client.with_api_key_of(api_key(key)?, owner),
                None => self.client.with_api_key(api_key(key)?),
            }
        };
        let client = made().map_err(|error| thrown(&error, self.integers))?;
        Ok(Shardd { client, ..self.copy() })
    }

    /// What is known of the edges, in configured order.
    #[wasm_bindgen(js_name = edgeTable)]
    pub fn edge_table(&self) -> Result<JsValue, JsValue> {
        let edges = self.client.edge_table();
        let rows: Vec<EdgeTableRow> = edges.iter().map(EdgeTableRow::of).collect();
        object(&rows).map_err(|error| thrown(&error, self.integers))
    }

    /// Ends this client: its calls reject, and later ones too.
    pub fn close(&self) {
        self.client.close();
    }
}

impl Shardd {
    fn made(key: &JsValue, options: &JsValue) -> Result<Shardd, ShardError> {
        let given = Given::to_client(options)?;
        let mut config = given.read::<ClientOptions>()?.config(api_key(key)?)?;
        config.owner = owner(&given.value("owner"))?;
        let store = given.value("store");
        config.store = store.is_object().then(|| JsStore::of(store.unchecked_into()));
        config.observer = given.value("onEvent").dyn_into::<Function>().ok().map(observer);
        let integers = config.integers;
        let client = Client::from_config(config, Rc::new(Web::default()))?;
        Ok(Shardd { client, signal: given.signal(), integers })
    }

    /// The same client, for a call that outlives the object in JavaScript.
    pub(super) fn copy(&self) -> Shardd {
        Shardd { client: self.client.clone(), signal: self.signal.clone(), integers: self.integers }
    }
}

/// See `EdgeRow` in the typings.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EdgeTableRow<'a> {
    url: &'a str,
    rtt_ms: Option<u64>,
    state: &'static str,
    cooldown_left_ms: u64,
    pinned: bool,
}

impl EdgeTableRow<'_> {
    fn of(edge: &EdgeRow) -> EdgeTableRow<'_> {
        EdgeTableRow {
            url: &edge.url,
            rtt_ms: edge.rtt_ms,
            state: match edge.state {
                EdgeState::Up => "up",
                EdgeState::Cooling => "cooling",
                EdgeState::HalfOpen => "half-open",
            },
            cooldown_left_ms: edge.cooldown_left_ms,
            pinned: edge.pinned,
        }
    }
}
