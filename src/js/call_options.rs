//! What is said of a call beside its arguments.

use serde::Deserialize;

use super::given::Given;
use crate::api::After;
use crate::client::Client;
use crate::driver::Controls;
use crate::error::ShardError;
use crate::protocol::NOT_AFTER;

/// What every call may be told, but for its signal.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CallOptions {
    timeout_ms: Option<u64>,
    edge: Option<String>,
}

impl CallOptions {
    /// The same for the call's driver; `only` is the edge that an argument names.
    pub(super) fn controls(self, client: &Client, only: Option<String>) -> Result<Controls, ShardError> {
        let only = only.or(self.edge).map(|url| client.edge_index(&url)).transpose()?;
        Ok(Controls { abort: None, timeout_ms: self.timeout_ms, only })
    }
}

/// An event's place in the ledger's log.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Position {
    origin_node_id: String,
    origin_epoch: u64,
    origin_seq: u64,
}

/// A write's result, or the event in it.
#[derive(Deserialize)]
#[serde(untagged)]
enum Shown {
    Result { event: Position },
    Event(Position),
}

/// The event that an account is read after.
pub(super) fn after(given: &Given) -> Result<Option<After>, ShardError> {
    let value = given.value("after");
    if value.is_undefined() {
        return Ok(None);
    }
    let shown = serde_wasm_bindgen::from_value(value).map_err(|_| ShardError::invalid(NOT_AFTER))?;
    let (Shown::Result { event } | Shown::Event(event)) = shown;
    let origin = [&*event.origin_node_id, ":", &event.origin_epoch.to_string()].concat();
    Ok(Some(After { origin, seq: event.origin_seq }))
}
