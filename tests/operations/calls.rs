//! How calls are made: builders, per-call controls, and calls as futures.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use shardd_wasm::engine::Event;
use shardd_wasm::platform::{Platform, Response};
use shardd_wasm::{AmbiguousWrites, Client, Code, Outcome};

use crate::stage::{Stage, with_nonce};

#[test]
fn a_builder_without_key_or_with_bad_options_makes_no_client() {
    let platform: Rc<dyn Platform> = Rc::new(Stage::new().platform);
    let builder = || Client::builder().api_key("sk_test").platform(platform.clone());
    assert!(builder().build().is_ok());
    let keyless = Client::builder().platform(platform.clone()).build().unwrap_err();
    assert!(keyless.message.contains("API key is blank"), "{keyless}");
    for (name, refused) in [
        ("timeoutMs", builder().timeout_ms(0)),
        ("attemptTimeoutMs", builder().attempt_timeout_ms(0)),
        ("probeTimeoutMs", builder().probe_timeout_ms(1 << 31)),
        ("cooldownMs", builder().cooldown_ms(0)),
        ("settleMs", builder().settle_ms(499)),
        ("maxAttempts", builder().max_attempts(0)),
        ("edges", builder().edges(Vec::<String>::new())),
        ("edge", builder().edges(["not a URL"])),
        ("discover", builder().discover("com")),
    ] {
        let error = refused.build().unwrap_err();
        assert!(error.code == Code::InvalidInput && error.message.contains(name), "{name}: {error}");
    }
    let plain = ["http://ledger.example"];
    assert!(
        builder().edges(plain).build().is_err() && builder().edges(plain).allow_http(true).build().is_ok()
    );
}

#[test]
fn beyond_wasm_a_client_asks_for_its_platform() {
    for error in
        [Client::new("sk_test").unwrap_err(), Client::builder().api_key("sk_test").build().unwrap_err()]
    {
        assert_eq!(error.code, Code::InvalidInput);
        assert!(error.message.contains("give the builder a platform"), "{error}");
    }
}

#[test]
fn a_call_sends_nothing_before_it_is_polled() {
    let mut stage = Stage::new();
    let call = stage.client.charge("app", "alice", 1, with_nonce("n-1"));
    assert_eq!(call.idempotency_nonce(), Some("n-1"));
    let made = stage.client.charge("app", "alice", 1, Default::default());
    assert_eq!(made.idempotency_nonce().map(str::len), Some(36), "a UUID");
    assert_eq!(stage.client.get_balances("app").idempotency_nonce(), None);
    assert_eq!(stage.client.delete_my_bucket("app").idempotency_nonce(), None);
    fn can_be_spawned_and_joined(_: impl Future + Unpin + 'static) {}
    can_be_spawned_and_joined(call);
    can_be_spawned_and_joined(made);
    stage.sim.run_until(1_000);
    assert!(stage.sim.passages().is_empty());
}

#[test]
fn a_wrong_argument_is_the_calls_error_and_nothing_is_sent() {
    let mut stage = Stage::new();
    let client = stage.client.clone();
    for refused in [
        client.charge("app", "alice", -5, Default::default()),
        client.credit("app", " ", 5, Default::default()),
        client.create_event("app", "alice", 5, with_nonce("void:1")),
        client.charge("app", "alice", 5, Default::default()).timeout_ms(0),
        client.charge("app", "alice", 5, Default::default()).edge("https://elsewhere.example").timeout_ms(5),
    ] {
        assert_eq!(stage.call(refused).unwrap_err().code, Code::InvalidInput);
    }
    assert!(stage.sim.passages().is_empty());
}

#[test]
fn a_call_may_have_a_deadline_of_its_own() {
    let mut stage = Stage::new();
    stage.credit(500);
    stage.regions.borrow_mut().silent = vec![0, 1];
    let deadline_ms = stage.platform.now_ms() + 700;
    let clock = stage.platform.clone();
    let call = stage.client.charge("app", "alice", 1, with_nonce("n-1")).timeout_ms(700);
    let (error, ended_ms) = stage.call(async move { Ok((call.await.unwrap_err(), clock.now_ms())) }).unwrap();
    assert_eq!((error.code, error.outcome), (Code::Timeout, Outcome::Unknown));
    assert_eq!(error.idempotency_nonce.as_deref(), Some("n-1"));
    assert!(ended_ms <= deadline_ms, "ended {} ms late", ended_ms - deadline_ms);
}

#[test]
fn a_call_ends_when_its_caller_has_had_enough() {
    let mut stage = Stage::new();
    stage.credit(500);
    stage.regions.borrow_mut().silent = vec![0, 1];
    let enough = stage.platform.sleep(50);
    let call = stage.client.charge("app", "alice", 1, Default::default()).abort_when(enough);
    let error = stage.call(call).unwrap_err();
    assert_eq!((error.code, error.outcome), (Code::Aborted, Outcome::Unknown));
}

#[test]
fn a_call_that_is_dropped_takes_its_fetches_along() {
    let mut stage = Stage::new();
    stage.credit(500);
    stage.regions.borrow_mut().silent = vec![0, 1];
    let call = stage.client.charge("app", "alice", 1, Default::default());
    let task = stage.sim.spawn(async move { drop(call.await) });
    stage.sim.run_until(stage.sim.now_ms() + 50);
    let under_way =
        |stage: &Stage| stage.sim.passages().iter().filter(|each| each.ended_at_ms.is_none()).count();
    assert_eq!(under_way(&stage), 1);
    stage.sim.drop_task(task);
    assert_eq!(under_way(&stage), 0);
}

#[test]
fn a_write_that_may_have_landed_stays_where_it_is_told_to() {
    for (ambiguous_writes, moves) in [(AmbiguousWrites::Failover, true), (AmbiguousWrites::SameEdge, false)] {
        let edges = ["http://127.0.0.1:8081", "http://127.0.0.1:8082"];
        let mut stage =
            Stage::of(2, |builder| builder.edges(edges).ambiguous_writes(ambiguous_writes).timeout_ms(4_000));
        stage.credit(500);
        stage.regions.borrow_mut().silent = vec![0];
        let charged = stage.call(stage.client.charge("app", "alice", 1, Default::default()));
        assert_eq!(charged.is_ok(), moves, "{ambiguous_writes:?}: {charged:?}");
    }
}

#[test]
fn the_observer_hears_of_decisions_with_the_edges_names() {
    let heard = Rc::new(RefCell::new(Vec::new()));
    let hears = heard.clone();
    let mut stage = Stage::of(2, |builder| {
        builder.edges(["http://127.0.0.1:8081", "http://127.0.0.1:8082"]).on_event(move |event, edges| {
            if let Event::Pin { edge, .. } = event {
                hears.borrow_mut().push(edges[*edge].to_string());
            }
        })
    });
    stage.credit(500);
    assert_eq!(*heard.borrow(), ["http://127.0.0.1:8081"]);
    assert!(stage.client.edge_table()[0].pinned);
}

#[test]
fn an_answer_that_lacks_what_is_promised_proves_the_write_all_the_same() {
    let mut stage = Stage::new();
    stage.credit(500);
    let event = r#"{"event_id":"e","origin_node_id":"n","origin_epoch":1,"origin_seq":1,"created_at_unix_ms":1,"type":"reservation_create","bucket":"app","account":"alice","amount":0,"idempotency_nonce":"n-1"}"#;
    let body = format!(
        r#"{{"event":{event},"emitted_events":[],"balance":1,"available_balance":1,"deduplicated":false}}"#
    );
    stage.regions.borrow_mut().instead =
        Some(Response { status: 201, body: body.into(), ..Response::default() });
    // A reservation without an end passes its table, where ends are optional.
    let error = stage.reserve(1, "n-1").unwrap_err();
    assert_eq!((error.code, error.outcome, error.status), (Code::Decode, Outcome::Applied, Some(201)));
    assert_eq!(error.idempotency_nonce.as_deref(), Some("n-1"));
    assert!(!error.is_retryable());
}

#[test]
fn a_retry_sends_the_same_bytes_and_charges_once() {
    let mut stage = Stage::new();
    stage.credit(500);
    stage.regions.borrow_mut().silent = vec![0, 1];
    let charge = stage.client.charge("app", "alice", 100, Default::default()).timeout_ms(3_000);
    let failed = stage.call(charge).unwrap_err();
    assert!(failed.is_retryable() && failed.outcome == Outcome::Unknown);
    stage.regions.borrow_mut().silent.clear();
    assert_eq!(stage.call(stage.client.retry(&failed)).unwrap().balance, 400);
    let again = stage.call(stage.client.retry(&failed)).unwrap();
    assert_eq!((again.balance, again.deduplicated), (400, true));
    let bodies: Vec<_> = stage.sim.passages().into_iter().filter_map(|passage| passage.body).collect();
    assert!(bodies.len() >= 4 && bodies[2..].iter().all(|body| *body == bodies[1]), "{bodies:?}");
}

#[test]
fn a_reservation_is_retried_as_one() {
    let mut stage = Stage::new();
    stage.credit(500);
    stage.regions.borrow_mut().silent = vec![0, 1];
    let reserve = stage.client.reserve("app", "alice", 100, 60_000, Default::default()).timeout_ms(3_000);
    let failed = stage.call(reserve).unwrap_err();
    stage.regions.borrow_mut().silent.clear();
    let mistaken = stage.call(stage.client.retry(&failed)).unwrap_err();
    assert!(mistaken.message.contains("retry_reserve"), "{mistaken}");
    let reservation = stage.call(stage.client.retry_reserve(&failed)).unwrap();
    assert_eq!((reservation.balance, reservation.available_balance), (500, 400));
}

#[test]
fn what_was_no_write_is_not_retried() {
    let mut stage = Stage::new();
    for error in [
        stage.call(stage.client.charge("app", "alice", -1, Default::default())).unwrap_err(),
        stage.call(stage.client.get_balances(" ")).unwrap_err(),
    ] {
        assert_eq!(stage.call(stage.client.retry(&error)).unwrap_err().message, error.message);
    }
    assert!(stage.sim.passages().is_empty());
}

#[test]
fn a_key_that_expired_is_asked_for_again() {
    let asked = Rc::new(Cell::new(0));
    let asks = asked.clone();
    let mut stage = Stage::of(2, |builder| {
        builder.edges(["http://127.0.0.1:8081", "http://127.0.0.1:8082"]).api_key_from(move || {
            asks.set(asks.get() + 1);
            let key = if asks.get() == 1 { "sk_expired" } else { "sk_test" };
            async move { Ok(key.to_owned()) }
        })
    });
    assert_eq!(stage.credit(500).balance, 500);
    assert_eq!(asked.get(), 2);
}

#[test]
fn a_closed_client_ends_its_calls_and_begins_none() {
    let mut stage = Stage::new();
    let other = stage.client.with_api_key("sk_other").unwrap();
    stage.regions.borrow_mut().silent = vec![0, 1];
    let (client, waiting) = (stage.client.clone(), stage.client.get_balances("app"));
    let naps = stage.platform.sleep(50);
    stage.sim.spawn(async move {
        naps.await;
        client.close();
    });
    assert_eq!(stage.call(waiting).unwrap_err().code, Code::Aborted);
    stage.regions.borrow_mut().silent.clear();
    assert_eq!(stage.call(stage.client.get_balances("app")).unwrap_err().code, Code::Aborted);
    assert!(stage.call(other.get_balances("app")).is_ok());
}
