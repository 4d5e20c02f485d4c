//! Reads, a method for each.

use js_sys::Promise;
use wasm_bindgen::prelude::*;

use super::argument::text;
use super::call_options::after;
use super::class::Shardd;
use crate::api::Operation;
use crate::protocol::{EDGES, GET_ACCOUNT, GET_BALANCES, HEALTH, LIST_EVENTS};

#[wasm_bindgen]
impl Shardd {
    /// All events of a bucket, oldest first.
    #[wasm_bindgen(js_name = listEvents)]
    pub fn list_events(&self, bucket: &JsValue, options: &JsValue) -> Promise {
        self.run(&LIST_EVENTS, options, |_, _| Operation::list_events(&text("bucket", bucket)?))
    }

    /// The balances of all accounts of a bucket.
    #[wasm_bindgen(js_name = getBalances)]
    pub fn get_balances(&self, bucket: &JsValue, options: &JsValue) -> Promise {
        self.run(&GET_BALANCES, options, |_, _| Operation::get_balances(&text("bucket", bucket)?))
    }

    /// One account.
    #[wasm_bindgen(js_name = getAccount)]
    pub fn get_account(&self, bucket: &JsValue, account: &JsValue, options: &JsValue) -> Promise {
        self.run(&GET_ACCOUNT, options, |given, _| {
            let operation = Operation::get_account(&text("bucket", bucket)?, &text("account", account)?)?;
            Ok(Operation { after: after(given)?, ..operation })
        })
    }

    /// The directory of the edges, as the pinned one sees it.
    pub fn edges(&self, options: &JsValue) -> Promise {
        self.run(&EDGES, options, |_, _| Ok(Operation::edges()))
    }

    /// The health of the pinned edge, or of the one named.
    pub fn health(&self, base_url: &JsValue, options: &JsValue) -> Promise {
        self.run_at(&HEALTH, options, base_url, |_, _| Ok(Operation::health()))
    }
}
