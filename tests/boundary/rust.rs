//! The Rust client as front ends in Rust have it: typed, over the same `fetch`.

use std::rc::Rc;

use js_sys::Function;
use shardd_wasm::platform::web::Web;
use shardd_wasm::{Client, Code, Outcome};
use wasm_bindgen_test::wasm_bindgen_test;

use super::{StoppedClock, fetch, requests, text};

fn client(fetch: &Function) -> Client {
    let web = Web { fetch: Some(fetch.clone()) };
    Client::builder()
        .api_key("key")
        .edges(["https://a.example"])
        .max_attempts(1)
        .platform(Rc::new(web))
        .build()
        .unwrap()
}

#[wasm_bindgen_test]
async fn a_typed_charge_from_rust() {
    let _clock = StoppedClock::new();
    let fetch = fetch("return created(9)");
    let call = client(&fetch).charge("b", "a", 1, Default::default()).timeout_ms(5_000);
    let nonce = call.idempotency_nonce().unwrap().to_owned();
    let result = call.await.unwrap();
    assert_eq!((result.available_balance, result.event.amount), (9, -1));
    assert_eq!((result.meta.edge.as_str(), result.meta.status), ("https://a.example", 201));
    let sent = requests(&fetch);
    assert!(sent.len() == 1 && text(&sent[0], "init.body").contains(&nonce));
    assert_eq!(text(&sent[0], "init.headers.authorization"), "Bearer key");
}

#[wasm_bindgen_test]
async fn a_fetch_that_fails_is_an_error_in_rust() {
    let fetch = fetch("return Promise.reject(new TypeError('no'))");
    let error = client(&fetch).charge("b", "a", 1, Default::default()).await.unwrap_err();
    assert_eq!((error.code, error.outcome), (Code::Network, Outcome::Unknown));
    assert!(error.is_retryable() && error.idempotency_nonce.is_some());
}

#[wasm_bindgen_test]
fn on_wasm_a_key_is_enough() {
    assert!(Client::new("key").is_ok() && Client::new(" ").is_err());
}
