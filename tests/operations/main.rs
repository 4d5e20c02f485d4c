//! Every operation of the Rust client against the local ledger with keys on, in virtual time.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, missing_docs)]

mod calls;
mod deletion;
mod health;
mod own_writes;
mod reference;
mod replays;
mod stage;
mod wire;

use shardd_wasm::platform::sim::START_UNIX_MS;
use shardd_wasm::{AccountStatus, Code, EventKind, MyBucketEventsFilter, MyEventsFilter};
use stage::{Stage, with_nonce};

#[test]
fn reads_have_the_shape_they_promise() {
    let mut stage = Stage::new();
    stage.credit(500);
    let events = stage.call(stage.client.list_events("app")).unwrap().events;
    assert_eq!((events[0].bucket.as_str(), events[0].amount), ("app", 500));
    assert_eq!(events[0].event_type, EventKind::Standard);
    let balances = stage.call(stage.client.get_balances("app")).unwrap();
    assert_eq!((balances.total_balance, balances.accounts[0].account.as_str()), (500, "alice"));
    let account = stage.call(stage.client.get_account("app", "alice")).unwrap();
    assert_eq!((account.balance, account.status), (500, AccountStatus::LocallyConfirmed));
    let origins = account.contributing_origins.unwrap();
    assert!(
        !origins.is_empty() && origins.values().all(|origin| (1..=origin.max_known).contains(&origin.head))
    );
    let edges = stage.call(stage.client.edges()).unwrap().edges;
    assert!(edges.len() == 2 && edges.iter().all(|edge| edge.reachable && edge.ready));
    let health = stage.call(stage.client.health(None)).unwrap();
    assert_eq!((health.ready, health.auth_enabled), (true, Some(true)));
}

#[test]
fn a_reservation_keeps_the_time_of_the_edge_not_of_the_device() {
    for astray_ms in [-3_600_000, 0, 3_600_000] {
        let mut stage = Stage::new();
        stage.credit(500);
        stage.platform.jump(astray_ms);
        let begun_ms = START_UNIX_MS + stage.sim.now_ms();
        let reservation = stage.reserve(100, "r-1").unwrap();
        let ends_ms = reservation.expires_at_unix_ms;
        assert!((begun_ms + 59_000..begun_ms + 61_000).contains(&ends_ms), "astray by {astray_ms} ms");
        assert_eq!((reservation.available_balance, reservation.balance), (400, 500));
        assert_eq!(reservation.reservation_id, reservation.event.event_id);
        assert_eq!(
            (reservation.event.event_type, reservation.event.hold_amount),
            (EventKind::ReservationCreate, Some(100))
        );
        assert_eq!(reservation.meta.status, 201);
    }
}

#[test]
fn a_reservation_is_settled_or_released_once() {
    let mut stage = Stage::new();
    stage.credit(500);
    let id = stage.reserve(100, "r-1").unwrap().reservation_id;
    let settled = stage.call(stage.client.settle("app", "alice", &id, 60, with_nonce("s-1"))).unwrap();
    assert_eq!((settled.balance, settled.available_balance), (440, 440));
    let error = stage.call(stage.client.release("app", "alice", &id, with_nonce("l-1"))).unwrap_err();
    assert_eq!((error.code, error.reason), (Code::InvalidInput, Some("reservation_released")));
}

#[test]
fn a_nonce_used_for_something_else_is_a_conflict_not_a_success() {
    let mut stage = Stage::new();
    stage.credit(500);
    let id = stage.reserve(100, "same").unwrap().reservation_id;
    // Long forgotten here, but not by the ledger: it would answer the release with the reservation.
    stage.sim.run_until(stage.sim.now_ms() + 60_000 / 2);
    let error = stage.call(stage.client.release("app", "alice", &id, with_nonce("same"))).unwrap_err();
    assert_eq!(error.code, Code::Conflict);
    let larger = stage.reserve(101, "same").unwrap_err();
    assert_eq!(larger.code, Code::Conflict);
}

#[test]
fn ones_own_buckets() {
    let mut stage = Stage::new();
    stage.credit(500);
    let listed = stage.call(stage.client.list_my_buckets(Default::default())).unwrap();
    assert_eq!((listed.buckets[0].bucket.as_str(), listed.total), ("app", 1));
    let made = stage.call(stage.client.create_my_bucket_event("app", "bob", 7, Default::default())).unwrap();
    assert_eq!(made.balance, 7);
    let detail = stage.call(stage.client.get_my_bucket("app")).unwrap();
    assert_eq!((detail.summary.total_balance, detail.accounts[0].account.as_str()), (507, "alice"));
    let filter = MyBucketEventsFilter { account: Some("bob".into()), ..Default::default() };
    assert_eq!(stage.call(stage.client.list_my_bucket_events("app", filter)).unwrap().total, 1);
    let filter = MyEventsFilter { replication: Some(true), limit: Some(1), ..Default::default() };
    let all = stage.call(stage.client.list_my_events(filter)).unwrap();
    assert_eq!((all.total, all.events.len()), (2, 1));
}

#[test]
fn a_deleted_bucket_is_gone_for_good() {
    let mut stage = Stage::new();
    stage.credit(500);
    let deleted = stage.call(stage.client.delete_my_bucket("app")).unwrap();
    assert!(deleted.event_id.is_some() && deleted.bucket == "app");
    let gone = stage.call(stage.client.list_my_deleted_buckets()).unwrap();
    assert_eq!(gone.buckets[0].name, "app");
    let error = stage.call(stage.client.credit("app", "alice", 1, Default::default())).unwrap_err();
    assert_eq!(error.reason, Some("bucket_deleted"));
    assert!(error.message.contains("'app'"), "{}", error.message);
}

#[test]
fn a_reservation_bound_to_an_edge_never_leaves_it() {
    let mut stage = Stage::new();
    stage.credit(500);
    let call = stage.client.reserve("app", "alice", 5, 60_000, Default::default());
    let reservation = stage.call(call.edge("http://127.0.0.1:8082/")).unwrap();
    assert_eq!(reservation.meta.edge, "http://127.0.0.1:8082");
}
