//! The class that JavaScript sees.

use std::rc::Rc;

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

use super::error::to_js;
use super::notice::observer;
use super::options::{client_options, controls, event_options};
use super::value::{text, whole};
use crate::api::Operation;
use crate::argument::check_positive;
use crate::client::Client;
use crate::driver::Controls;
use crate::engine::EdgeState;
use crate::error::ShardError;
use crate::json::ObjectWriter;
use crate::platform::web::Web;

/// A client of the ledger, for JavaScript.
#[wasm_bindgen(skip_typescript)]
#[derive(Debug)]
pub struct Shardd {
    client: Client,
    signal: Option<web_sys::AbortSignal>,
}

/// An operation and how its call is made.
type Prepared = Result<(Operation, Controls), ShardError>;

#[wasm_bindgen]
impl Shardd {
    /// Does no I/O, draws no randomness, starts no timer.
    #[wasm_bindgen(constructor)]
    pub fn new(api_key: &JsValue, options: &JsValue) -> Result<Shardd, JsValue> {
        let options = client_options(api_key, options).map_err(|error| to_js(&error))?;
        let mut config = options.config;
        config.observer = options.on_event.map(observer);
        let client =
            Client::new(config, Rc::new(Web { fetch: options.fetch })).map_err(|error| to_js(&error))?;
        Ok(Shardd { client, signal: options.signal })
    }

    /// Writes an event.
    #[wasm_bindgen(js_name = createEvent)]
    pub fn create_event(
        &self,
        bucket: &JsValue,
        account: &JsValue,
        amount: &JsValue,
        options: &JsValue,
    ) -> Promise {
        self.promise(self.event(bucket, account, amount, options, Ok))
    }

    /// Debits a positive amount.
    pub fn charge(
        &self,
        bucket: &JsValue,
        account: &JsValue,
        amount: &JsValue,
        options: &JsValue,
    ) -> Promise {
        self.promise(self.event(bucket, account, amount, options, |amount| Ok(-check_positive(amount)?)))
    }

    /// Credits a positive amount.
    pub fn credit(
        &self,
        bucket: &JsValue,
        account: &JsValue,
        amount: &JsValue,
        options: &JsValue,
    ) -> Promise {
        self.promise(self.event(bucket, account, amount, options, check_positive))
    }

    /// The balances of all accounts of a bucket.
    #[wasm_bindgen(js_name = getBalances)]
    pub fn get_balances(&self, bucket: &JsValue, options: &JsValue) -> Promise {
        let operation = text("bucket", bucket).and_then(|bucket| Operation::get_balances(&bucket));
        self.promise(operation.and_then(|operation| Ok((operation, self.controls(options)?))))
    }

    /// The health of the pinned edge, or of the one named.
    pub fn health(&self, base_url: &JsValue, options: &JsValue) -> Promise {
        let prepare = || {
            let mut controls = self.controls(options)?;
            if !base_url.is_undefined() && !base_url.is_null() {
                controls.only = Some(self.client.edge_index(&text("edge", base_url)?)?);
            }
            Ok((Operation::health(), controls))
        };
        self.promise(prepare())
    }

    /// What is known of the edges.
    #[wasm_bindgen(js_name = edgeTable)]
    pub fn edge_table(&self) -> JsValue {
        let mut table = String::from("[");
        for edge in self.client.edge_table() {
            let mut row = ObjectWriter::new();
            row.text("url", &edge.url);
            match edge.rtt_ms {
                Some(rtt_ms) => row.whole("rttMs", rtt_ms as i64),
                None => row.raw("rttMs", "null"),
            }
            row.text(
                "state",
                match edge.state {
                    EdgeState::Up => "up",
                    EdgeState::Cooling => "cooling",
                    EdgeState::HalfOpen => "half-open",
                },
            );
            row.whole("cooldownLeftMs", edge.cooldown_left_ms as i64);
            row.flag("pinned", edge.pinned);
            table.push_str(if table.len() > 1 { "," } else { "" });
            table.push_str(&row.finish());
        }
        table.push(']');
        js_sys::JSON::parse(&table).unwrap_or_default()
    }

    fn event(
        &self,
        bucket: &JsValue,
        account: &JsValue,
        amount: &JsValue,
        options: &JsValue,
        sign: fn(i64) -> Result<i64, ShardError>,
    ) -> Prepared {
        let (bucket, account) = (text("bucket", bucket)?, text("account", account)?);
        let amount = sign(whole("amount", amount)?)?;
        let (event, controls) = event_options(options, &self.client, self.signal.as_ref())?;
        let operation =
            Operation::create_event(&bucket, &account, amount, &event, || self.client.fresh_nonce())?;
        Ok((operation, controls))
    }

    fn controls(&self, options: &JsValue) -> Result<Controls, ShardError> {
        controls(options, &self.client, self.signal.as_ref())
    }

    /// The one way out for every call: a promise that rejects with an error of the package, never a throw.
    fn promise(&self, prepared: Prepared) -> Promise {
        let client = self.client.clone();
        future_to_promise(async move {
            let answered = match prepared {
                Ok((operation, controls)) => client.run(&operation, controls).await,
                Err(error) => Err(error),
            };
            answered.map_err(|error| to_js(&error)).and_then(|answer| js_sys::JSON::parse(&answer.json))
        })
    }
}
