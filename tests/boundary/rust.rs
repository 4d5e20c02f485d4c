//! The Rust client as front ends in Rust have it: typed, over the same `fetch`.

use std::rc::Rc;

use js_sys::Function;
use shardd_wasm::platform::web::Web;
use shardd_wasm::{Client, Code, Outcome};
use wasm_bindgen::JsValue;
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

#[wasm_bindgen_test]
async fn a_body_is_read_by_what_it_has() {
    let _clock = StoppedClock::new();
    for body in [
        "{ body: text }",
        "{ body: null, text: async () => text }",
        "{ arrayBuffer: async () => new TextEncoder().encode(text).buffer }",
        "{ body: response.clone().body }",
    ] {
        // The length that it announces is somebody else's.
        let parts = [
            "return created(9).then(async (response) => { const text = await response.clone().text(); \
             const headers = { get: () => '999999999999' }; return { status: response.status, headers, ...",
            body,
            " }; })",
        ];
        let result = client(&fetch(&parts.concat())).charge("b", "a", 1, Default::default()).await.unwrap();
        assert_eq!(result.available_balance, 9);
    }
}

#[wasm_bindgen_test]
async fn a_fetch_that_gives_no_response_is_told_so() {
    let others =
        ["undefined", "null", "'text'", "{}", "{ status: 200 }", "{ status: 200, headers: { get() {} } }"];
    for given in others {
        let error = client(&fetch(&["return Promise.resolve(", given, ")"].concat())).get_balances("b").await;
        let cause = error.unwrap_err().cause.clone().unwrap();
        let sentence = text(cause.downcast_ref::<JsValue>().unwrap(), "message");
        assert!(
            sentence.starts_with("The fetch gave no response: it must resolve to"),
            "{given}: {sentence}"
        );
    }
}
