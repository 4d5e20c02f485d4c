//! The calls about recorded writes.

use js_sys::{Array, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;

use super::argument::text;
use super::class::Shardd;
use super::error::thrown;
use super::options::of_call;
use super::result::{object, pending_write};
use crate::platform::executor::promise;

#[wasm_bindgen]
impl Shardd {
    /// This owner's recorded writes that nobody has finished.
    pub fn pending(&self) -> Promise {
        let (client, integers) = (self.client.clone(), self.integers);
        promise(async move {
            let listed = async {
                let notes = client.pending().await?;
                let rows: Vec<String> = notes.iter().map(|note| pending_write(note, integers)).collect();
                object(&["[", &rows.join(","), "]"].concat(), integers)
            };
            listed.await.map_err(|error| thrown(&error, integers))
        })
    }

    /// Finishes this owner's recorded writes, and says what became of each.
    pub fn resume(&self) -> Promise {
        let (client, integers) = (self.client.clone(), self.integers);
        promise(async move {
            let failed = |error| thrown(&error, integers);
            let ended = Array::new();
            for (note, result) in client.resume().await.map_err(failed)? {
                let row = Object::new();
                let set = |name: &str, value: JsValue| drop(Reflect::set(&row, &name.into(), &value));
                set("write", object(&pending_write(&note, integers), integers).map_err(failed)?);
                match result.and_then(|answer| object(&answer.json, integers)) {
                    Ok(result) => set("result", result),
                    Err(error) => set("error", failed(error)),
                }
                ended.push(&row);
            }
            Ok(ended.into())
        })
    }

    /// Gives up the unfinished write of this nonce; says whether there was one.
    pub fn discard(&self, nonce: &JsValue) -> Promise {
        let (client, integers) = (self.client.clone(), self.integers);
        let nonce = text("idempotencyNonce", nonce);
        promise(async move {
            let discarded = async { client.discard(&nonce?).await };
            discarded.await.map(JsValue::from_bool).map_err(|error| thrown(&error, integers))
        })
    }

    /// Deletes the owner's finished records, and with `pending` the others too; says how many there were.
    pub fn forget(&self, options: &JsValue) -> Promise {
        let (client, integers) = (self.client.clone(), self.integers);
        let said = of_call("forget", options);
        promise(async move {
            let forgotten = async { client.forget(said?.data.pending.unwrap_or(false)).await };
            forgotten
                .await
                .map(|count| JsValue::from_f64(count as f64))
                .map_err(|error| thrown(&error, integers))
        })
    }
}
