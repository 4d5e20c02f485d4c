//! Each fault, as a client meets it, and what the ledger has applied afterwards.

use std::io::ErrorKind;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::{Local, PATIENCE, SILENCE, credit};

const CREDIT: &str = r#"{"bucket":"b","account":"a","amount":1,"idempotency_nonce":"n"}"#;

#[tokio::test]
async fn a_black_hole_takes_everything_and_gives_nothing() {
    let local = Local::start().await;
    let mut kept = local.region(0);
    kept.get("/gateway/health").await.unwrap();
    local.fault(0, json!({ "kind": "black-hole" })).await;
    for (method, path) in [("POST", "/events"), ("GET", "/gateway/health"), ("OPTIONS", "/events")] {
        local.region(0).silence(method, path, CREDIT, SILENCE).await;
    }
    kept.silence("POST", "/events", CREDIT, SILENCE).await;
    local.revive(0).await;
    tokio::time::sleep(SILENCE).await;
    assert_eq!(local.events(0).await, 0, "nothing was applied, not even afterwards");
    assert_eq!(credit(&mut local.region(0), "n").await.unwrap().status, 201);
}

#[tokio::test]
async fn a_refusing_region_closes_its_port_and_its_connections_while_replication_goes_on() {
    let local = Local::start().await;
    let mut kept = local.region(0);
    assert_eq!(credit(&mut kept, "1").await.unwrap().status, 201);
    local.fault(0, json!({ "kind": "refuse" })).await;
    assert_eq!(kept.get("/gateway/health").await.unwrap_err().kind(), ErrorKind::ConnectionReset);
    let refused = local.region(0).get("/gateway/health").await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
    let edges = local.region(1).get("/gateway/edges").await.unwrap().json();
    assert_eq!(
        edges["edges"][1],
        json!({ "edge_id": "local1", "region": "local", "base_url": local.running.regions[0],
        "health_url": format!("{}/gateway/health", local.running.regions[0]), "reachable": false, "ready": false,
        "observed_at_unix_ms": null, "discovered_nodes": null, "healthy_nodes": null, "best_node_rtt_ms": null,
        "sync_gap": null, "overloaded": null })
    );
    assert_eq!(credit(&mut local.region(1), "2").await.unwrap().status, 201);
    let replicated = |state: &Value| [0, 1].iter().all(|&at| state["regions"][at]["event_count"] == 2);
    local.until("/", replicated).await;
    local.revive(0).await;
    let replay = credit(&mut local.region(0), "2").await.unwrap();
    assert_eq!((replay.status, &replay.json()["balance"]), (200, &json!(2)));
}

#[tokio::test]
async fn a_reset_comes_before_or_after_the_commit() {
    let local = Local::start().await;
    for (kind, events) in [("reset-before", 0), ("reset-after", 1)] {
        local.fault(0, json!({ "kind": kind, "count": 1, "only": "events" })).await;
        let error = credit(&mut local.region(0), "n").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectionReset, "{kind}");
        assert_eq!(local.events(0).await, events, "{kind}");
    }
    assert_eq!(
        credit(&mut local.region(0), "n").await.unwrap().status,
        200,
        "counted faults end by themselves"
    );
}

#[tokio::test]
async fn a_status_may_say_when_to_come_back() {
    let local = Local::start().await;
    local
        .fault(
            0,
            json!({ "kind": "status", "status": 429, "retry_after": 2, "body": "slow down", "count": 2 }),
        )
        .await;
    for _ in 0..2 {
        let answer = credit(&mut local.region(0), "n").await.unwrap();
        assert_eq!(
            (answer.status, answer.header("retry-after"), answer.body.as_str()),
            (429, Some("2"), "slow down")
        );
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    }
    assert_eq!(local.events(0).await, 0);
    assert_eq!(credit(&mut local.region(0), "n").await.unwrap().status, 201);
    local.fault(0, json!({ "kind": "status", "applied": true })).await;
    let answer = credit(&mut local.region(0), "m").await.unwrap();
    assert_eq!((answer.status, answer.header("retry-after"), local.events(0).await), (503, None, 2));
}

#[tokio::test]
async fn garbage_is_html_with_200() {
    let local = Local::start().await;
    local.fault(0, json!({ "kind": "garbage" })).await;
    let answer = credit(&mut local.region(0), "n").await.unwrap();
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("text/html")));
    assert!(answer.body.starts_with("<!doctype html>"));
    assert_eq!(local.events(0).await, 1);
    local.fault(0, json!({ "kind": "garbage", "applied": false })).await;
    credit(&mut local.region(0), "m").await.unwrap();
    assert_eq!(local.events(0).await, 1);
}

#[tokio::test]
async fn a_truncated_body_ends_early_and_a_stalled_one_never() {
    let local = Local::start().await;
    local.fault(0, json!({ "kind": "truncate" })).await;
    let error = credit(&mut local.region(0), "1").await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset), "{error}");
    assert_eq!(local.events(0).await, 1);
    local.fault(0, json!({ "kind": "stall-body" })).await;
    let mut client = local.region(0);
    let waiting = tokio::spawn(async move { credit(&mut client, "2").await });
    local.until("/", |state| state["regions"][0]["event_count"] == 2).await;
    tokio::time::sleep(SILENCE).await;
    assert!(!waiting.is_finished(), "the second half of the answer never comes");
}

#[tokio::test]
async fn a_frozen_node_applies_what_waits_when_it_thaws_even_if_the_client_has_left() {
    let local = Local::start().await;
    local.fault(0, json!({ "kind": "freeze" })).await;
    assert_eq!(local.region(0).get("/gateway/health").await.unwrap().json()["ready"], true);
    let (mut leaving, mut staying) = (local.region(0), local.region(0));
    let left = tokio::spawn(async move { credit(&mut leaving, "n").await });
    local.arrived(0, "POST /events", 1).await;
    tokio::time::sleep(SILENCE).await;
    assert!(!left.is_finished());
    left.abort();
    let waiting = tokio::spawn(async move { credit(&mut staying, "m").await });
    local.arrived(0, "POST /events", 2).await;
    tokio::time::sleep(SILENCE).await;
    assert_eq!(local.events(0).await, 0);
    local.revive(0).await;
    assert_eq!(waiting.await.unwrap().unwrap().status, 201);
    assert_eq!(local.events(0).await, 2, "the write of the client that left landed too");
}

#[tokio::test]
async fn a_delay_comes_on_top_and_may_be_for_probes_only() {
    let local = Local::start().await;
    local.fault(0, json!({ "kind": "delay", "delay_ms": 120, "only": "health" })).await;
    let begun = Instant::now();
    local.region(0).get("/gateway/health").await.unwrap();
    assert!(begun.elapsed() >= Duration::from_millis(120));
    // A write overtakes a probe that will take longer than any machine does for it.
    let delay_ms = 2 * PATIENCE.as_millis();
    local.fault(0, json!({ "kind": "delay", "delay_ms": delay_ms, "only": "health" })).await;
    let mut prober = local.region(0);
    let probe = tokio::spawn(async move { prober.get("/gateway/health").await });
    local.arrived(0, "GET /gateway/health", 2).await;
    assert_eq!(credit(&mut local.region(0), "n").await.unwrap().status, 201);
    assert!(!probe.is_finished());
}

#[tokio::test]
async fn a_silent_edge_makes_the_directory_slow() {
    let local = Local::start().await;
    local.fault(2, json!({ "kind": "black-hole" })).await;
    let begun = Instant::now();
    let edges = local.region(0).get("/gateway/edges").await.unwrap().json();
    assert!(begun.elapsed() >= Duration::from_secs(2));
    assert_eq!(edges["edges"][2]["reachable"], false);
}
