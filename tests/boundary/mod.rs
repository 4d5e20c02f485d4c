//! The boundary, in real JavaScript engines: Node and headless browsers. The `fetch` is the user's, as an option, so
//! that each fault is made on purpose; real sockets are the business of `tests/npm` and `tests/page`.

mod rust;

use js_sys::{Array, Function, Object, Promise, Reflect};
use shardd_wasm::js::Shardd;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

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

fn object(entries: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (key, value) in entries {
        Reflect::set(&object, &(*key).into(), value).unwrap();
    }
    object.into()
}

fn get(value: &JsValue, path: &str) -> JsValue {
    path.split('.').fold(value.clone(), |value, key| Reflect::get(&value, &key.into()).unwrap())
}

fn text(value: &JsValue, path: &str) -> String {
    get(value, path).as_string().unwrap_or_default()
}

fn edges() -> JsValue {
    Array::of2(&"https://a.example".into(), &"https://b.example".into()).into()
}

fn shardd(key: &JsValue, options: &JsValue) -> Result<Shardd, JsValue> {
    let modules = [
        include_str!("../../pkg-template/blame.js"),
        include_str!("../../pkg-template/is-used.js"),
        include_str!("../../pkg-template/joined.js"),
        include_str!("../../pkg-template/lists.js"),
        include_str!("../../pkg-template/quietly.js"),
        include_str!("../../pkg-template/exchange.js"),
    ];
    // One script: what they import of each other is all there.
    let lines = modules.iter().flat_map(|module| module.lines()).filter(|line| !line.starts_with("import "));
    let network = lines.map(|line| format!("{}\n", line.trim_start_matches("export "))).collect::<String>();
    let split = "const { fetch, onEvent, signal, ...plain } = options; \
         const made = ({ cause, ...record }, body) => Object.assign(new Error(), record, cause === undefined ? {} : { cause }, { body }); \
         return { error: (text, cause, body) => made(blamed(JSON.parse(text), cause), body), plain: JSON.stringify(plain), network: network(fetch, new Set()), signal, \
           onEvent: onEvent && ((text) => onEvent(JSON.parse(text))) }";
    let parts = Function::new_with_args("options", &format!("{network} {split}"));
    let parts = parts.call1(&JsValue::NULL, options).unwrap();
    let function = |name: &str| get(&parts, name).dyn_into::<Function>().ok();
    let signal = get(&parts, "signal");
    let signal = (!signal.is_undefined()).then(|| signal.unchecked_into());
    Shardd::new(
        key,
        &JsValue::UNDEFINED,
        &text(&parts, "plain"),
        get(&parts, "network").unchecked_into(),
        function("onEvent"),
        signal,
        None,
        function("error").unwrap(),
    )
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

/// Waits until this holds, on a machine of any speed.
async fn until(holds: impl Fn() -> bool) {
    let turn = Function::new_no_args("return new Promise((resolve) => setTimeout(resolve, 1))");
    while !holds() {
        let turn: Promise = turn.call0(&JsValue::NULL).unwrap().unchecked_into();
        JsFuture::from(turn).await.unwrap();
    }
}

fn client(fetch: &Function, more: &[(&str, JsValue)]) -> Shardd {
    let mut options = vec![("fetch", fetch.clone().into()), ("edges", edges())];
    options.extend_from_slice(more);
    shardd(&"key".into(), &object(&options)).expect("the client is made")
}

/// A call as `pkg-template/call.js` makes it.
fn call(client: &Shardd, name: &str, given: &[(&str, JsValue)], options: &JsValue) -> Promise {
    let text = given_text(given, options);
    let signal = if options.is_undefined() { JsValue::UNDEFINED } else { get(options, "signal") };
    let signal = (!signal.is_undefined()).then(|| signal.unchecked_into());
    let parse = Function::new_with_args("call", "return call.then((text) => JSON.parse(text))");
    parse.call1(&JsValue::NULL, &client.call(name, &text, signal, None)).unwrap().unchecked_into()
}

fn given_text(given: &[(&str, JsValue)], options: &JsValue) -> String {
    let join = "const nonce = crypto.randomUUID?.() ?? String(Math.random()); \
         return JSON.stringify({ ...given, ...('amount' in given ? { idempotencyNonce: nonce } : {}), ...options, signal: undefined })";
    let join = Function::new_with_args("given, options", join);
    join.call2(&JsValue::NULL, &object(given), options).unwrap().as_string().unwrap()
}

/// What a charge is of.
fn one_credit() -> [(&'static str, JsValue); 3] {
    [("bucket", "b".into()), ("account", "a".into()), ("amount", 1.into())]
}

fn hold() -> [(&'static str, JsValue); 4] {
    [("bucket", "b".into()), ("account", "a".into()), ("amount", 5.into()), ("ttlMs", 60_000.into())]
}

fn charge_promise(client: &Shardd, options: JsValue) -> Promise {
    call(client, "charge", &one_credit(), &options)
}

async fn charge(client: &Shardd, options: JsValue) -> Result<JsValue, JsValue> {
    JsFuture::from(charge_promise(client, options)).await
}

#[wasm_bindgen_test]
async fn a_charge_is_one_request_with_everything_in_it() {
    let _clock = StoppedClock::new();
    let fetch = fetch("return created(9)");
    let result = charge(&client(&fetch, &[]), object(&[("idempotencyNonce", "n-1".into())])).await.unwrap();
    assert_eq!(get(&result, "availableBalance").as_f64(), Some(9.0));
    assert_eq!(
        (get(&result, "meta.attempts").as_f64(), get(&result, "meta.status").as_f64()),
        (Some(1.0), Some(201.0))
    );
    let sent = requests(&fetch);
    assert_eq!(sent.len(), 1);
    let first = sent.first().unwrap();
    assert_eq!(text(first, "init.method"), "POST");
    assert_eq!(text(first, "init.headers.authorization"), "Bearer key");
    assert_eq!(
        text(first, "init.body"),
        r#"{"bucket":"b","account":"a","amount":-1,"idempotency_nonce":"n-1"}"#
    );
}

#[wasm_bindgen_test]
async fn a_refused_balance_is_an_error_with_its_figures() {
    let _clock = StoppedClock::new();
    let fetch = fetch(
        "return json(422, { error: 'insufficient_funds', balance: 5, available_balance: 4, projected_available_balance: -6, limit: 0 })",
    );
    let error = charge(&client(&fetch, &[]), JsValue::UNDEFINED).await.unwrap_err();
    assert_eq!(text(&error, "code"), "insufficient_funds");
    assert_eq!(get(&error, "availableBalance").as_f64(), Some(4.0));
    assert_eq!(text(&error, "outcome"), "rejected");
    assert_eq!(text(&error, "idempotencyNonce").len(), 36);
}

#[wasm_bindgen_test]
async fn a_proof_that_nothing_was_written_fails_over_with_the_same_nonce() {
    let _clock = StoppedClock::new();
    let fetch = fetch(
        "return calls.filter((c) => c.url.endsWith('/events')).length === 1 \
         ? json(503, { error: 'no libp2p nodes discovered' }) : created(9)",
    );
    let result = charge(&client(&fetch, &[]), JsValue::UNDEFINED).await.unwrap();
    assert_eq!(get(&result, "meta.attempts").as_f64(), Some(2.0));
    let sent = requests(&fetch);
    assert_eq!(text(&sent[0], "init.body"), text(&sent[1], "init.body"));
    assert_ne!(text(&sent[0], "url"), text(&sent[1], "url"));
}

#[wasm_bindgen_test]
async fn a_fetch_that_never_settles_ends_by_the_deadline() {
    let fetch = fetch(
        "return calls.some((c) => c.url.endsWith('/events') && c.init !== init) ? new Promise(() => {}) : created(9)",
    );
    let client = client(&fetch, &[("timeoutMs", 150.into())]);
    // A slow machine may need all of that time for the race of the first call, or before it sends the second one.
    let clock = StoppedClock::new();
    charge(&client, JsValue::UNDEFINED).await.unwrap();
    let second = charge_promise(&client, JsValue::UNDEFINED);
    until(|| requests(&fetch).len() == 2).await;
    drop(clock);
    let error = JsFuture::from(second).await.unwrap_err();
    assert_eq!((text(&error, "code"), text(&error, "outcome")), ("timeout".into(), "unknown".into()));
}

#[wasm_bindgen_test]
async fn the_callers_signal_ends_the_call_and_is_left_clean() {
    let _clock = StoppedClock::new();
    let fetch = fetch(
        "init.signal.addEventListener('abort', () => { calls.aborted = true }); return new Promise(() => {})",
    );
    let controller = web_sys::AbortController::new().unwrap();
    let signal: JsValue = controller.signal().into();
    let call = charge_promise(&client(&fetch, &[]), object(&[("signal", signal)]));
    controller.abort_with_reason(&"enough".into());
    let error = JsFuture::from(call).await.unwrap_err();
    assert_eq!((text(&error, "code"), text(&error, "cause")), ("aborted".into(), "enough".into()));
}

#[wasm_bindgen_test]
async fn bad_arguments_reject_before_any_request() {
    let fetch = fetch("return created(9)");
    let client = client(&fetch, &[]);
    for (name, value) in [
        ("amount", (-5).into()),
        ("amount", JsValue::UNDEFINED),
        ("account", "".into()),
        ("account", " ".into()),
        ("account", "a\0".into()),
        ("account", JsValue::NULL),
        ("idempotencyNonce", " ".into()),
        ("timeoutMs", 0.into()),
        ("edge", "https://c.example".into()),
    ] {
        let given = call(&client, "charge", &one_credit(), &object(&[(name, value)]));
        assert_eq!(text(&JsFuture::from(given).await.unwrap_err(), "code"), "invalid_input", "{name}");
    }
    assert!(requests(&fetch).is_empty());
}

#[wasm_bindgen_test]
fn a_client_with_bad_options_is_not_made() {
    for (name, value) in [
        ("edges", Array::new().into()),
        ("edges", Array::of1(&"a.example".into()).into()),
        ("timeoutMs", 0.into()),
        ("timeoutMs", (-1).into()),
        ("settleMs", 499.into()),
        ("storeTimeoutMs", 0.into()),
        ("discover", "example".into()),
    ] {
        let error = shardd(&"key".into(), &object(&[(name, value)])).expect_err(name);
        assert_eq!(text(&error, "code"), "invalid_input", "{name}");
    }
    assert!(shardd(&" ".into(), &object(&[])).is_err());
    assert!(shardd(&5.into(), &object(&[])).is_err());
}

#[wasm_bindgen_test]
async fn events_tell_what_was_decided_and_what_they_throw_is_dropped() {
    let _clock = StoppedClock::new();
    let fetch = fetch("return created(9)");
    let seen = Array::new();
    let on_event =
        Function::new_with_args("seen", "return (event) => { seen.push(event); throw new Error('no') }");
    let on_event = on_event.call1(&JsValue::NULL, &seen).unwrap();
    charge(&client(&fetch, &[("onEvent", on_event)]), JsValue::UNDEFINED).await.unwrap();
    let kinds: Vec<String> = seen.iter().map(|event| text(&event, "type")).collect();
    assert!(kinds.contains(&"pin".into()) && kinds.contains(&"attempt".into()), "{kinds:?}");
}

#[wasm_bindgen_test]
async fn sixty_four_first_calls_send_one_probe_per_edge() {
    let _clock = StoppedClock::new();
    let fetch = fetch("return created(9)");
    let client = client(&fetch, &[]);
    let calls: Array = (0..64).map(|_| charge_promise(&client, JsValue::UNDEFINED)).collect();
    JsFuture::from(Promise::all(&calls)).await.unwrap();
    let count = Function::new_with_args("f", "return globalThis.__fetches[f.id].length");
    assert_eq!(count.call1(&JsValue::NULL, &fetch).unwrap().as_f64(), Some(64.0 + 2.0));
}

#[wasm_bindgen_test]
async fn a_reservation_asks_the_edge_for_its_time_once() {
    let _clock = StoppedClock::new();
    let fetch = fetch(
        "const hold = JSON.parse(init.body).hold_expires_at_unix_ms; \
         return json(201, { event: { ...event(0), event_id: 'r-1', type: 'reservation_create', hold_amount: 5, hold_expires_at_unix_ms: hold }, \
           emitted_events: [], balance: 9, available_balance: 4, deduplicated: false, acks: null })",
    );
    let client = client(&fetch, &[]);
    let reservation = JsFuture::from(call(&client, "reserve", &hold(), &JsValue::UNDEFINED)).await.unwrap();
    assert_eq!(text(&reservation, "reservationId"), "r-1");
    // The edge's clock stands at 1 in this test, whatever the device's says.
    assert_eq!(get(&reservation, "expiresAtUnixMs").as_f64(), Some(60_001.0));
}

#[wasm_bindgen_test]
async fn filters_are_queries() {
    let _clock = StoppedClock::new();
    let fetch = fetch("return json(200, { buckets: [], total: 0, page: 1, limit: 5 })");
    let client = client(&fetch, &[]);
    let filter = object(&[("limit", 5.into())]);
    let page = JsFuture::from(call(&client, "listMyBuckets", &[], &filter)).await.unwrap();
    assert_eq!(get(&page, "limit").as_f64(), Some(5.0));
    assert!(text(&requests(&fetch)[0], "url").ends_with("/v1/me/buckets?limit=5"));
}

#[wasm_bindgen_test]
async fn another_key_shares_what_is_known_of_the_edges() {
    let _clock = StoppedClock::new();
    let fetch = fetch("return created(9)");
    let first = client(&fetch, &[]);
    charge(&first, JsValue::UNDEFINED).await.unwrap();
    let second = first.with_api_key(&"other".into(), &JsValue::UNDEFINED).unwrap();
    charge(&second, JsValue::UNDEFINED).await.unwrap();
    assert_eq!(text(&requests(&fetch)[1], "init.headers.authorization"), "Bearer other");
    let count = Function::new_with_args("f", "return globalThis.__fetches[f.id].length");
    assert_eq!(count.call1(&JsValue::NULL, &fetch).unwrap().as_f64(), Some(2.0 + 2.0));
    assert!(first.with_api_key(&" ".into(), &JsValue::UNDEFINED).is_err());
}

#[wasm_bindgen_test]
async fn a_key_function_is_asked_once_and_once_more_after_a_refusal() {
    let _clock = StoppedClock::new();
    let fetch = fetch(
        "return init.headers.authorization === 'Bearer new' ? created(9) : json(401, { error: 'invalid API key' })",
    );
    let keys = Array::of2(&"old".into(), &"new".into());
    let key = Function::new_with_args("keys", "return async () => keys.shift()");
    let key = key.call1(&JsValue::NULL, &keys).unwrap();
    let shardd = shardd(&key, &object(&[("fetch", fetch.clone().into()), ("edges", edges())])).unwrap();
    let result = charge(&shardd, JsValue::UNDEFINED).await.unwrap();
    assert_eq!(get(&result, "meta.attempts").as_f64(), Some(1.0), "the refused attempt is not counted");
    let sent = requests(&fetch);
    assert_eq!(sent.len(), 2);
    assert_eq!(text(&sent[0], "init.body"), text(&sent[1], "init.body"));
    // Both are used up: what comes next is no key, and nothing is sent.
    let error = charge(&shardd, JsValue::UNDEFINED).await.unwrap_err();
    assert_eq!((text(&error, "code"), text(&error, "outcome")), ("invalid_input".into(), "rejected".into()));
    assert_eq!(requests(&fetch).len(), 2);
}

#[wasm_bindgen_test]
async fn a_key_function_that_fails_is_the_cause_of_the_error() {
    let _clock = StoppedClock::new();
    let fetch = fetch("return created(9)");
    let key: JsValue = Function::new_no_args("throw 'no session'").into();
    let shardd = shardd(&key, &object(&[("fetch", fetch.clone().into()), ("edges", edges())])).unwrap();
    let error = charge(&shardd, JsValue::UNDEFINED).await.unwrap_err();
    assert_eq!((text(&error, "code"), text(&error, "cause")), ("unauthorized".into(), "no session".into()));
    assert!(requests(&fetch).is_empty());
}

#[wasm_bindgen_test]
async fn a_key_function_that_hangs_is_cut_by_the_signal() {
    let _clock = StoppedClock::new();
    let fetch = fetch("return created(9)");
    let key: JsValue = Function::new_no_args("return new Promise(() => {})").into();
    let shardd = shardd(&key, &object(&[("fetch", fetch.clone().into()), ("edges", edges())])).unwrap();
    let controller = web_sys::AbortController::new().unwrap();
    let call = charge_promise(&shardd, object(&[("signal", controller.signal().into())]));
    controller.abort();
    let error = JsFuture::from(call).await.unwrap_err();
    assert_eq!((text(&error, "code"), text(&error, "outcome")), ("aborted".into(), "rejected".into()));
}

#[wasm_bindgen_test]
async fn closing_ends_the_calls_of_this_client_alone() {
    let _clock = StoppedClock::new();
    let fetch =
        fetch("return init.headers.authorization === 'Bearer key' ? new Promise(() => {}) : created(9)");
    let first = client(&fetch, &[]);
    let second = first.with_api_key(&"other".into(), &JsValue::UNDEFINED).unwrap();
    let hanging = charge_promise(&first, JsValue::UNDEFINED);
    charge(&second, JsValue::UNDEFINED).await.unwrap();
    first.close();
    let error = JsFuture::from(hanging).await.unwrap_err();
    assert_eq!((text(&error, "code"), text(&error, "outcome")), ("aborted".into(), "unknown".into()));
    let sent = requests(&fetch).len();
    let late = charge(&first, JsValue::UNDEFINED).await.unwrap_err();
    assert_eq!((text(&late, "code"), text(&late, "outcome")), ("aborted".into(), "rejected".into()));
    assert_eq!(requests(&fetch).len(), sent);
    charge(&second, JsValue::UNDEFINED).await.unwrap();
}

#[wasm_bindgen_test]
async fn what_was_aborted_before_it_began_sends_nothing_at_all() {
    let fetch = fetch("return created(9)");
    let signal = web_sys::AbortSignal::abort();
    let error = charge(&client(&fetch, &[]), object(&[("signal", signal.into())])).await.unwrap_err();
    assert_eq!(text(&error, "code"), "aborted");
    let count = Function::new_with_args("f", "return (globalThis.__fetches?.[f.id] ?? []).length");
    assert_eq!(count.call1(&JsValue::NULL, &fetch).unwrap().as_f64(), Some(0.0));
}

#[wasm_bindgen_test]
async fn a_repeated_call_sends_the_body_it_is_given() {
    let fetch = fetch("return calls.length < 4 ? Promise.reject(new TypeError('gone')) : created(9)");
    let client = client(&fetch, &[("maxAttempts", 1.into())]);
    let options = object(&[("idempotencyNonce", "r-1".into())]);
    let error = JsFuture::from(call(&client, "reserve", &hold(), &options)).await.unwrap_err();
    assert_eq!(text(&error, "outcome"), "unknown");
    let body = text(&error, "body");
    let again = client.call("reserve", &given_text(&hold(), &options), None, Some(body.clone()));
    drop(JsFuture::from(again).await);
    let sent = requests(&fetch);
    assert_eq!((text(&sent[0], "init.body"), text(&sent[1], "init.body")), (body.clone(), body));
}

#[wasm_bindgen_test]
async fn the_remembered_edge_gets_the_first_request_unasked() {
    let _clock = StoppedClock::new();
    let fetch = fetch("return created(9)");
    let client = client(&fetch, &[]);
    client.remember_edge("https://b.example/");
    charge(&client, JsValue::UNDEFINED).await.unwrap();
    let first = Function::new_with_args("f", "return globalThis.__fetches[f.id][0].url");
    assert_eq!(first.call1(&JsValue::NULL, &fetch).unwrap(), "https://b.example/events");
}

#[wasm_bindgen_test]
async fn the_directory_adds_edges_of_the_hosts_that_are_trusted() {
    let _clock = StoppedClock::new();
    let fetch = fetch(
        "if (!url.endsWith('/gateway/edges')) return created(9); \
         return json(200, { observed_at_unix_ms: 1, edges: [ \
           { base_url: 'https://c.edges.example', reachable: true }, { base_url: 'https://c.example', reachable: true }] })",
    );
    let client = client(&fetch, &[("discover", "edges.example".into())]);
    assert!(charge(&client, JsValue::UNDEFINED).await.is_ok());
    let urls = || -> Vec<String> {
        let table = Array::from(&js_sys::JSON::parse(&client.edge_table()).unwrap());
        table.iter().map(|row| text(&row, "url")).collect()
    };
    // Nobody waits for the directory.
    until(|| urls().len() > 2).await;
    assert_eq!(urls(), ["https://a.example", "https://b.example", "https://c.edges.example"]);
}

#[wasm_bindgen_test]
async fn a_body_without_end_is_cut_at_the_limit() {
    let _clock = StoppedClock::new();
    let fetch = fetch(
        "const endless = new ReadableStream({ pull: (body) => { calls.chunks = (calls.chunks ?? 0) + 1; body.enqueue(new Uint8Array(65536)); }, \
           cancel: () => { calls.cancelled = true } }); \
         init.signal.addEventListener('abort', () => { calls.aborted = true }); \
         return Promise.resolve(new Response(endless, { status: 201 }))",
    );
    let limits = [("maxBodyBytes", 200_000.into()), ("timeoutMs", 5_000.into()), ("maxAttempts", 1.into())];
    let error = charge(&client(&fetch, &limits), JsValue::UNDEFINED).await.unwrap_err();
    assert_eq!((text(&error, "code"), text(&error, "outcome")), ("decode".into(), "unknown".into()));
    let state = Function::new_with_args("f", "return globalThis.__fetches[f.id]")
        .call1(&JsValue::NULL, &fetch)
        .unwrap();
    assert!(get(&state, "chunks").as_f64().unwrap() < 10.0, "it stopped reading");
    assert_eq!(get(&state, "aborted"), JsValue::TRUE);
}

#[wasm_bindgen_test]
async fn what_is_no_response_at_all_is_a_network_error() {
    let _clock = StoppedClock::new();
    for answer in
        ["null", "undefined", "5", "({})", "({ status: 201 })", "({ status: 201, headers: new Headers() })"]
    {
        let fetch = fetch(&format!("return {answer}"));
        let once = [("maxAttempts", 1.into()), ("timeoutMs", 5_000.into())];
        let error = charge(&client(&fetch, &once), JsValue::UNDEFINED).await.unwrap_err();
        assert_eq!(
            (text(&error, "code"), text(&error, "outcome")),
            ("network".into(), "unknown".into()),
            "{answer}"
        );
    }
}
