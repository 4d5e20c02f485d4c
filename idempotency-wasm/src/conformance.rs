//! The table of `shardd_wasm::idempotency::conformance` over a store of JavaScript.

use js_sys::{Error, Function, Promise, Reflect};
use shardd_wasm::idempotency::conformance::{Checked, Subject, check};
use shardd_wasm::idempotency::runtime::WebRuntime;
use shardd_wasm::idempotency::valkey::ValkeyStore;
use shardd_wasm::idempotency::{BoxStore, Runtime};
use shardd_wasm::platform::executor::promise;
use wasm_bindgen::prelude::*;

use crate::record::Record;
use crate::server::Client;
use crate::store::JsStore;
use crate::thrown::settled;

#[wasm_bindgen]
extern "C" {
    /// A store, and its time: `{ store, prefix, tickMs, pass(ms) }`.
    pub type Place;
    #[wasm_bindgen(method, getter, structural)]
    fn store(this: &Place) -> JsValue;
    #[wasm_bindgen(method, getter, structural)]
    fn prefix(this: &Place) -> String;
    #[wasm_bindgen(method, getter, structural, js_name = tickMs)]
    fn tick_ms(this: &Place) -> f64;
    #[wasm_bindgen(method, structural, catch)]
    fn pass(this: &Place, ms: f64) -> Result<JsValue, JsValue>;
}

struct Asked {
    place: Place,
    store: BoxStore,
    prefix: String,
}

impl Subject for Asked {
    type Store = BoxStore;

    fn store(&self) -> &BoxStore {
        &self.store
    }

    fn tick_ms(&self) -> u64 {
        self.place.tick_ms() as u64
    }

    async fn pass(&self, ms: u64) {
        // A clock that does not move is told by what comes after it.
        let _passed = settled(self.place.pass(ms as f64)).await;
    }

    fn prefix(&self) -> &str {
        &self.prefix
    }

    /// A turn of the event loop, not only of the promises in it.
    async fn turn(&self) {
        WebRuntime.sleep(0).await;
    }
}

/// Resolves to `{ cases, skipped, races, crashes }`, or rejects with the first thing that does not hold.
#[wasm_bindgen]
pub fn conformance(place: Place) -> Promise {
    let store = over_either(place.store());
    promise(async move {
        let store = store.ok_or_else(|| Error::new("no store: it has neither update nor command"))?;
        let prefix = place.prefix();
        let checked = check(&Asked { place, store, prefix }).await;
        let Checked { cases, skipped, races, crashes } = checked.map_err(|failure| {
            use std::string::ToString as _;
            Error::new(&failure.to_string())
        })?;
        let figures = [("cases", cases), ("skipped", skipped), ("races", races), ("crashes", crashes)];
        let told =
            figures.into_iter().fold(Record::new(), |told, (name, figure)| told.with(name, figure as f64));
        Ok(told.done())
    })
}

/// Over an object with `update`, or over one with `command` and `prefix`.
fn over_either(store: JsValue) -> Option<BoxStore> {
    let member = |name: &str| Reflect::get(&store, &name.into()).unwrap_or_default();
    match member("command").dyn_into::<Function>() {
        Ok(command) => {
            ValkeyStore::over(Client(command), member("prefix").as_string()?).ok().map(BoxStore::new)
        }
        Err(_) => JsStore::new(store, false).map(BoxStore::new),
    }
}
