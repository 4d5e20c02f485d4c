//! The class behind the one that JavaScript sees: a client with one way in for all calls. (A method for each of them costs half a
//! kilobyte apiece; `pkg-template/shardd.js` writes them out in a tenth of that.)

use std::rc::Rc;

use js_sys::{Array, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

use super::error::to_js;
use super::notice::observer;
use super::operation::prepare;
use super::options::{api_key, client_options};
use crate::api::Operation;
use crate::client::Client;
use crate::durable::Note;
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
    integers: Integers,
}

#[wasm_bindgen]
impl Shardd {
    /// Does no I/O, draws no randomness, starts no timer.
    #[wasm_bindgen(constructor)]
    pub fn new(key: &JsValue, options: &JsValue) -> Result<Shardd, JsValue> {
        let thrown = |error: ShardError| to_js(&error, Integers::Number);
        let options = client_options(key, options).map_err(thrown)?;
        let mut config = options.config;
        let integers = config.integers;
        config.observer = options.on_event.map(observer);
        let client = Client::from_config(config, Rc::new(Web { fetch: options.fetch })).map_err(thrown)?;
        Ok(Shardd { client, signal: options.signal, integers })
    }

    /// A client with another key that shares what this one knows of the edges.
    #[wasm_bindgen(js_name = withApiKey)]
    pub fn with_api_key(&self, key: &JsValue) -> Result<Shardd, JsValue> {
        let client = api_key(key).and_then(|key| self.client.with_api_key(key));
        let client = client.map_err(|error| to_js(&error, self.integers))?;
        Ok(Shardd { client, signal: self.signal.clone(), integers: self.integers })
    }

    /// Runs the operation of this name. The promise resolves to JSON text, in bigint mode with its money as strings of
    /// digits, or rejects with an error of the package. `body` is what an earlier call sent, where this one repeats it.
    pub fn call(&self, name: &str, args: &Array, options: &JsValue, body: Option<String>) -> Promise {
        let prepared = prepare(self, name, args, options, body);
        // For the error of a call that a trap ends, since nobody here can say it then. A deletion has none.
        if let Ok((Operation { write: Some(write), .. }, _)) = &prepared {
            let nonce = if write.replayable { write.nonce.as_ref().into() } else { JsValue::NULL };
            drop(Reflect::set(args, &"nonce".into(), &nonce));
        }
        let (client, integers) = (self.client.clone(), self.integers);
        future_to_promise(async move {
            let answered = match prepared {
                Ok((operation, controls)) => client.run(&operation, controls).await,
                Err(error) => Err(error),
            };
            answered.map(|answer| JsValue::from_str(&answer.json)).map_err(|error| to_js(&error, integers))
        })
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
