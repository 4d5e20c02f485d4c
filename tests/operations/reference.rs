//! What the official Rust client's readme shows, with this one: quickstart, idempotency, failover, other edges, errors.

use shardd_wasm::{Code, CreateEventOptions, EventKind, Outcome, ShardError};

use crate::stage::Stage;

#[test]
fn the_quickstart() {
    let mut stage = Stage::new();
    let client = stage.client.clone();
    let shown = stage.call(async move {
        let mut shown = Vec::new();
        // Credit 500 units to user:alice in the `my-app` bucket.
        let result = client.create_event("my-app", "user:alice", 500, Default::default()).await?;
        shown.push(format!("new balance = {}", result.balance));

        // Read back the whole bucket.
        let balances = client.get_balances("my-app").await?;
        for row in balances.accounts {
            shown.push(format!("{} = {}", row.account, row.balance));
        }
        Ok(shown)
    });
    assert_eq!(shown.unwrap(), ["new balance = 500", "user:alice = 500"]);
}

#[test]
fn idempotency_with_a_nonce_of_ones_own() {
    let mut stage = Stage::new();
    stage.call(stage.client.credit("my-app", "user:alice", 500, Default::default())).unwrap();
    let nonce = "6f9619ff-8b86-4d01-b42d-00c04fc964ff".to_owned();
    let options = CreateEventOptions {
        idempotency_nonce: Some(nonce.clone()),
        note: Some("order #9821".into()),
        ..Default::default()
    };
    let first = stage.call(stage.client.create_event("my-app", "user:alice", -100, options.clone())).unwrap();
    assert_eq!((first.deduplicated, first.meta.status, first.balance), (false, 201, 400));
    assert_eq!(
        (first.event.idempotency_nonce.as_str(), first.event.note.as_deref()),
        (&*nonce, Some("order #9821"))
    );
    let again = stage.call(stage.client.create_event("my-app", "user:alice", -100, options)).unwrap();
    assert_eq!((again.deduplicated, again.meta.status, again.balance), (true, 200, 400));
    assert_eq!(again.event.event_id, first.event.event_id);
}

#[test]
fn an_error_hands_the_nonce_over_for_a_safe_retry() {
    let mut stage = Stage::new();
    stage.call(stage.client.credit("my-app", "user:alice", 500, Default::default())).unwrap();
    stage.regions.borrow_mut().silent = vec![0, 1];
    let charge = stage.client.charge("my-app", "user:alice", 100, Default::default());
    let error = stage.call(charge.timeout_ms(3_000)).unwrap_err();
    assert!(error.is_retryable() && error.outcome == Outcome::Unknown);
    stage.regions.borrow_mut().silent.clear();
    let options = CreateEventOptions {
        idempotency_nonce: error.idempotency_nonce.as_deref().map(String::from),
        ..Default::default()
    };
    let retried = stage.call(stage.client.charge("my-app", "user:alice", 100, options)).unwrap();
    assert_eq!(retried.balance, 400);
}

#[test]
fn failover_reuses_the_nonce_at_the_next_edge() {
    let mut stage = Stage::new();
    stage.call(stage.client.credit("my-app", "user:alice", 500, Default::default())).unwrap();
    stage.regions.borrow_mut().silent = vec![0];
    let result = stage.call(stage.client.charge("my-app", "user:alice", 100, Default::default())).unwrap();
    assert_eq!((result.balance, result.meta.edge.as_str()), (400, "http://127.0.0.1:8082"));
    assert_eq!(result.meta.attempts, 2);
    let copies: Vec<_> = stage.sim.passages().into_iter().filter_map(|passage| passage.body).collect();
    assert_eq!(copies[1], copies[2], "every copy is the same bytes");
}

#[test]
fn other_edges_than_production() {
    let key = String::from("sk_test");
    let mut stage = Stage::of(3, |builder| {
        builder.api_key(key).edges(vec![
            "http://localhost:8081",
            "http://localhost:8082",
            "http://localhost:8083",
        ])
    });
    let result = stage.call(stage.client.credit("my-app", "user:alice", 1, Default::default())).unwrap();
    assert_eq!(result.meta.edge, "http://localhost:8081");
    assert_eq!(stage.client.edge_table().len(), 3);
}

#[test]
fn charge_and_credit_are_sugar() {
    let mut stage = Stage::new();
    let credited = stage.call(stage.client.credit("my-app", "user:alice", 500, Default::default())).unwrap();
    assert_eq!((credited.event.amount, credited.event.event_type), (500, EventKind::Standard));
    let options =
        CreateEventOptions { note: Some("order #9821".into()), skip_hold: Some(true), ..Default::default() };
    let charged = stage.call(stage.client.charge("my-app", "user:alice", 100, options)).unwrap();
    assert_eq!((charged.event.amount, charged.available_balance), (-100, 400));
    assert_eq!(charged.event.note.as_deref(), Some("order #9821"));
}

#[test]
fn history_account_directory_and_health() {
    let mut stage = Stage::new();
    stage.call(stage.client.credit("my-app", "user:alice", 500, Default::default())).unwrap();
    assert_eq!(stage.call(stage.client.list_events("my-app")).unwrap().events.len(), 1);
    assert_eq!(stage.call(stage.client.get_account("my-app", "user:alice")).unwrap().available_balance, 500);
    assert_eq!(stage.call(stage.client.edges()).unwrap().edges.len(), 2);
    let pinned = stage.call(stage.client.health(None)).unwrap();
    let other = stage.call(stage.client.health(Some("http://127.0.0.1:8082"))).unwrap();
    assert!(pinned.ready && other.ready && pinned.edge_id != other.edge_id);
    let stranger = stage.call(stage.client.health(Some("https://elsewhere.example"))).unwrap_err();
    assert_eq!(stranger.code, Code::InvalidInput);
}

#[test]
fn reserve_settle_release() {
    let mut stage = Stage::new();
    stage.call(stage.client.credit("my-app", "user:alice", 500, Default::default())).unwrap();
    let client = stage.client.clone();
    let left = stage.call(async move {
        let ride = client.reserve("my-app", "user:alice", 100, 60_000, Default::default()).await?;
        client.settle("my-app", "user:alice", &ride.reservation_id, 60, Default::default()).await?;
        let table = client.reserve("my-app", "user:alice", 50, 60_000, Default::default()).await?;
        let freed = client.release("my-app", "user:alice", &table.reservation_id, Default::default()).await?;
        Ok((freed.balance, freed.available_balance))
    });
    assert_eq!(left.unwrap(), (440, 440));
}

#[test]
fn errors_say_what_is_wrong_and_whether_to_try_again() {
    let mut stage = Stage::new();
    stage.call(stage.client.credit("my-app", "user:alice", 500, Default::default())).unwrap();
    let error =
        stage.call(stage.client.charge("my-app", "user:alice", 1_000, Default::default())).unwrap_err();
    let short = match error.code {
        Code::InsufficientFunds => {
            error.funds.as_ref().and_then(|funds| Some(1_000 - funds.available_balance?))
        }
        _ => None,
    };
    assert_eq!((short, error.status, error.outcome), (Some(500), Some(422), Outcome::Rejected));
    assert!(!error.is_retryable());

    let stranger = stage.client.with_api_key("sk_nobody").unwrap();
    let error = stage.call(stranger.get_balances("my-app")).unwrap_err();
    assert_eq!((error.code, error.status), (Code::Unauthorized, Some(401)));

    stage.regions.borrow_mut().silent = vec![0, 1];
    let error = stage.call(stage.client.get_balances("my-app").timeout_ms(2_000)).unwrap_err();
    assert!(error.is_retryable() && error.code == Code::Timeout);

    // A library's users may not know of shardd at all.
    let plain: Box<dyn std::error::Error> = Box::new(error);
    assert!(plain.downcast_ref::<ShardError>().is_some() && !plain.to_string().contains("sk_test"));
}

#[test]
fn another_key_shares_what_is_known_of_the_edges() {
    let mut stage = Stage::new();
    stage.call(stage.client.credit("my-app", "user:alice", 500, Default::default())).unwrap();
    let probes = |stage: &Stage| stage.sim.passages().len() - stage.sent();
    let before = probes(&stage);
    let other = stage.client.with_api_key("sk_other").unwrap();
    stage.call(other.credit("my-app", "user:alice", 1, Default::default())).unwrap();
    assert_eq!(probes(&stage), before);
    assert_eq!(stage.regions.borrow().keys_seen, ["Bearer sk_test", "Bearer sk_other"]);
    assert!(stage.client.with_api_key("\n").is_err());
}
