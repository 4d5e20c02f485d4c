//! Gateways that give their requests to any node, as the real ones do.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod common;

use std::collections::BTreeSet;

use common::Ledger;
use serde_json::json;
use shardd_local::{Config, Request};

fn spread(seed: u64) -> Ledger {
    Ledger::with(Config { spread: true, seed, ..Config::default() })
}

/// The nodes that took so many writes at the first gateway, in turn.
fn origins(ledger: &mut Ledger, writes: u64) -> Vec<String> {
    let write = |nonce: u64| {
        let answer = ledger.done(0, &nonce.to_string(), 1, json!({}));
        answer["event"]["origin_node_id"].as_str().unwrap().to_owned()
    };
    (0..writes).map(write).collect()
}

#[test]
fn every_node_gets_its_share_and_the_seed_decides_which() {
    let taken = origins(&mut spread(1), 300);
    let nodes: BTreeSet<&String> = taken.iter().collect();
    assert_eq!(nodes.len(), 3);
    for node in nodes {
        let share = taken.iter().filter(|taker| *taker == node).count();
        assert!((60..=140).contains(&share), "{share} of 300");
    }
    assert_eq!(taken, origins(&mut spread(1), 300));
    assert_ne!(taken, origins(&mut spread(2), 300));
}

#[test]
fn without_it_a_gateway_keeps_to_its_own_node() {
    let mut ledger = Ledger::with(Config { seed: 1, ..Config::default() });
    let own = ledger.cluster.node_id(0).to_owned();
    assert!(origins(&mut ledger, 30).iter().all(|node| *node == own));
    assert_eq!(spread(1).cluster.node_id(0), own, "the ids of a seed are the same either way");
}

#[test]
fn probes_leave_the_order_of_the_nodes_as_it_is() {
    let (mut quiet, mut probed) = (spread(3), spread(3));
    let quiet = origins(&mut quiet, 20);
    let probed: Vec<String> = (0..20)
        .map(|nonce| {
            probed.get(0, "/gateway/health");
            let answer = probed.done(0, &nonce.to_string(), 1, json!({}));
            answer["event"]["origin_node_id"].as_str().unwrap().to_owned()
        })
        .collect();
    assert_eq!(quiet, probed);
}

#[test]
fn the_same_edge_is_not_the_same_node() {
    let mut ledger = spread(1);
    for _ in 0..8 {
        ledger.post(0, "twice", 5, json!({}));
    }
    ledger.wait(1_000);
    assert!(!ledger.cluster.storms().is_empty(), "copies met at two nodes of one gateway");
}

#[test]
fn a_lost_node_gets_nothing_and_a_frozen_one_costs_its_gateway_five_seconds() {
    let mut ledger = spread(1);
    ledger.cluster.lose_node(1);
    ledger.cluster.set_frozen(2, true);
    let living = ledger.cluster.node_id(0).to_owned();
    let mut waits = BTreeSet::new();
    for nonce in 0..30 {
        let body =
            json!({ "bucket": "b", "account": "a", "amount": 1, "idempotency_nonce": nonce.to_string() });
        let answer = ledger.cluster.handle(0, &Request::post("/events", body.to_string()), ledger.now);
        assert_eq!(answer.header("x-shardd-target-node-id"), Some(living.as_str()));
        waits.insert(answer.ack_wait_ms);
    }
    assert_eq!(waits, BTreeSet::from([0, 5_000]));
}
