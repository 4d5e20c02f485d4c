//! The user's clock, if there is one, and the platform's timers.

use std::fmt;
use std::future::Future;

use js_sys::{Function, Promise, Reflect};
use shardd_wasm::idempotency::Runtime;
use shardd_wasm::idempotency::runtime::WebRuntime;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(callback: &Function, ms: f64) -> JsValue;
    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(timer: &JsValue);
}

/// Timers take 31 bits.
const SLEEP_MAX_MS: f64 = i32::MAX as f64;

/// A clock of Unix milliseconds.
#[derive(Clone)]
pub(crate) struct Clock(pub Option<Function>);

/// A timer that is cleared when nobody waits for it any more.
struct Timer(JsValue);

impl Drop for Timer {
    fn drop(&mut self) {
        clear_timeout(&self.0);
    }
}

impl Timer {
    /// Node and Bun end a process that has no other timer than such a one. Elsewhere a timer keeps nothing, or is a number.
    fn let_process_end(&self) {
        let unref = Reflect::get(&self.0, &"unref".into()).and_then(JsValue::dyn_into::<Function>);
        drop(unref.and_then(|unref| unref.call0(&self.0)));
    }
}

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

    async fn sleep_aside(&self, ms: u64) {
        let mut timer = None;
        let slept = Promise::new(&mut |resolve, _| {
            timer = Some(Timer(set_timeout(&resolve, (ms as f64).min(SLEEP_MAX_MS))));
        });
        timer.as_ref().inspect(|timer| timer.let_process_end());
        drop(JsFuture::from(slept).await);
        drop(timer);
    }

    fn spawn(&self, future: impl Future<Output = ()> + 'static) {
        WebRuntime.spawn(future);
    }
}
