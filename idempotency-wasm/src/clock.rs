//! The user's clock, if there is one, and the platform's timers.

use std::fmt;
use std::future::Future;

use js_sys::Function;
use shardd_wasm::idempotency::Runtime;
use shardd_wasm::idempotency::runtime::WebRuntime;
use wasm_bindgen::JsValue;

/// A clock of Unix milliseconds.
#[derive(Clone)]
pub(crate) struct Clock(pub Option<Function>);

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

impl Runtime for Clock {
    fn now_ms(&self) -> u64 {
        let told = self.0.as_ref().and_then(|now| now.call0(&JsValue::UNDEFINED).ok()?.as_f64());
        told.map_or_else(|| WebRuntime.now_ms(), |now| now as u64)
    }

    fn sleep(&self, ms: u64) -> impl Future<Output = ()> {
        WebRuntime.sleep(ms)
    }

    fn spawn(&self, future: impl Future<Output = ()> + 'static) {
        WebRuntime.spawn(future);
    }
}
