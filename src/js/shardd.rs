//! The class that JavaScript sees.

use std::rc::Rc;

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

use super::error::to_js;
use super::filters::{my_bucket_events, my_buckets, my_events};
use super::notice::observer;
use super::options::{client_options, controls, event_options};
use super::value::{count, text, whole};
use crate::api::{CreateEventOptions, Operation};
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

/// Makes a write of its names, its options and a source of nonces. (Behind `dyn`, as each write would otherwise carry its own
/// copy of all the reading of options.)
type MakeWrite<'a> = &'a dyn Fn(&str, &str, &CreateEventOptions, Nonces<'_>) -> Result<Operation, ShardError>;

type Nonces<'a> = &'a dyn Fn() -> Result<String, ShardError>;

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
        let client = Client::from_config(config, Rc::new(Web { fetch: options.fetch }));
        let client = client.map_err(|error| to_js(&error))?;
        Ok(Shardd { client, signal: options.signal })
    }

    /// A client with another key that shares what this one knows of the edges.
    #[wasm_bindgen(js_name = withApiKey)]
    pub fn with_api_key(&self, api_key: &JsValue) -> Result<Shardd, JsValue> {
        let client = text("API key", api_key).and_then(|key| self.client.with_api_key(&key));
        let client = client.map_err(|error| to_js(&error))?;
        Ok(Shardd { client, signal: self.signal.clone() })
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

    /// Reserves a positive amount for so many milliseconds.
    pub fn reserve(
        &self,
        bucket: &JsValue,
        account: &JsValue,
        amount: &JsValue,
        ttl_ms: &JsValue,
        options: &JsValue,
    ) -> Promise {
        self.promise(self.write(bucket, account, options, &|bucket, account, event, nonce| {
            let (amount, ttl_ms) = (whole("amount", amount)?, count("ttlMs", ttl_ms)?);
            Operation::reserve(bucket, account, amount, ttl_ms, event, nonce)
        }))
    }

    /// Debits a positive amount from a reservation, which ends it.
    pub fn settle(
        &self,
        bucket: &JsValue,
        account: &JsValue,
        reservation_id: &JsValue,
        amount: &JsValue,
        options: &JsValue,
    ) -> Promise {
        self.promise(self.write(bucket, account, options, &|bucket, account, event, nonce| {
            let (id, amount) = (text("reservationId", reservation_id)?, whole("amount", amount)?);
            Operation::settle(bucket, account, &id, amount, event, nonce)
        }))
    }

    /// Gives a reservation up.
    pub fn release(
        &self,
        bucket: &JsValue,
        account: &JsValue,
        reservation_id: &JsValue,
        options: &JsValue,
    ) -> Promise {
        self.promise(self.write(bucket, account, options, &|bucket, account, event, nonce| {
            Operation::release(bucket, account, &text("reservationId", reservation_id)?, event, nonce)
        }))
    }

    /// All events of a bucket.
    #[wasm_bindgen(js_name = listEvents)]
    pub fn list_events(&self, bucket: &JsValue, options: &JsValue) -> Promise {
        self.promise(self.read_of(bucket, options, &Operation::list_events))
    }

    /// One account.
    #[wasm_bindgen(js_name = getAccount)]
    pub fn get_account(&self, bucket: &JsValue, account: &JsValue, options: &JsValue) -> Promise {
        self.promise(
            self.read_of(bucket, options, &|bucket| {
                Operation::get_account(bucket, &text("account", account)?)
            }),
        )
    }

    /// The directory of the edges.
    pub fn edges(&self, options: &JsValue) -> Promise {
        self.promise(self.controls(options).map(|controls| (Operation::edges(), controls)))
    }

    /// One's own buckets.
    #[wasm_bindgen(js_name = listMyBuckets)]
    pub fn list_my_buckets(&self, filter: &JsValue) -> Promise {
        let read = my_buckets(filter, &self.client, self.signal.as_ref());
        self.promise(read.map(|(filter, controls)| (Operation::list_my_buckets(&filter), controls)))
    }

    /// The buckets that were deleted.
    #[wasm_bindgen(js_name = listMyDeletedBuckets)]
    pub fn list_my_deleted_buckets(&self, options: &JsValue) -> Promise {
        self.promise(self.controls(options).map(|controls| (Operation::list_my_deleted_buckets(), controls)))
    }

    /// One of one's own buckets.
    #[wasm_bindgen(js_name = getMyBucket)]
    pub fn get_my_bucket(&self, bucket: &JsValue, options: &JsValue) -> Promise {
        self.promise(self.read_of(bucket, options, &Operation::get_my_bucket))
    }

    /// The events of one's own bucket.
    #[wasm_bindgen(js_name = listMyBucketEvents)]
    pub fn list_my_bucket_events(&self, bucket: &JsValue, filter: &JsValue) -> Promise {
        let prepare = || {
            let (filter, controls) = my_bucket_events(filter, &self.client, self.signal.as_ref())?;
            Ok((Operation::list_my_bucket_events(&text("bucket", bucket)?, &filter)?, controls))
        };
        self.promise(prepare())
    }

    /// Writes an event to one's own bucket, unbilled.
    #[wasm_bindgen(js_name = createMyBucketEvent)]
    pub fn create_my_bucket_event(
        &self,
        bucket: &JsValue,
        account: &JsValue,
        amount: &JsValue,
        options: &JsValue,
    ) -> Promise {
        self.promise(self.write(bucket, account, options, &|bucket, account, event, nonce| {
            Operation::create_my_bucket_event(bucket, account, whole("amount", amount)?, event, nonce)
        }))
    }

    /// The events of all one's own buckets.
    #[wasm_bindgen(js_name = listMyEvents)]
    pub fn list_my_events(&self, filter: &JsValue) -> Promise {
        let read = my_events(filter, &self.client, self.signal.as_ref());
        self.promise(read.map(|(filter, controls)| (Operation::list_my_events(&filter), controls)))
    }

    /// Deletes one's own bucket for good.
    #[wasm_bindgen(js_name = deleteMyBucket)]
    pub fn delete_my_bucket(&self, bucket: &JsValue, options: &JsValue) -> Promise {
        self.promise(self.read_of(bucket, options, &Operation::delete_my_bucket))
    }

    /// The balances of all accounts of a bucket.
    #[wasm_bindgen(js_name = getBalances)]
    pub fn get_balances(&self, bucket: &JsValue, options: &JsValue) -> Promise {
        self.promise(self.read_of(bucket, options, &Operation::get_balances))
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
        self.write(bucket, account, options, &|bucket, account, event, nonce| {
            Operation::create_event(bucket, account, sign(whole("amount", amount)?)?, event, nonce)
        })
    }

    /// A write, once its names and options are read.
    fn write(&self, bucket: &JsValue, account: &JsValue, options: &JsValue, make: MakeWrite<'_>) -> Prepared {
        let (bucket, account) = (text("bucket", bucket)?, text("account", account)?);
        let (event, controls) = event_options(options, &self.client, self.signal.as_ref())?;
        Ok((make(&bucket, &account, &event, &|| self.client.fresh_nonce())?, controls))
    }

    /// An operation on a bucket that takes nothing but the options of a call.
    fn read_of(
        &self,
        bucket: &JsValue,
        options: &JsValue,
        make: &dyn Fn(&str) -> Result<Operation, ShardError>,
    ) -> Prepared {
        Ok((make(&text("bucket", bucket)?)?, self.controls(options)?))
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
