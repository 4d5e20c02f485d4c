//! How a method becomes a call.

use js_sys::Promise;
use wasm_bindgen::prelude::*;

use super::abort::abort_of;
use super::argument::text;
use super::call_options::CallOptions;
use super::class::Shardd;
use super::error::thrown;
use super::given::Given;
use super::result::shown;
use crate::api::Operation;
use crate::driver::Controls;
use crate::error::ShardError;
use crate::platform::executor::{promise, turn};
use crate::protocol::OperationRow;

/// Gives a write its nonce.
pub(super) type Nonce<'a> = &'a dyn Fn() -> Result<String, ShardError>;

impl Shardd {
    /// The call of this row of the catalogue.
    pub(super) fn run(
        &self,
        row: &OperationRow,
        options: &JsValue,
        make: impl FnOnce(&Given, Nonce<'_>) -> Result<Operation, ShardError>,
    ) -> Promise {
        self.run_at(row, options, &JsValue::UNDEFINED, make)
    }

    /// The same at one edge, where one is named.
    pub(super) fn run_at(
        &self,
        row: &OperationRow,
        options: &JsValue,
        edge: &JsValue,
        make: impl FnOnce(&Given, Nonce<'_>) -> Result<Operation, ShardError>,
    ) -> Promise {
        let prepared = self.prepared(row, options, edge, make);
        let (client, integers) = (self.client.clone(), self.integers);
        promise(async move {
            // A call that its caller gives up in the tick in which it began sends nothing.
            turn().await;
            let answered = async {
                let (operation, controls) = prepared?;
                let answer = client.run(&operation, controls).await?;
                shown(&operation, &answer, integers)
            };
            answered.await.map_err(|error| thrown(&error, integers))
        })
    }

    fn prepared(
        &self,
        row: &OperationRow,
        options: &JsValue,
        edge: &JsValue,
        make: impl FnOnce(&Given, Nonce<'_>) -> Result<Operation, ShardError>,
    ) -> Result<(Operation, Controls), ShardError> {
        let given = Given::to_call(row.options, options)?;
        let is_named = !edge.is_undefined() && !edge.is_null();
        let edge = is_named.then(|| text("edge", edge)).transpose()?;
        let operation = make(&given, &|| self.client.fresh_nonce())?;
        Ok((operation, self.controls(&given, edge)?))
    }

    /// How a call is made that was given these options.
    pub(super) fn controls(&self, given: &Given, edge: Option<String>) -> Result<Controls, ShardError> {
        let controls = given.read::<CallOptions>()?.controls(&self.client, edge)?;
        let abort = abort_of(given.signal().into_iter().chain(self.signal.clone()));
        Ok(Controls { abort, ..controls })
    }
}
