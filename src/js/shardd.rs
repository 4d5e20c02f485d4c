//! The class behind the one that JavaScript sees: a client with one way in for all calls. (A method for each of them costs half a
//! kilobyte apiece; `pkg-template/shardd.js` writes them out in a tenth of that.)

use std::rc::Rc;

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;

use super::abort::abort_of;
use super::error::Errors;
use super::given::{Given, api_key, owner};
use super::network::Network;
use super::notice::observer;
use super::operation::operation;
use super::store::{JsStore, StoreObject};
use crate::api::Operation;
use crate::client::Client;
use crate::driver::Controls;
use crate::durable::Note;
use crate::engine::EdgeState;
use crate::error::{Code, Outcome, ShardError};
use crate::json::{Integers, ObjectWriter};
use crate::platform::executor::{promise, turn};
use crate::protocol::ENDED_MEANWHILE;
use crate::reply::Answer;

/// A client of the ledger, for JavaScript.
#[wasm_bindgen(skip_typescript)]
#[derive(Debug)]
pub struct Shardd {
    pub(super) client: Client,
    pub(super) signal: Option<web_sys::AbortSignal>,
    errors: Errors,
}

#[wasm_bindgen]
impl Shardd {
    /// Does no I/O, draws no randomness, starts no timer. `given` is what `pkg-template/given.js` made of the options, the objects among them
    /// beside it; `make_error` makes errors of the classes of the package's copy.
    #[wasm_bindgen(constructor)]
    #[allow(clippy::too_many_arguments)] // each is a crossing, and an object of them one for each member
    pub fn new(
        key: &JsValue,
        owner_given: &JsValue,
        given: &str,
        network: Network,
        on_event: Option<Function>,
        signal: Option<web_sys::AbortSignal>,
        store: Option<StoreObject>,
        make_error: Function,
    ) -> Result<Shardd, JsValue> {
        let mut errors = Errors { integers: Integers::Number, make: make_error };
        let mut config = Given::of(given).config(api_key(key).map_err(|error| errors.of(&error))?);
        config.owner = owner(owner_given).map_err(|error| errors.of(&error))?;
        config.store = store.map(JsStore::of);
        config.observer = on_event.map(observer);
        let integers = config.integers;
        let client = Client::from_config(config, Rc::new(network)).map_err(|error| errors.of(&error))?;
        errors.integers = integers;
        Ok(Shardd { client, signal, errors })
    }

    /// A client with another key that shares what this one knows of the edges.
    #[wasm_bindgen(js_name = withApiKey)]
    pub fn with_api_key(&self, key: &JsValue, owner_given: &JsValue) -> Result<Shardd, JsValue> {
        let made = api_key(key).and_then(|key| match owner(owner_given)? {
            Some(owner) => self.client.with_api_key_of(key, owner),
            None => self.client.with_api_key(key),
        });
        let client = made.map_err(|error| self.errors.of(&error))?;
        Ok(Shardd { client, signal: self.signal.clone(), errors: self.errors.clone() })
    }

    /// Runs the operation of this name. The promise resolves to JSON text, in bigint mode with its money as strings of
    /// digits, or to what `pkg-template/lists.js` read, or rejects with an error of the package. `body` is what an earlier call sent, where this one repeats it.
    pub fn call(
        &self,
        name: &str,
        given: &str,
        signal: Option<web_sys::AbortSignal>,
        body: Option<String>,
    ) -> Promise {
        let given = Given::of(given);
        self.run(operation(name, &given, body), &given, signal)
    }

    /// Finishes the recorded write of this nonce.
    pub fn resume(&self, nonce: String, given: &str, signal: Option<web_sys::AbortSignal>) -> Promise {
        let controls = Given::of(given).controls(&self.client);
        let abort = abort_of(signal.into_iter().chain(self.signal.clone()));
        let (client, errors) = (self.client.clone(), self.errors.clone());
        promise(async move {
            let controls = Controls { abort, ..controls.map_err(|error| errors.of(&error))? };
            let resumed = match client.resumption(&nonce).await {
                Ok(Some(operation)) => client.run(&operation, controls).await,
                Ok(None) => Err(ended_meanwhile()),
                Err(error) => Err(error),
            };
            resumed.map(|answer| JsValue::from_str(&answer.json)).map_err(|error| errors.of(&error))
        })
    }

    /// The recorded writes that are not finished, as JSON: all, or those that nobody is likely to be at.
    pub fn pending(&self, all: bool) -> Promise {
        let (client, errors) = (self.client.clone(), self.errors.clone());
        promise(async move {
            let listed = if all { client.unfinished_notes().await } else { client.pending().await };
            let notes = listed.map_err(|error| errors.of(&error))?;
            let rows: Vec<String> = notes.iter().map(|note| pending_write(note, errors.integers)).collect();
            Ok(JsValue::from_str(&["[", &rows.join(","), "]"].concat()))
        })
    }

    /// Gives up the unfinished write of this nonce; says whether there was one.
    pub fn discard(&self, nonce: String) -> Promise {
        let (client, errors) = (self.client.clone(), self.errors.clone());
        promise(async move {
            let discarded = client.discard(&nonce).await.map_err(|error| errors.of(&error))?;
            Ok(JsValue::from_bool(discarded))
        })
    }

    /// Deletes the owner's finished records, and with `pending` the others too; says how many there were.
    pub fn forget(&self, pending: bool) -> Promise {
        let (client, errors) = (self.client.clone(), self.errors.clone());
        promise(async move {
            let forgotten = client.forget(pending).await.map_err(|error| errors.of(&error))?;
            Ok(JsValue::from_f64(forgotten as f64))
        })
    }

    /// What is known of the edges, as JSON.
    #[wasm_bindgen(js_name = edgeTable)]
    pub fn edge_table(&self) -> String {
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
        table
    }

    /// Ends this client: its calls reject, and later ones too.
    pub fn close(&self) {
        self.client.close();
    }

    /// The edge that served last, as an earlier client told.
    #[wasm_bindgen(js_name = rememberEdge)]
    pub fn remember_edge(&self, url: &str) {
        self.client.remember_edge(url);
    }
}

impl Shardd {
    fn run(
        &self,
        operation: Result<Operation, ShardError>,
        given: &Given<'_>,
        signal: Option<web_sys::AbortSignal>,
    ) -> Promise {
        let prepared = operation.and_then(|operation| Ok((operation, given.controls(&self.client)?)));
        let abort = abort_of(signal.into_iter().chain(self.signal.clone()));
        let (client, errors) = (self.client.clone(), self.errors.clone());
        promise(async move {
            // A call that its caller gives up in the tick in which it began sends nothing.
            turn().await;
            let answered = match prepared {
                Ok((operation, controls)) => client.run(&operation, Controls { abort, ..controls }).await,
                Err(error) => Err(error),
            };
            let given = |answer: Answer| {
                let read = answer.read.and_then(|read| read.downcast_ref::<JsValue>().cloned());
                read.unwrap_or_else(|| JsValue::from_str(&answer.json))
            };
            answered.map(given).map_err(|error| errors.of(&error))
        })
    }
}

/// The record is gone.
fn ended_meanwhile() -> ShardError {
    let mut error = ShardError::new(Code::Conflict, ENDED_MEANWHILE);
    error.outcome = Outcome::Unknown;
    error
}

/// A write that was not finished, as JSON.
fn pending_write(note: &Note, integers: Integers) -> String {
    let mut write = ObjectWriter::new();
    write.text("idempotencyNonce", &note.nonce);
    write.text("bucket", &note.bucket);
    write.raw("account", note.member("account").unwrap_or("null"));
    let amount = note.member("amount").and_then(|amount| amount.parse().ok());
    write.credits("amount", amount.unwrap_or(0), integers);
    write.raw("note", note.member("note").unwrap_or("null"));
    match &note.copy {
        Some(sent) => {
            write.text("edge", &sent.edge);
            write.whole("sentAtUnixMs", sent.at_unix_ms as i64);
        }
        None => {
            write.raw("edge", "null");
            write.raw("sentAtUnixMs", "null");
        }
    }
    write.finish()
}
