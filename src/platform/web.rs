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
    fn global_fetch(url: &str, init: &Init) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn performance_now() -> f64;
    #[wasm_bindgen(js_namespace = Date, js_name = now)]
    fn date_now() -> f64;
    // Missing on pages without https: then the call throws.
    #[wasm_bindgen(js_namespace = ["crypto", "subtle"], js_name = digest, catch)]
    fn digest(algorithm: &str, data: &Uint8Array) -> Result<Promise, JsValue>;
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

    fn sha256(&self, text: &str) -> LocalFuture<Option<[u8; 32]>> {
        let digested = digest("SHA-256", &Uint8Array::from(text.as_bytes()));
        Box::pin(async move {
            let digest = JsFuture::from(digested.ok()?).await.ok()?;
            Uint8Array::new(&digest).to_vec().try_into().ok()
        })
    }

    fn afterwards(&self, work: LocalFuture<()>) {
        super::executor::spawn(work);
    }
}

#[wasm_bindgen]
extern "C" {
    /// What `fetch` takes beside the URL. Only what every runtime knows: others refuse `cache`, `credentials`,
    /// `redirect: "error"`.
    type Init;
    #[wasm_bindgen(method, setter, structural)]
    fn set_method(this: &Init, method: &str);
    #[wasm_bindgen(method, setter, structural)]
    fn set_redirect(this: &Init, redirect: &str);
    #[wasm_bindgen(method, setter, structural)]
    fn set_signal(this: &Init, signal: &JsValue);
    #[wasm_bindgen(method, setter, structural)]
    fn set_headers(this: &Init, headers: &Object);
    #[wasm_bindgen(method, setter, structural)]
    fn set_body(this: &Init, body: &str);

    /// A class of our own for the controller, since its `abort` may throw: on Workers, where another request made it.
    type AbortController;
    #[wasm_bindgen(constructor, catch)]
    fn new() -> Result<AbortController, JsValue>;
    #[wasm_bindgen(method, getter, structural)]
    fn signal(this: &AbortController) -> JsValue;
    #[wasm_bindgen(method, structural, catch)]
    fn abort(this: &AbortController) -> Result<(), JsValue>;

    /// What came back, by its shape: a user's `fetch` may make it himself.
    type Fetched;
    #[wasm_bindgen(method, getter, structural)]
    fn status(this: &Fetched) -> JsValue;
    #[wasm_bindgen(method, getter, structural)]
    fn headers(this: &Fetched) -> Headers;
    #[wasm_bindgen(method, getter, structural)]
    fn body(this: &Fetched) -> JsValue;
    #[wasm_bindgen(method, structural, catch, js_name = arrayBuffer)]
    fn array_buffer(this: &Fetched) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, structural, catch)]
    fn text(this: &Fetched) -> Result<JsValue, JsValue>;

    type Headers;
    #[wasm_bindgen(method, structural, catch)]
    fn get(this: &Headers, name: &str) -> Result<Option<String>, JsValue>;

    type Body;
    #[wasm_bindgen(method, structural, catch, js_name = getReader)]
    fn get_reader(this: &Body) -> Result<Reader, JsValue>;

    type Reader;
    #[wasm_bindgen(method, structural, catch)]
    fn read(this: &Reader) -> Result<Promise, JsValue>;

    type Chunk;
    #[wasm_bindgen(method, getter, structural)]
    fn value(this: &Chunk) -> Option<Uint8Array>;
}

/// Aborts its fetch when dropped before the body is in: one signal over headers and body.
struct Signal(Option<AbortController>);

impl Drop for Signal {
    fn drop(&mut self) {
        if let Some(controller) = self.0.take() {
            drop(controller.abort());
        }
    }
}

async fn exchange(function: Option<Function>, request: &Request) -> Result<Response, FetchError> {
    let network = |thrown: JsValue| FetchError::Network(Some(Rc::new(thrown) as Rc<dyn Any>));
    // The controller is made inside the call: on Workers one of another request throws.
    let controller = AbortController::new().map_err(network)?;
    let init = init(request, &controller);
    let mut signal = Signal(Some(controller));
    // `fetch(url, init)`, not `new Request`, which costs half as much again.
    let answer = match function {
        Some(function) => function.call2(&JsValue::UNDEFINED, &JsValue::from_str(&request.url), &init),
        None => global_fetch(&request.url, &init),
    };
    let answer = settled(answer.map_err(network)?).await.map_err(network)?;
    if !answer.is_object() {
        return Err(network(no_response()));
    }
    let response: Fetched = answer.unchecked_into();
    let status = response.status().as_f64().ok_or_else(|| network(no_response()))? as u16;
    let headers = response.headers();
    if !has(&headers, "get") {
        return Err(network(no_response()));
    }
    let retry_after = if status >= 400 { headers.get("retry-after").map_err(network)? } else { None };
    let body = contents(&response, request.max_body_bytes).await.map_err(network)?;
    // Dropping the signal cuts what is left of a body that is too long.
    let Some(body) = body else { return Err(FetchError::TooLarge(status)) };
    signal.0 = None;
    Ok(Response { status, retry_after, body, read: None })
}

/// What a user's `fetch` is told that gave something else.
fn no_response() -> JsValue {
    let sentence = "The fetch gave no response: it must resolve to { status, headers } with a body, arrayBuffer() or text().";
    js_sys::Error::new(sentence).into()
}

fn has(object: &JsValue, method: &str) -> bool {
    Reflect::get(object, &method.into()).is_ok_and(|method| method.is_function())
}

/// The whole body by what the response has, or `None` where it has more than `max_bytes`. It is counted as it comes in, whatever length is
/// announced: that of a compressed body says nothing. (Not by `json()`, which rounds figures.)
async fn contents(response: &Fetched, max_bytes: u64) -> Result<Option<Vec<u8>>, JsValue> {
    let body = response.body();
    if has(&body, "getReader") {
        return counted(body.unchecked_ref(), max_bytes).await;
    }
    let bytes = if let Some(text) = body.as_string() {
        text.into_bytes()
    } else if has(response, "arrayBuffer") {
        Uint8Array::new(&settled(response.array_buffer()?).await?).to_vec()
    } else if has(response, "text") {
        settled(response.text()?).await?.as_string().unwrap_or_default().into_bytes()
    } else {
        return Err(no_response());
    };
    Ok((bytes.len() as u64 <= max_bytes).then_some(bytes))
}

/// The whole body, or `None` where it has more than `max_bytes`.
async fn counted(body: &Body, max_bytes: u64) -> Result<Option<Vec<u8>>, JsValue> {
    let reader = body.get_reader()?;
    let mut bytes = Vec::new();
    loop {
        let chunk: Chunk = settled(reader.read()?.into()).await?.unchecked_into();
        let Some(chunk) = chunk.value() else { return Ok(Some(bytes)) };
        if bytes.len() as u64 + u64::from(chunk.length()) > max_bytes {
            return Ok(None);
        }
        bytes.append(&mut chunk.to_vec());
    }
}

async fn settled(value: JsValue) -> Result<JsValue, JsValue> {
    JsFuture::from(Promise::resolve(&value)).await
}

fn init(request: &Request, controller: &AbortController) -> Init {
    let init: Init = Object::new().unchecked_into();
    init.set_method(request.method);
    init.set_redirect("manual");
    init.set_signal(&controller.signal());
    let headers = Object::new();
    let header = |name: &str, value: &str| drop(Reflect::set(&headers, &name.into(), &value.into()));
    if let Some(authorization) = &request.authorization {
        header("authorization", authorization);
    }
    if let Some(body) = &request.body {
        header("content-type", "application/json");
        init.set_body(body);
    }
    init.set_headers(&headers);
    init
}
