//! Replication: what other nodes know when, what two copies of one write do, what partitions and losses leave.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod common;

use common::Ledger;
use serde_json::{Value, json};
use shardd_local::{Config, EventKind, Request};

#[test]
fn a_replay_elsewhere_is_deduplicated_once_the_write_has_arrived() {
    let mut ledger = Ledger::new(3);
    let first = ledger.done(0, "n", 100, json!({}));
    ledger.wait(99);
    assert_eq!(ledger.balance(1), 0);
    ledger.wait(1);
    assert_eq!(ledger.balance(1), 100);
    for region in 0..3 {
        let (status, answer) = ledger.post(region, "  n ", 100, json!({ "note": "another note" }));
        assert_eq!((status, &answer["event"]["event_id"]), (200, &first["event"]["event_id"]));
        assert_eq!(answer["event"]["note"], Value::Null, "the first note is kept");
        assert_eq!(answer["emitted_events"], json!([]));
    }
    ledger.wait(1_000);
    assert!(ledger.cluster.is_converged() && ledger.cluster.storms().is_empty());
}

#[test]
fn another_amount_account_or_bucket_is_another_write() {
    let mut ledger = Ledger::new(1);
    for more in [json!({}), json!({ "amount": 2 }), json!({ "account": "z" }), json!({ "bucket": "c" })] {
        let (status, _) = ledger.post(0, "n", 1, more);
        assert_eq!(status, 201);
    }
}

#[test]
fn two_copies_in_flight_are_voided_to_one_and_reported() {
    let mut ledger = Ledger::new(3);
    let winner = ledger.done(0, "n", 100, json!({}));
    ledger.wait(50);
    let (status, loser) = ledger.post(1, "n", 100, json!({}));
    assert_eq!((status, &loser["deduplicated"]), (201, &Value::Bool(false)));
    ledger.wait(1_000);
    for region in 0..3 {
        assert_eq!(ledger.balance(region), 100, "region {region}");
    }
    assert_eq!(ledger.cluster.voids(), 1);
    let [storm] = ledger.cluster.storms() else { panic!("{:?}", ledger.cluster.storms()) };
    assert_eq!((storm.nonce.as_str(), storm.amount), ("n", 100));
    assert_eq!(storm.winner.event_id, winner["event"]["event_id"]);
    assert_eq!(storm.loser.event_id, loser["event"]["event_id"]);
    assert_eq!((storm.winner.region, storm.loser.region), (0, 1));
    assert_eq!(storm.detected_at_unix_ms, common::START + 100);
    let events = ledger.cluster.events(2);
    let void = events.iter().find(|event| event.kind == EventKind::Void).unwrap();
    assert_eq!(void.idempotency_nonce, format!("void:{}", storm.loser.event_id));
    assert_eq!((void.amount, void.void_ref.as_deref()), (-100, Some(storm.loser.event_id.as_str())));
    let (_, replay) = ledger.post(1, "n", 100, json!({}));
    assert_eq!(replay["event"]["event_id"], winner["event"]["event_id"], "the winner answers from now on");
}

#[test]
fn the_losers_hold_is_released_too() {
    let mut ledger = Ledger::new(2);
    ledger.done(0, "credit", 10_000, json!({}));
    ledger.wait(200);
    ledger.done(0, "n", -100, json!({}));
    ledger.done(1, "n", -100, json!({}));
    ledger.wait(1_000);
    for region in 0..2 {
        assert_eq!((ledger.balance(region), ledger.available(region)), (9_900, 9_400), "region {region}");
    }
    assert_eq!(ledger.cluster.storms().len(), 1, "one write, one report: {:?}", ledger.cluster.storms());
    let released =
        ledger.cluster.events(0).iter().filter(|event| event.kind == EventKind::HoldRelease).count();
    assert_eq!(released, 1);
}

#[test]
fn the_oldest_copy_wins_by_the_clocks_of_the_nodes() {
    let mut ledger = Ledger::new(2);
    ledger.cluster.set_clock_skew_ms(1, -5_000);
    ledger.done(0, "n", 7, json!({}));
    ledger.wait(10);
    let second = ledger.done(1, "n", 7, json!({}));
    ledger.wait(1_000);
    assert_eq!(ledger.cluster.storms()[0].winner.event_id, second["event"]["event_id"]);
}

#[test]
fn three_copies_leave_one() {
    for seed in 0..50 {
        println!("seed {seed}");
        let mut ledger = Ledger::with(Config { seed, ..Config::default() });
        for region in 0..3 {
            ledger.done(region, "n", 100, json!({}));
            ledger.wait(seed % 40);
        }
        ledger.wait(5_000);
        let balances: Vec<i64> = (0..3).map(|region| ledger.balance(region)).collect();
        assert_eq!(balances, [100, 100, 100]);
        assert_eq!(ledger.cluster.voids(), 2);
        assert!(ledger.cluster.storms().len() >= 2 && ledger.cluster.is_converged());
    }
}

#[test]
fn a_partition_queues_and_healing_lets_everything_through() {
    let mut ledger = Ledger::new(3);
    for (from, to) in [(0, 1), (1, 0), (0, 2), (2, 0)] {
        ledger.cluster.set_link(from, to, false);
    }
    ledger.done(0, "left", 1, json!({}));
    ledger.done(1, "right", 10, json!({}));
    ledger.wait(10_000);
    let seen = |ledger: &Ledger| (0..3).map(|region| ledger.balance(region)).collect::<Vec<_>>();
    assert_eq!(seen(&ledger), [1, 10, 10]);
    assert_eq!(ledger.cluster.next_due_ms(), None, "nothing is due while the links are cut");
    assert_eq!(ledger.cluster.undelivered(), 3);
    for (from, to) in [(0, 1), (1, 0), (0, 2), (2, 0)] {
        ledger.cluster.set_link(from, to, true);
    }
    assert!(ledger.cluster.next_due_ms().is_some());
    ledger.wait(0);
    assert_eq!(seen(&ledger), [11, 11, 11]);
    assert!(ledger.cluster.storms().is_empty());
}

#[test]
fn a_node_lost_before_replication_takes_its_writes_with_it() {
    let mut ledger = Ledger::new(3);
    ledger.done(0, "kept", 5, json!({}));
    ledger.wait(200);
    ledger.done(0, "gone", 100, json!({}));
    ledger.cluster.lose_node(0);
    ledger.wait(1_000);
    assert_eq!((ledger.balance(1), ledger.balance(2)), (5, 5));
    let (status, again) = ledger.post(0, "gone", 100, json!({}));
    assert_eq!(status, 201, "its gateway goes on with another node: {again}");
    ledger.wait(1_000);
    assert_eq!((ledger.balance(1), ledger.balance(2)), (105, 105));
    assert!(ledger.cluster.storms().is_empty());
    ledger.cluster.lose_node(1);
    ledger.cluster.lose_node(2);
    let nothing = ledger.post(1, "x", 1, json!({}));
    assert_eq!(nothing, (503, json!({ "error": "no libp2p nodes discovered" })));
    assert_eq!(ledger.get(1, "/gateway/health")["ready"], false);
}

#[test]
fn the_list_of_events_lags_by_a_write_batch_and_balances_do_not() {
    let mut ledger = Ledger::new(1);
    ledger.done(0, "n", 3, json!({}));
    assert_eq!(ledger.get(0, "/balances")["total_balance"], 3);
    assert_eq!(ledger.get(0, "/events")["events"], json!([]));
    ledger.wait(100);
    assert_eq!(ledger.get(0, "/events")["events"].as_array().unwrap().len(), 1);
}

#[test]
fn a_nul_keeps_its_whole_batch_out_of_every_database() {
    let mut ledger = Ledger::new(2);
    ledger.done(0, "fine", 1, json!({}));
    ledger.done(0, "poison", 1, json!({ "note": "a\u{0}b" }));
    ledger.wait(10_000);
    ledger.done(0, "later", 1, json!({}));
    ledger.wait(10_000);
    for region in 0..2 {
        let events = ledger.get(region, "/events");
        let nonces: Vec<_> =
            events["events"].as_array().unwrap().iter().map(|e| e["idempotency_nonce"].clone()).collect();
        assert_eq!(nonces, ["later"], "region {region}");
        assert_eq!(ledger.balance(region), 3);
    }
}

#[test]
fn acks_are_waited_for_per_emitted_event() {
    let mut ledger = Ledger::new(3);
    ledger.cluster.set_replication_delay_ms(0, 2, 300);
    let post = |ledger: &mut Ledger, nonce: &str, amount: i64, acks: u64, timeout: u64| {
        let body = json!({ "bucket": "b", "account": "a", "amount": amount, "idempotency_nonce": nonce,
            "min_acks": acks, "ack_timeout_ms": timeout, "max_overdraft": 1000 });
        let response = ledger.cluster.handle(0, &Request::post("/events", body.to_string()), ledger.now);
        ledger.wait(60_000);
        let json: Value = serde_json::from_slice(&response.body).unwrap();
        (response.status, response.ack_wait_ms, json["acks"].clone())
    };
    let acks = |received: u64, requested: u64, timeout: bool| json!({ "received": received, "requested": requested, "timeout": timeout });
    assert_eq!(post(&mut ledger, "1", 1, 1, 500), (201, 100, acks(1, 1, false)));
    assert_eq!(post(&mut ledger, "2", 1, 2, 500), (201, 300, acks(2, 2, false)));
    assert_eq!(post(&mut ledger, "3", 1, 2, 200), (201, 200, acks(1, 2, true)));
    assert_eq!(post(&mut ledger, "4", 1, 9, 500), (201, 300, acks(2, 9, true)));
    assert_eq!(
        post(&mut ledger, "5", -1, 1, 500),
        (201, 200, acks(1, 1, false)),
        "hold and debit, one after the other"
    );
    ledger.cluster.set_link(0, 2, false);
    let (status, waited, _) = post(&mut ledger, "6", 1, 2, 12_000);
    assert_eq!((status, waited), (503, 5_000), "the gateway gave up …");
    assert_eq!(ledger.balance(0), 4, "… and the write had landed");
}

#[test]
fn while_a_node_waits_for_acks_its_other_requests_wait_too() {
    let mut ledger = Ledger::new(2);
    ledger.cluster.set_link(0, 1, false);
    ledger.done(0, "slow", 1, json!({ "min_acks": 1, "ack_timeout_ms": 3000 }));
    ledger.wait(1_000);
    let response = ledger.cluster.handle(0, &Request::new("GET", "/balances"), ledger.now);
    assert_eq!(response.ack_wait_ms, 2_000);
    let health = ledger.cluster.handle(0, &Request::new("GET", "/gateway/health"), ledger.now);
    assert_eq!(health.ack_wait_ms, 0, "the gateway's own pages do not");
}

#[test]
fn events_out_of_order_leave_a_gap_that_closes() {
    let mut ledger = Ledger::new(2);
    ledger.cluster.set_replication_delay_ms(0, 1, 500);
    ledger.done(0, "1", 1, json!({}));
    ledger.cluster.set_replication_delay_ms(0, 1, 50);
    ledger.done(0, "2", 2, json!({}));
    ledger.wait(60);
    let account = ledger.get(1, "/collapsed/b/a");
    assert_eq!((&account["balance"], &account["status"]), (&json!(2), &json!("provisional")));
    assert_eq!(ledger.get(1, "/gateway/health")["sync_gap"], 2);
    ledger.wait(500);
    assert_eq!(ledger.get(1, "/collapsed/b/a")["status"], "locally_confirmed");
    assert_eq!(ledger.balance(1), 3);
}
