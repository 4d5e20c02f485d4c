//! Bytes that come late: held on the way and delivered, or applied by a node that was not at it.

use std::time::Duration;

use serde_json::json;

use crate::{Local, SILENCE, credit};

#[tokio::test]
async fn a_hold_delivers_when_it_is_lifted_also_what_the_client_has_cut() {
    let local = Local::start().await;
    local.fault(0, json!({ "kind": "hold" })).await;
    let (mut leaving, mut staying) = (local.region(0), local.region(0));
    let left = tokio::spawn(async move { credit(&mut leaving, "cut").await });
    local.arrived(0, "POST /events", 1).await;
    tokio::time::sleep(SILENCE).await;
    left.abort();
    let waiting = tokio::spawn(async move { credit(&mut staying, "kept").await });
    local.arrived(0, "POST /events", 2).await;
    local.region(0).silence("GET", "/gateway/health", "", SILENCE).await;
    assert_eq!(local.events(0).await, 0);
    // Another hold goes on with what the first one kept.
    local.fault(0, json!({ "kind": "hold" })).await;
    tokio::time::sleep(SILENCE).await;
    assert_eq!(local.events(0).await, 0);
    local.revive(0).await;
    assert_eq!(waiting.await.unwrap().unwrap().status, 201);
    local.until("/", |state| state["regions"][0]["event_count"] == 2).await;
}

#[tokio::test]
async fn a_hold_keeps_answers_that_are_on_their_way_back() {
    let local = Local::start().await;
    local.fault(0, json!({ "kind": "freeze" })).await;
    let mut client = local.region(0);
    let waiting = tokio::spawn(async move { credit(&mut client, "n").await });
    local.arrived(0, "POST /events", 1).await;
    tokio::time::sleep(SILENCE).await;
    // The node thaws when its region's bytes begin to stand still.
    local.fault(0, json!({ "kind": "hold" })).await;
    local.until("/", |state| state["regions"][0]["event_count"] == 1).await;
    tokio::time::sleep(SILENCE).await;
    assert!(!waiting.is_finished(), "the answer waits");
    local.revive(0).await;
    assert_eq!(waiting.await.unwrap().unwrap().status, 201);
}

#[tokio::test]
async fn a_hold_of_all_regions_ends_by_itself() {
    let local = Local::start().await;
    let begun = std::time::Instant::now();
    let answer = local.control("POST", "/regions/all/fault", json!({ "kind": "hold", "hold_ms": 400 })).await;
    assert_eq!(answer["regions"][2]["fault"], json!({ "kind": "hold", "hold_ms": 400 }));
    let writers = (0..3).map(|region| {
        let mut client = local.region(region);
        tokio::spawn(async move { credit(&mut client, &format!("n{region}")).await })
    });
    for writer in writers.collect::<Vec<_>>() {
        assert_eq!(writer.await.unwrap().unwrap().status, 201);
    }
    assert!(begun.elapsed() >= Duration::from_millis(400), "{:?}", begun.elapsed());
    assert_eq!(local.control("GET", "/", json!({})).await["regions"][0]["fault"], json!({ "kind": "none" }));
}

#[tokio::test]
async fn a_counted_hold_keeps_its_requests_and_lets_later_ones_by() {
    let local = Local::start().await;
    local.fault(0, json!({ "kind": "hold", "count": 1, "only": "events" })).await;
    let mut client = local.region(0);
    let waiting = tokio::spawn(async move { credit(&mut client, "first").await });
    local.arrived(0, "POST /events", 1).await;
    assert_eq!(credit(&mut local.region(0), "second").await.unwrap().status, 201);
    assert!(!waiting.is_finished());
    local.revive(0).await;
    assert_eq!(waiting.await.unwrap().unwrap().json()["balance"], 2);
}

#[tokio::test]
async fn a_late_write_lands_after_its_client_has_left_and_all_the_rest_is_answered_at_once() {
    let local = Local::start().await;
    local.fault(0, json!({ "kind": "late-write", "delay_ms": 500 })).await;
    let (mut leaving, mut staying) = (local.region(0), local.region(0));
    let left = tokio::spawn(async move { credit(&mut leaving, "cut").await });
    local.arrived(0, "POST /events", 1).await;
    assert_eq!(local.region(0).get("/gateway/health").await.unwrap().status, 200);
    assert_eq!(local.region(0).get("/balances").await.unwrap().status, 200);
    left.abort();
    let begun = std::time::Instant::now();
    assert_eq!(credit(&mut staying, "kept").await.unwrap().status, 201);
    assert!(begun.elapsed() >= Duration::from_millis(500), "{:?}", begun.elapsed());
    local.until("/", |state| state["regions"][0]["event_count"] == 2).await;
}
