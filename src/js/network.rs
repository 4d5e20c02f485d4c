//! The platform as the package's JavaScript makes it: `pkg-template/exchange.js` sends, [`Web`] does the rest.

use std::any::Any;
use std::rc::Rc;

use js_sys::{Array, Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::platform::web::Web;
use crate::platform::{FetchError, LocalFuture, Platform, Request, Response};

#[wasm_bindgen]
extern "C" {
    /// What sends.
    #[derive(Clone)]
    pub type Network;
    #[wasm_bindgen(method, structural, catch)]
    fn send(
        this: &Network,
        url: &str,
        method: &str,
        authorization: Option<&str>,
        body: Option<&str>,
        max_body_bytes: f64,
        lists: Option<&str>,
    ) -> Result<Exchange, JsValue>;

    /// A request under way.
    type Exchange;
    #[wasm_bindgen(method, getter, structural)]
    fn answer(this: &Exchange) -> Promise;
    #[wasm_bindgen(method, structural, catch)]
    fn cut(this: &Exchange) -> Result<(), JsValue>;
}

/// Cuts its request when dropped before the answer is in. (It may throw: on Workers, where another request made it.)
struct UnderWay(Option<Exchange>);

impl Drop for UnderWay {
    fn drop(&mut self) {
        if let Some(exchange) = self.0.take() {
            drop(exchange.cut());
        }
    }
}

impl Platform for Network {
    fn fetch(&self, request: Request) -> LocalFuture<Result<Response, FetchError>> {
        let network = self.clone();
        Box::pin(async move { network.exchange(&request).await })
    }

    fn sleep(&self, ms: u64) -> LocalFuture<()> {
        Web::default().sleep(ms)
    }

    fn now_ms(&self) -> u64 {
        Web::default().now_ms()
    }

    fn unix_ms(&self) -> u64 {
        Web::default().unix_ms()
    }

    fn random(&self) -> Option<[u8; 16]> {
        Web::default().random()
    }

    fn sha256(&self, text: &str) -> LocalFuture<Option<[u8; 32]>> {
        Web::default().sha256(text)
    }

    fn afterwards(&self, work: LocalFuture<()>) {
        Web::default().afterwards(work);
    }
}

impl Network {
    async fn exchange(&self, request: &Request) -> Result<Response, FetchError> {
        let failed = |thrown: JsValue| FetchError::Network(Some(Rc::new(thrown) as Rc<dyn Any>));
        let (authorization, body) = (request.authorization.as_deref(), request.body.as_deref());
        let limit = request.max_body_bytes as f64;
        let exchange = self.send(&request.url, request.method, authorization, body, limit, request.lists);
        let exchange = exchange.map_err(failed)?;
        let answer = JsFuture::from(exchange.answer());
        let mut under_way = UnderWay(Some(exchange));
        let answer = answer.await.map_err(failed)?;
        under_way.0 = None;
        let answer: Array = match answer.dyn_into() {
            Ok(answer) => answer,
            // What gives no health may serve all the same.
            Err(blame) if request.authorization.is_none() => return Err(failed(blame)),
            Err(blame) => return Err(FetchError::NoResponse(Rc::new(blame))),
        };
        let status = answer.get(0).as_f64().unwrap_or(0.0) as u16;
        let retry_after = answer.get(1).as_string();
        let body = answer.get(2);
        if body.is_undefined() {
            return Err(FetchError::TooLarge(status));
        }
        // A list that JavaScript has read comes as what it is, anything else as bytes.
        if answer.length() > 3 {
            let read = Some(Rc::new(body) as Rc<dyn Any>);
            return Ok(Response { status, retry_after, read, ..Response::default() });
        }
        let body = body.unchecked_into::<Uint8Array>().to_vec();
        Ok(Response { status, retry_after, body, read: None })
    }
}
