//! The class that JavaScript holds: a store, and the loop over it.

use std::time::Duration;

use js_sys::{Function, Promise};
use shardd_wasm::idempotency::claim::{Execution, Terms};
use shardd_wasm::idempotency::valkey::ValkeyStore;
use shardd_wasm::idempotency::{
    BoxStore, FencedOutcome, Fingerprint, IdempotencyKey, IdempotencyStore, StoreFailure,
};
use shardd_wasm::platform::executor::promise;
use wasm_bindgen::prelude::*;

use crate::attempt::{self, Calls, rejected};
use crate::clock::Clock;
use crate::ending::{self, Value};
use crate::record::parsed;
use crate::server::Client;
use crate::store::JsStore;
use crate::thrown;

#[wasm_bindgen]
extern "C" {
    /// What a call asks for; durations in milliseconds.
    pub type Asked;
    #[wasm_bindgen(method, getter, structural)]
    fn name(this: &Asked) -> String;
    #[wasm_bindgen(method, getter, structural)]
    fn fingerprint(this: &Asked) -> String;
    #[wasm_bindgen(method, getter, structural, js_name = leaseMs)]
    fn lease_ms(this: &Asked) -> f64;
    #[wasm_bindgen(method, getter, structural, js_name = keepMs)]
    fn keep_ms(this: &Asked) -> f64;
    #[wasm_bindgen(method, getter, structural, js_name = keepAliveMs)]
    fn keep_alive_ms(this: &Asked) -> f64;
    #[wasm_bindgen(method, getter, structural, js_name = ttlMs)]
    fn ttl_ms(this: &Asked) -> f64;
    #[wasm_bindgen(method, getter, structural, js_name = waitMs)]
    fn wait_ms(this: &Asked) -> f64;
    #[wasm_bindgen(method, getter, structural, js_name = storeTimeoutMs)]
    fn store_timeout_ms(this: &Asked) -> f64;
    #[wasm_bindgen(method, getter, structural, js_name = refusesLapsed)]
    fn refuses_lapsed(this: &Asked) -> bool;
    #[wasm_bindgen(method, getter, structural, js_name = needsLapsed)]
    fn needs_lapsed(this: &Asked) -> bool;
}

/// A store, and the loop over it. What rejects rejects with `{ failure, cause }`.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Engine {
    store: BoxStore,
    clock: Clock,
}

#[wasm_bindgen]
impl Engine {
    /// Over an object with `update`; none if it has no such method. `watches`: whether its `watch` may wake those who wait.
    pub fn over(store: JsValue, watches: bool, now: Option<Function>) -> Option<Engine> {
        Some(Self { store: BoxStore::new(JsStore::new(store, watches)?), clock: Clock(now) })
    }

    /// Over a server; none if the prefix is not allowed.
    pub fn valkey(command: Function, prefix: String, now: Option<Function>) -> Option<Engine> {
        let store = ValkeyStore::over(Client(command), prefix).ok()?;
        Some(Self { store: BoxStore::new(store), clock: Clock(now) })
    }

    /// Runs an effect once, or says what came of it before.
    pub fn execute(&self, asked: Asked, calls: Calls) -> Promise {
        let (store, clock) = (self.store.clone(), self.clock.clone());
        promise(async move {
            let (key, terms) = (key(asked.name())?, terms(&asked));
            let execution = Execution { store: &store, key: &key, runtime: &clock, terms: &terms };
            let read = |response| Ok(Value::Stored(response));
            let ended = execution.execute(read, |attempt| attempt::run(&calls, attempt)).await;
            ended.map(ending::outcome).map_err(ending::failure)
        })
    }

    /// Holds a key for so long from now; resolves to `"applied"` or why not.
    pub fn touch(&self, name: String, token: String, lease_ms: f64, store_timeout_ms: f64) -> Promise {
        self.ask(name, store_timeout_ms, async move |asked| {
            let touch = asked.store.touch(asked.key, parsed(&token), duration(lease_ms));
            Ok(JsValue::from(match asked.ask(touch).await? {
                FencedOutcome::Applied => "applied",
                FencedOutcome::Rejected(rejection) => rejected(rejection),
            }))
        })
    }

    /// Where a key stands; undefined if it is free.
    pub fn get(&self, name: String, store_timeout_ms: f64) -> Promise {
        self.ask(name, store_timeout_ms, async |asked| {
            let found = asked.ask(asked.store.get(asked.key)).await?;
            Ok(found.as_ref().map_or(JsValue::UNDEFINED, ending::snapshot))
        })
    }

    /// Forgets a key.
    pub fn purge(&self, name: String, store_timeout_ms: f64) -> Promise {
        self.ask(name, store_timeout_ms, async |asked| {
            asked.ask(asked.store.purge(asked.key)).await?;
            Ok(JsValue::UNDEFINED)
        })
    }
}

impl Engine {
    /// A question about a key, for as long as the store may take. Rejects with why there is no answer.
    fn ask<F>(&self, name: String, store_timeout_ms: f64, question: F) -> Promise
    where
        F: AsyncFnOnce(
                Execution<'_, BoxStore, Clock>,
            ) -> Result<JsValue, StoreFailure<<BoxStore as IdempotencyStore>::Error>>
            + 'static,
    {
        let (store, clock) = (self.store.clone(), self.clock.clone());
        promise(async move {
            let terms = Terms {
                store_timeout: limit(store_timeout_ms),
                ..Terms::new(Fingerprint::new(0), Duration::ZERO)
            };
            let asked = Execution { store: &store, key: &key(name)?, runtime: &clock, terms: &terms };
            question(asked).await.map_err(|error| thrown::failure(&error))
        })
    }
}

/// Names come from [`crate::key_name`]; others are a mistake of the shell.
fn key(name: String) -> Result<IdempotencyKey, JsValue> {
    IdempotencyKey::from_name(name).map_err(|_| JsValue::from("not the name of a key"))
}

fn terms(asked: &Asked) -> Terms {
    let fingerprint = u128::from_str_radix(&asked.fingerprint(), 16).unwrap_or(0);
    let store_timeout = limit(asked.store_timeout_ms());
    Terms {
        keep: duration(asked.keep_ms()),
        ceiling: duration(asked.keep_alive_ms()),
        replay: duration(asked.ttl_ms()),
        wait: duration(asked.wait_ms()),
        refuses_lapsed: asked.refuses_lapsed(),
        needs_lapsed: asked.needs_lapsed(),
        store_timeout,
        ..Terms::new(Fingerprint::new(fingerprint), duration(asked.lease_ms()))
    }
}

fn limit(ms: f64) -> Option<Duration> {
    Some(ms).filter(|ms| ms.is_finite()).map(duration)
}

fn duration(ms: f64) -> Duration {
    Duration::from_millis(ms as u64)
}
