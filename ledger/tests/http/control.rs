//! The control endpoint.

use std::time::Duration;

use serde_json::json;

use crate::{Client, Local, credit};

#[tokio::test]
async fn requests_are_counted_by_region_and_page() {
    let local = Local::start().await;
    for _ in 0..3 {
        local.region(1).get("/gateway/health?x=1").await.unwrap();
    }
    credit(&mut local.region(1), "n").await.unwrap();
    let counted = local.control("GET", "/requests", json!({})).await;
    assert_eq!(counted, json!({ "regions": [{}, { "GET /gateway/health": 3, "POST /events": 1 }, {}] }));
    let reset = local.control("DELETE", "/requests", json!({})).await;
    assert_eq!(reset, json!({ "regions": [{}, {}, {}] }));
}

#[tokio::test]
async fn conflicting_copies_are_reported_and_all_events_are_shown() {
    let local = Local::start().await;
    local.links(false).await;
    for region in 0..2 {
        assert_eq!(credit(&mut local.region(region), "n").await.unwrap().status, 201);
    }
    local.links(true).await;
    let state = local.until("/", |state| state["replication"]["undelivered"] == 0).await;
    assert_eq!((&state["storm"], &state["voids"]), (&json!(true), &json!(1)));
    let storms = local.control("GET", "/storms", json!({})).await;
    assert_eq!(storms["storms"][0]["nonce"], "n");
    let events = local.control("GET", "/events", json!({})).await;
    for region in 0..3 {
        assert_eq!(events["regions"][region]["events"].as_array().unwrap().len(), 3);
    }
}

#[tokio::test]
async fn links_and_clocks_can_be_set() {
    let local = Local::start().await;
    for to in [1, 2] {
        let link = local
            .control("POST", "/links", json!({ "from": 0, "to": to, "up": false, "delay_ms": 10 }))
            .await;
        assert_eq!(link, json!({ "from": 0, "to": to, "up": false, "delay_ms": 10 }));
    }
    let region = local.control("POST", "/regions/0/clock", json!({ "skew_ms": -60_000 })).await;
    assert_eq!(region["clock_skew_ms"], -60_000);
    let mut clocks = Vec::new();
    for region in [0, 1, 0] {
        let health = local.region(region).get("/gateway/health").await.unwrap().json();
        clocks.push(health["observed_at_unix_ms"].as_u64().unwrap());
    }
    assert!((clocks[0] + 60_000..=clocks[2] + 60_000).contains(&clocks[1]), "{clocks:?}");
    credit(&mut local.region(0), "n").await.unwrap();
    tokio::time::sleep(Duration::from_millis(150)).await;
    assert_eq!((local.events(0).await, local.events(1).await), (1, 0));
    local.control("POST", "/links", json!({ "from": 0, "to": 1, "up": true })).await;
    assert_eq!(local.events(1).await, 1);
}

#[tokio::test]
async fn a_page_may_use_it_and_mistakes_are_explained() {
    let local = Local::start().await;
    let mut client = Client::new(&local.running.control);
    let preflight = client.send("OPTIONS", "/regions/0/fault", &[("origin", "http://x")], "").await.unwrap();
    assert_eq!((preflight.status, preflight.header("access-control-allow-origin")), (200, Some("*")));
    for (method, path, body, status) in [
        ("POST", "/regions/9/fault", r#"{"kind":"none"}"#, 404),
        ("POST", "/regions/0/dance", "{}", 404),
        ("POST", "/regions/0/fault", r#"{"kind":"flood"}"#, 400),
        ("POST", "/regions/0/fault", r#"{"kind":"delay","delayMs":5}"#, 400),
        ("POST", "/regions/0/fault", "", 400),
        ("POST", "/links", r#"{"from":0,"to":0,"up":true}"#, 404),
        ("GET", "/nothing", "", 404),
    ] {
        let answer = client.send(method, path, &[], body).await.unwrap();
        assert_eq!(answer.status, status, "{method} {path} {body}: {}", answer.body);
        assert!(answer.json()["error"].is_string());
    }
}
