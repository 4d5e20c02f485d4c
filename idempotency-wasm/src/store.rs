//! A store written in JavaScript: `update(name, step)`, and where it can tell of changes, `watch(name, signal)`.

use std::cell::RefCell;
use std::future::pending;
use std::rc::Rc;

use js_sys::{Function, Reflect, Uint8Array};
use shardd_wasm::idempotency::step::Change;
use shardd_wasm::idempotency::{AtomicStore, Update};
use wasm_bindgen::prelude::*;

use crate::record::Record;
use crate::thrown::{Thrown, settled};

#[wasm_bindgen]
extern "C" {
    /// Where it is missing there is no watching either.
    type AbortController;
    #[wasm_bindgen(constructor, catch)]
    fn new() -> Result<AbortController, JsValue>;
    #[wasm_bindgen(method, getter, structural)]
    fn signal(this: &AbortController) -> JsValue;
    #[wasm_bindgen(method, structural, catch)]
    fn abort(this: &AbortController) -> Result<(), JsValue>;
}

/// The user's object.
pub(crate) struct JsStore {
    store: JsValue,
    update: Function,
    watch: Option<Function>,
}

/// Ends a watch when dropped.
struct Stop(AbortController);

impl Drop for Stop {
    fn drop(&mut self) {
        drop(self.0.abort());
    }
}

impl JsStore {
    /// `None` if it has no `update`.
    pub(crate) fn new(store: JsValue, watches: bool) -> Option<Self> {
        let method =
            |name: &str| Reflect::get(&store, &name.into()).ok().and_then(|method| method.dyn_into().ok());
        let (update, watch) = (method("update")?, method("watch").filter(|_| watches));
        Some(Self { store, update, watch })
    }
}

impl AtomicStore for JsStore {
    type Error = Thrown;

    async fn update<R, F>(&self, name: &str, mut step: F) -> Result<R, Thrown>
    where
        R: 'static,
        F: FnMut(Option<&[u8]>, u64) -> Update<R> + 'static,
    {
        let reply = Rc::new(RefCell::new(None));
        let last = reply.clone();
        let step =
            Closure::<dyn FnMut(JsValue, JsValue) -> JsValue>::new(move |bytes: JsValue, now: JsValue| {
                let bytes = bytes.is_object().then(|| Uint8Array::new(&bytes).to_vec());
                let now_ms = now.as_f64().unwrap_or_else(js_sys::Date::now);
                let update = step(bytes.as_deref(), now_ms as u64);
                last.replace(Some(update.reply));
                written(update.change, update.expires_at_ms)
            });
        let done = settled(self.update.call2(&self.store, &name.into(), step.as_ref())).await;
        // Until here, for the store may call it again; afterwards its late calls throw and change nothing.
        drop(step);
        done?;
        let said = reply.take();
        said.ok_or(Thrown::Undone("The store's update resolved without having called its step."))
    }

    async fn watch(&self, name: &str) {
        let (Some(watch), Ok(controller)) = (&self.watch, AbortController::new()) else {
            return pending().await;
        };
        let stop = Stop(controller);
        let watched = settled(watch.call2(&self.store, &name.into(), &stop.0.signal())).await;
        if watched.is_err() {
            // Those who wait look from time to time.
            pending().await
        }
    }
}

fn written(change: Change<Vec<u8>>, expires_at_ms: u64) -> JsValue {
    match change {
        Change::Keep => Record::new(),
        Change::Put(bytes) => Record::new()
            .with("put", Uint8Array::from(bytes.as_slice()))
            .with("expiresAtUnixMs", expires_at_ms as f64),
        Change::Delete => Record::new().with("remove", true),
    }
    .done()
}
