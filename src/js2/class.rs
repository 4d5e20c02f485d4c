//! The class: a client of the ledger, its key, and what it knows of the edges.

use js_sys::{Function, JSON};
use wasm_bindgen::prelude::*;

use std::rc::Rc;

use super::error::thrown;
use super::notice::observer;
use super::options::{of_call, of_client};
use super::source::{api_key, owner};
use super::store::JsStore;
use crate::client::Client;
use crate::engine::EdgeState;
use crate::error::ShardError;
use crate::json::{Integers, ObjectWriter};
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
    #[wasm_bindgen(constructor)]
    pub fn new(key: &JsValue, options: &JsValue) -> Result<Shardd, JsValue> {
        Shardd::made(key, options).map_err(|error| thrown(&error, Integers::Number))
    }

    /// A client with another key that shares what this one knows of the edges.
    #[wasm_bindgen(js_name = withApiKey)]
    pub fn with_api_key(&self, key: &JsValue, options: &JsValue) -> Result<Shardd, JsValue> {
        let made = || {
            let said = of_call("withApiKey", options)?;
            match owner(&said.object("owner"))? {
                Some(owner) => self.client.with_api_key_of(api_key(key)?, owner),
                None => self.client.with_api_key(api_key(key)?),
            }
        };
        let client = made().map_err(|error| thrown(&error, self.integers))?;
        Ok(Shardd { client, signal: self.signal.clone(), integers: self.integers })
    }

    /// What is known of the edges, in configured order.
    #[wasm_bindgen(js_name = edgeTable)]
    pub fn edge_table(&self) -> Result<JsValue, JsValue> {
        let rows: Vec<String> = self.client.edge_table().iter().map(edge_row).collect();
        JSON::parse(&["[", &rows.join(","), "]"].concat())
    }

    /// Ends this client: its calls reject, and later ones too.
    pub fn close(&self) {
        self.client.close();
    }
}

impl Shardd {
    fn made(key: &JsValue, options: &JsValue) -> Result<Shardd, ShardError> {
        let said = of_client(options)?;
        let signal = said.signal()?;
        let owner = owner(&said.object("owner"))?;
        let store = said.object_with("store", "update")?;
        let on_event = said.object("onEvent");
        let on_event = match on_event.dyn_into::<Function>() {
            Ok(function) => Some(function),
            Err(value) if value.is_undefined() => None,
            Err(_) => return Err(ShardError::invalid("The option onEvent is not a function: give one.")),
        };
        let mut config = said.data.config(api_key(key)?)?;
        config.owner = owner;
        config.store = store.map(|store| JsStore::of(store.unchecked_into()));
        config.observer = on_event.map(observer);
        let integers = config.integers;
        let client = Client::from_config(config, Rc::new(Web::default()))?;
        Ok(Shardd { client, signal, integers })
    }
}

fn edge_row(edge: &crate::client::EdgeRow) -> String {
    let mut row = ObjectWriter::new();
    row.text("url", &edge.url);
    match edge.rtt_ms {
        Some(rtt_ms) => row.whole("rttMs", rtt_ms as i64),
        None => row.raw("rttMs", "null"),
    }
    let state = match edge.state {
        EdgeState::Up => "up",
        EdgeState::Cooling => "cooling",
        EdgeState::HalfOpen => "half-open",
    };
    row.text("state", state);
    row.whole("cooldownLeftMs", edge.cooldown_left_ms as i64);
    row.flag("pinned", edge.pinned);
    row.finish()
}
