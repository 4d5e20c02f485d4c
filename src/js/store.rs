//! A store written in JavaScript: `update(name, step)`, and where it can prove who is alive, `hold(name)`.

use std::any::Any;
use std::rc::Rc;

use js_sys::{
    Array, ArrayBuffer, AsyncIterator, Function, IteratorNext, Object, Promise, Reflect, Symbol, Uint8Array,
};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::durable::{ByteStep, Hold, Row, Store, StoreError};
use crate::idempotency::Update;
use crate::idempotency::step::Change;
use crate::platform::{LocalFuture, executor};

#[wasm_bindgen]
extern "C" {
    /// The user's object.
    #[derive(Clone)]
    pub type StoreObject;
    #[wasm_bindgen(method, structural, catch)]
    fn update(this: &StoreObject, name: &str, step: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, structural, js_name = hold)]
    fn can_hold(this: &StoreObject) -> JsValue;
    #[wasm_bindgen(method, structural, catch)]
    fn hold(this: &StoreObject, name: &str) -> Result<JsValue, JsValue>;
    /// All rows, as pairs that are iterated over asynchronously, or at once.
    #[wasm_bindgen(method, structural, catch)]
    fn list(this: &StoreObject, prefix: &str) -> Result<JsValue, JsValue>;
}

/// A store behind the user's object.
pub(super) struct JsStore(StoreObject);

impl JsStore {
    pub(super) fn of(object: StoreObject) -> Rc<dyn Store> {
        Rc::new(JsStore(object))
    }
}

/// Lets go of what is held when dropped. (Nothing relies on it: a tab that dies drops nothing, and the browser lets go.)
struct Release(Function);

impl Drop for Release {
    fn drop(&mut self) {
        drop(self.0.call0(&JsValue::UNDEFINED));
    }
}

impl Store for JsStore {
    fn update(&self, name: &str, mut step: ByteStep) -> LocalFuture<Result<(), StoreError>> {
        let step =
            Closure::<dyn FnMut(JsValue, JsValue) -> JsValue>::new(move |bytes: JsValue, now: JsValue| {
                let is_there = !bytes.is_undefined() && !bytes.is_null();
                // What is no bytes is no record, and not nothing either: whatever is there must not be written over.
                let bytes = is_there.then(|| match ArrayBuffer::is_view(&bytes) {
                    true => Uint8Array::new(&bytes).to_vec(),
                    false => Vec::new(),
                });
                let now_ms = now.as_f64().unwrap_or_else(js_sys::Date::now);
                written(step(bytes.as_deref(), now_ms as u64))
            });
        let promise = self.0.update(name, step.as_ref());
        Box::pin(async move {
            let done = settled(promise).await;
            // Until here, for the store may call it again; afterwards its late calls throw and change nothing.
            drop(step);
            done.map(drop)
        })
    }

    fn list(&self, prefix: &str) -> LocalFuture<Result<Vec<Row>, StoreError>> {
        let listed = self.0.list(prefix);
        Box::pin(async move {
            let rows = gathered(listed).await?;
            let row = |row: &JsValue| {
                let row: &Array = row.unchecked_ref();
                let (name, bytes) = (row.get(0).as_string()?, row.get(1));
                // What is no bytes is no record of ours, and is left alone like any other program's.
                ArrayBuffer::is_view(&bytes).then(|| (name, Uint8Array::new(&bytes).to_vec()))
            };
            Ok(rows.iter().filter_map(row).collect())
        })
    }

    fn hold(&self, name: &str) -> LocalFuture<Result<Hold, StoreError>> {
        if !self.0.can_hold().is_function() {
            return Box::pin(std::future::ready(Ok(Hold::Unknown)));
        }
        let promise = self.0.hold(name);
        let waiting = Rc::new(());
        let asked = Rc::downgrade(&waiting);
        // Awaited by itself: what is granted when nobody waits for it any more must be let go, or it is held for ever.
        let granted = executor::promise(async move {
            let held = JsFuture::from(Promise::resolve(&promise?)).await?;
            if asked.strong_count() == 0
                && let Some(release) = held.dyn_ref::<Function>()
            {
                drop(release.call0(&JsValue::UNDEFINED));
            }
            Ok(held)
        });
        Box::pin(async move {
            let held = settled(Ok(granted.into())).await;
            drop(waiting);
            let held = held?;
            Ok(match held.dyn_into::<Function>() {
                Ok(release) => Hold::Mine(Box::new(Release(release))),
                // Where nothing can be held, `null` says so; `undefined` says that somebody else holds it.
                Err(other) if other.is_null() => Hold::Unknown,
                Err(_) => Hold::Others,
            })
        })
    }
}

/// All that an asynchronous iterable gives, or a promise of an ordinary one.
async fn gathered(listed: Result<JsValue, JsValue>) -> Result<Vec<JsValue>, StoreError> {
    let listed = listed.map_err(failed)?;
    let begin = Reflect::get(&listed, &Symbol::async_iterator()).map_err(failed)?;
    let Some(begin) = begin.dyn_ref::<Function>() else {
        let rows = js_sys::try_iter(&settled(Ok(listed)).await?).map_err(failed)?;
        let no_rows =
            || failed(js_sys::TypeError::new("The store's list() gives nothing to iterate over.").into());
        return rows.ok_or_else(no_rows)?.collect::<Result<_, _>>().map_err(failed);
    };
    let iterator: AsyncIterator = begin.call0(&listed).map_err(failed)?.unchecked_into();
    let mut rows = Vec::new();
    loop {
        let next = iterator.next().map_err(failed)?;
        let next: IteratorNext = settled(Ok(next.into())).await?.unchecked_into();
        if next.done() {
            return Ok(rows);
        }
        rows.push(next.value());
    }
}

async fn settled(promise: Result<JsValue, JsValue>) -> Result<JsValue, StoreError> {
    JsFuture::from(Promise::resolve(&promise.map_err(failed)?)).await.map_err(failed)
}

fn failed(thrown: JsValue) -> StoreError {
    // What the typings say of a store's `written`.
    let written = Reflect::get(&thrown, &"written".into()).ok();
    let is_unwritten = written.and_then(|written| written.as_bool()) == Some(false);
    StoreError { cause: Some(Rc::new(thrown) as Rc<dyn Any>), is_unwritten }
}

fn written(update: Update<()>) -> JsValue {
    let said = Object::new();
    let set = |name: &str, value: JsValue| drop(Reflect::set(&said, &name.into(), &value));
    match update.change {
        Change::Keep => {}
        Change::Put(bytes) => {
            set("put", Uint8Array::from(bytes.as_slice()).into());
            // What does not expire, whatever clock is set.
            let never = update.expires_at_ms == u64::MAX;
            let expires_at_ms = if never { f64::INFINITY } else { update.expires_at_ms as f64 };
            set("expiresAtUnixMs", expires_at_ms.into());
        }
        Change::Delete => set("remove", true.into()),
    }
    said.into()
}
