//! The calls about recorded writes.

use js_sys::{Array, Object, Promise, Reflect};
use serde::Deserialize;
use wasm_bindgen::prelude::*;

use super::argument::text;
use super::class::Shardd;
use super::error::thrown;
use super::given::Given;
use super::pending::PendingWrite;
use super::result::{object, shown};
use crate::driver::Controls;
use crate::error::ShardError;
use crate::platform::executor::promise;
use crate::protocol::CALL_OPTIONS;

/// What `forget` may be told.
#[derive(Deserialize)]
struct ForgetOptions {
    #[serde(default)]
    pending: bool,
}

#[wasm_bindgen]
impl Shardd {
    /// This owner's recorded writes that nobody has finished.
    pub fn pending(&self) -> Promise {
        let (client, integers) = (self.client.clone(), self.integers);
        self.told(async move {
            let notes = client.pending().await?;
            object(&notes.iter().map(|note| PendingWrite::of(note, integers)).collect::<Vec<_>>())
        })
    }

    /// Finishes this owner's recorded writes, and says what became of each.
    pub fn resume(&self, options: &JsValue) -> Promise {
        let (shardd, options) = (self.copy(), options.clone());
        self.told(async move {
            let given = Given::to_call(CALL_OPTIONS.name, &options)?;
            // A doubtful option is refused before the first record is touched.
            shardd.controls(&given, None)?;
            let controls = || shardd.controls(&given, None).unwrap_or_else(|_| Controls::default());
            let ended = Array::new();
            for (note, result) in shardd.client.resume_with(controls).await? {
                let row = Object::new();
                let set = |name: &str, value: JsValue| drop(Reflect::set(&row, &name.into(), &value));
                set("write", object(&PendingWrite::of(&note, shardd.integers))?);
                let shown = |answer| shown(&note.operation(), &answer, shardd.integers);
                match result.and_then(shown) {
                    Ok(result) => set("result", result),
                    Err(error) => set("error", thrown(&error, shardd.integers)),
                }
                ended.push(&row);
            }
            Ok(ended.into())
        })
    }

    /// Gives up the unfinished write of this nonce; says whether there was one.
    pub fn discard(&self, nonce: &JsValue) -> Promise {
        let client = self.client.clone();
        let nonce = text("idempotencyNonce", nonce);
        self.told(async move { client.discard(&nonce?).await.map(JsValue::from_bool) })
    }

    /// Deletes the owner's finished records, and with `pending` the others too; says how many there were.
    pub fn forget(&self, options: &JsValue) -> Promise {
        let client = self.client.clone();
        let options = Given::to_call("forget", options).and_then(|given| given.read::<ForgetOptions>());
        self.told(async move {
            let count = client.forget(options?.pending).await?;
            Ok(JsValue::from_f64(count as f64))
        })
    }
}

impl Shardd {
    /// The promise of what this ends with.
    fn told(&self, ending: impl Future<Output = Result<JsValue, ShardError>> + 'static) -> Promise {
        let integers = self.integers;
        promise(async move { ending.await.map_err(|error| thrown(&error, integers)) })
    }
}
