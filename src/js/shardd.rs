//! The class behind the one that JavaScript sees: a client with one way in for all calls. (A method for each of them costs half a
//! kilobyte apiece; `pkg-template/shardd.js` writes them out in a tenth of that.)

use std::rc::Rc;

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

use super::abort::abort_of;
use super::error::to_js;
use super::given::{Given, api_key};
use super::network::Network;
use super::notice::observer;
use super::operation::operation;
use super::store::{JsStore, StoreObject};
use crate::api::Operation;
use crate::client::Client;
use crate::driver::Controls;
use crate::durable::Note;
use crate::engine::EdgeState;
use crate::error::ShardError;
use crate::json::{Integers, ObjectWriter};
use crate::reply::Answer;

/// A client of the ledger, for JavaScript.
#[wasm_bindgen(skip_typescript)]
#[derive(Debug)]
pub struct Shardd {
    pub(super) client: Client,
    pub(super) signal: Option<web_sys::AbortSignal>,
    integers: Integers,
}

#[wasm_bindgen]
impl Shardd {
    /// Does no I/O, draws no randomness, starts no timer. `given` is what `pkg-template/given.js` made of the options, the objects among them
    /// beside it.
    #[wasm_bindgen(constructor)]
    pub fn new(
        key: &JsValue,
        given: &str,
        network: Network,
        on_event: Option<Function>,
        signal: Option<web_sys::AbortSignal>,
        store: Option<StoreObject>,
    ) -> Result<Shardd, JsValue> {
        let thrown = |error: ShardError| to_js(&error, Integers::Number);
        let mut config = Given::of(given).config(api_key(key).map_err(thrown)?);
        let integers = config.integers;
        config.store = store.map(JsStore::of);
        config.observer = on_event.map(observer);
        let client = Client::from_config(config, Rc::new(network)).map_err(thrown)?;
        Ok(Shardd { client, signal, integers })
    }

    /// A client with another key that shares what this one knows of the edges.
    #[wasm_bindgen(js_name = withApiKey)]
    pub fn with_api_key(&self, key: &JsValue) -> Result<Shardd, JsValue> {
        let client = api_key(key).and_then(|key| self.client.with_api_key(key));
        let client = client.map_err(|error| to_js(&error, self.integers))?;
        Ok(Shardd { client, signal: self.signal.clone(), integers: self.integers })
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

    /// Finishes the write that this record is of.
    pub fn resume(&self, record: &[u8], given: &str, signal: Option<web_sys::AbortSignal>) -> Promise {
        let note =
            Note::of_record(record).ok_or_else(|| ShardError::invalid("This is no record of a write."));
        self.run(note.map(|note| note.operation()), &Given::of(given), signal)
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

    /// What the record with these bytes says of its write, as JSON; `undefined` where there is nothing to finish.
    pub fn unfinished(&self, bytes: &[u8]) -> Option<String> {
        let (note, is_alive) = Note::unfinished(bytes, js_sys::Date::now() as u64)?;
        let mut write = ObjectWriter::new();
        write.text("idempotencyNonce", &note.nonce);
        write.text("bucket", &note.bucket);
        write.raw("account", note.member("account").unwrap_or("null"));
        let amount = note.member("amount").unwrap_or("0");
        let rounded = amount.len() > 16;
        if rounded || self.integers == Integers::BigInt {
            write.text("amount", amount);
        } else {
            write.raw("amount", amount);
        }
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
        write.flag("alive", is_alive);
        Some(write.finish())
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
        let (client, integers) = (self.client.clone(), self.integers);
        future_to_promise(async move {
            let answered = match prepared {
                Ok((operation, controls)) => client.run(&operation, Controls { abort, ..controls }).await,
                Err(error) => Err(error),
            };
            let given = |answer: Answer| {
                let read = answer.read.and_then(|read| read.downcast_ref::<JsValue>().cloned());
                read.unwrap_or_else(|| JsValue::from_str(&answer.json))
            };
            answered.map(given).map_err(|error| to_js(&error, integers))
        })
    }
}
