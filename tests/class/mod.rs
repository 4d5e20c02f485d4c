//! The class for wasm-pack, as JavaScript uses it, against local regions: `SHARDD_EDGES` names them when this is compiled.

use js_sys::{Array, Function, Promise};
use shardd_wasm::js::Shardd;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

/// Runs a scene of `calls.js`.
async fn scene(name: &str) {
    let Some(edges) = option_env!("SHARDD_EDGES") else { panic!("SHARDD_EDGES must name the local regions") };
    let edges: Array = edges.split(',').map(JsValue::from_str).collect();
    let make = |key: JsValue, options: JsValue| Shardd::new(&key, &options).map(JsValue::from);
    let make = Closure::<dyn Fn(JsValue, JsValue) -> Result<JsValue, JsValue>>::new(make);
    let script = ["return (async () => {\n", include_str!("calls.js"), "\n})()"].concat();
    let run = Function::new_with_args("make, edges, scene", &script);
    let ended =
        run.call3(&JsValue::UNDEFINED, make.as_ref(), &edges, &name.into()).expect("the scene begins");
    if let Err(error) = JsFuture::from(ended.unchecked_into::<Promise>()).await {
        wasm_bindgen::throw_val(error);
    }
}

#[wasm_bindgen_test]
async fn a_client_charges_reserves_settles_and_reads() {
    scene("writesAndReads").await;
}

#[wasm_bindgen_test]
async fn figures_are_bigints_where_that_is_wanted_and_never_rounded() {
    scene("bigints").await;
}

#[wasm_bindgen_test]
async fn errors_say_what_is_known() {
    scene("errors").await;
}

#[wasm_bindgen_test]
async fn a_key_may_be_a_function() {
    scene("keys").await;
}

#[wasm_bindgen_test]
async fn a_signal_ends_calls() {
    scene("aborts").await;
}

#[wasm_bindgen_test]
async fn writes_are_recorded_and_resumed() {
    scene("durable").await;
}
