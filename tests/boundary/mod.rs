//! The Rust client in real JavaScript engines: Node and headless browsers. The `fetch` is the test's, so that each fault is made on
//! purpose; real sockets are the business of `tests/class` and `tests/npm`.

mod rust;

use js_sys::{Array, Function, Reflect};
use wasm_bindgen::prelude::*;

/// A `fetch` whose body sees `url`, `init` and the list `calls`, which survives on the function itself.
fn fetch(body: &str) -> Function {
    let prelude = "const self = globalThis.__fetches ??= []; \
         const calls = self[id] ??= []; calls.push({ url, init }); \
         const json = (status, value) => Promise.resolve(new Response(JSON.stringify(value), { status, headers: { 'content-type': 'application/json' } })); \
         const health = () => json(200, { observed_at_unix_ms: 1, ready: true, overloaded: false, sync_gap: 0, auth_enabled: true }); \
         const event = (amount) => ({ event_id: 'e', origin_node_id: 'n', origin_epoch: 1, origin_seq: 1, created_at_unix_ms: 1, type: 'standard', bucket: 'b', account: 'a', amount, note: null, idempotency_nonce: 'x', void_ref: null, hold_amount: 0, hold_expires_at_unix_ms: 0 }); \
         const created = (balance) => json(201, { event: event(-1), emitted_events: [], balance, available_balance: balance, deduplicated: false, acks: { received: 0, requested: 0, timeout: false } }); \
         if (url.endsWith('/gateway/health')) return health(); ";
    let id = js_sys::Math::random();
    let make = Function::new_with_args("id", &format!("return (url, init) => {{ {prelude} {body} }}"));
    let function: Function = make.call1(&JsValue::NULL, &id.into()).unwrap().unchecked_into();
    Reflect::set(&function, &"id".into(), &id.into()).unwrap();
    function
}

/// The requests that a [`fetch`] saw, probes left out.
fn requests(fetch: &Function) -> Vec<JsValue> {
    let read = Function::new_with_args(
        "f",
        "return ((globalThis.__fetches ?? [])[f.id] ?? []).filter((c) => !c.url.endsWith('/gateway/health'))",
    );
    Array::from(&read.call1(&JsValue::NULL, fetch).unwrap()).to_vec()
}

fn get(value: &JsValue, path: &str) -> JsValue {
    path.split('.').fold(value.clone(), |value, key| Reflect::get(&value, &key.into()).unwrap())
}

fn text(value: &JsValue, path: &str) -> String {
    get(value, path).as_string().unwrap_or_default()
}

/// The clock that clients look at stands still while this lives, so that nobody seems silent or late for no other
/// reason than a slow machine. Timers go on.
struct StoppedClock(Function);

impl StoppedClock {
    fn new() -> StoppedClock {
        let stop = Function::new_no_args(
            "const own = Object.getOwnPropertyDescriptor(performance, 'now'), at = performance.now(); \
             Object.defineProperty(performance, 'now', { configurable: true, value: () => at }); \
             return () => { delete performance.now; if (own) Object.defineProperty(performance, 'now', own); }",
        );
        StoppedClock(stop.call0(&JsValue::NULL).unwrap().unchecked_into())
    }
}

impl Drop for StoppedClock {
    fn drop(&mut self) {
        self.0.call0(&JsValue::NULL).unwrap();
    }
}
