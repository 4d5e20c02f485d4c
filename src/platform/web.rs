//! The real runtimes: browsers, Workers, Deno, Bun, Node. Globals are looked up at call time, so that a page or
//! test that replaces `fetch` is heard, and importing touches nothing.

use std::any::Any;
use std::rc::Rc;

use js_sys::{Function, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::{FetchError, LocalFuture, Platform, Request, Response};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = fetch, catch)]
    fn global_fetch(url: &str, init: &Object) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn performance_now() -> f64;
    #[wasm_bindgen(js_namespace = Date, js_name = now)]
    fn date_now() -> f64;
}

/// The runtime around this module, with the user's `fetch` if there is one.
#[derive(Clone, Debug, Default)]
pub struct Web {
    /// Called with `this` undefined instead of `globalThis.fetch`.
    pub fetch: Option<Function>,
}

/// Timers take 31 bits.
const SLEEP_MAX_MS: u64 = i32::MAX as u64;

impl Platform for Web {
    fn fetch(&self, request: Request) -> LocalFuture<Result<Response, FetchError>> {
        let function = self.fetch.clone();
        Box::pin(async move { exchange(function, &request).await })
    }

    fn sleep(&self, ms: u64) -> LocalFuture<()> {
        let ms = u32::try_from(ms.min(SLEEP_MAX_MS)).unwrap_or(0);
        Box::pin(gloo_timers::future::TimeoutFuture::new(ms))
    }

    fn now_ms(&self) -> u64 {
        performance_now() as u64
    }

    fn unix_ms(&self) -> u64 {
        date_now() as u64
    }

    fn random(&self) -> Option<[u8; 16]> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).ok().map(|()| bytes)
    }
}

/// Aborts its fetch when dropped before the body is in: one signal over headers and body.
struct Signal(Option<web_sys::AbortController>);

impl Drop for Signal {
    fn drop(&mut self) {
        if let Some(controller) = self.0.take() {
            controller.abort();
        }
    }
}

async fn exchange(function: Option<Function>, request: &Request) -> Result<Response, FetchError> {
    let network = |thrown: JsValue| FetchError::Network(Some(Rc::new(thrown) as Rc<dyn Any>));
    // The controller is made inside the call: on Workers one of another request throws.
    let controller = web_sys::AbortController::new().map_err(network)?;
    let init = init(request, &controller).map_err(network)?;
    let mut signal = Signal(Some(controller));
    // `fetch(url, init)`, not `new Request`, which costs half as much again.
    let answer = match function {
        Some(function) => function.call2(&JsValue::UNDEFINED, &JsValue::from_str(&request.url), &init),
        None => global_fetch(&request.url, &init),
    };
    let answer = JsFuture::from(Promise::resolve(&answer.map_err(network)?)).await.map_err(network)?;
    let response: web_sys::Response = answer.unchecked_into();
    let status = response.status();
    let headers = response.headers();
    let announced =
        headers.get("content-length").ok().flatten().and_then(|length| length.parse::<u64>().ok());
    if announced.is_some_and(|length| length > request.max_body_bytes) {
        return Err(FetchError::TooLarge(status));
    }
    let retry_after = if status >= 400 { headers.get("retry-after").ok().flatten() } else { None };
    let body = JsFuture::from(response.array_buffer().map_err(network)?).await.map_err(network)?;
    let body = Uint8Array::new(&body);
    if u64::from(body.length()) > request.max_body_bytes {
        return Err(FetchError::TooLarge(status));
    }
    signal.0 = None;
    Ok(Response { status, retry_after, body: body.to_vec() })
}

/// Only what every runtime takes: others refuse `cache`, `credentials`, `redirect: "error"`.
fn init(request: &Request, controller: &web_sys::AbortController) -> Result<Object, JsValue> {
    let init = Object::new();
    let set =
        |target: &Object, key: &str, value: &JsValue| Reflect::set(target, &JsValue::from_str(key), value);
    set(&init, "method", &JsValue::from_str(request.method))?;
    set(&init, "redirect", &JsValue::from_str("manual"))?;
    set(&init, "signal", &controller.signal())?;
    let headers = Object::new();
    if let Some(authorization) = &request.authorization {
        set(&headers, "authorization", &JsValue::from_str(authorization))?;
    }
    if let Some(body) = &request.body {
        set(&headers, "content-type", &JsValue::from_str("application/json"))?;
        set(&init, "body", &JsValue::from_str(body))?;
    }
    set(&init, "headers", &headers)?;
    Ok(init)
}
