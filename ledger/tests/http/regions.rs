//! Regions as clients meet them.

use std::time::{Duration, Instant};

use serde_json::json;
use shardd_local::http::{ServeConfig, serve};
use shardd_local::{Auth, BucketRule, Key, KeyState, Scope};

use crate::{Local, PATIENCE, credit};

#[tokio::test]
async fn every_region_answers_under_its_own_name_and_knows_the_others() {
    let local = Local::start().await;
    for (index, url) in local.running.regions.iter().enumerate() {
        let health = local.region(index).get("/gateway/health").await.unwrap().json();
        assert_eq!(health["base_url"], *url);
        assert_eq!((&health["ready"], &health["discovered_nodes"]), (&json!(true), &json!(3)));
        let edges = local.region(index).get("/gateway/edges").await.unwrap().json();
        assert_eq!(edges["edges"][0]["base_url"], *url, "self comes first");
        assert_eq!(edges["edges"].as_array().unwrap().len(), 3);
    }
    local.running.shutdown().await;
}

#[tokio::test]
async fn a_region_is_as_far_away_as_it_is_told_preflights_included() {
    let local = Local::with(ServeConfig { delays_ms: vec![0, 300, 500], ..ServeConfig::default() }).await;
    for (method, path) in [("GET", "/gateway/health"), ("OPTIONS", "/events"), ("GET", "/nope")] {
        let begun = Instant::now();
        overtakes(&local, 1, 2, method, path).await;
        assert!(begun.elapsed() >= Duration::from_millis(300), "{method} {path}: {:?}", begun.elapsed());
    }
    local.control("POST", "/regions/2/delay", json!({ "delay_ms": 0 })).await;
    overtakes(&local, 2, 1, "GET", "/gateway/health").await;
}

/// The answer of `near` comes before that of `far`, which is farther by less than the same distance again. How long
/// it takes is the machine's affair; which of two answers comes first is not.
async fn overtakes(local: &Local, near: usize, far: usize, method: &str, path: &str) {
    let (mut near, mut far) = (local.region(near), local.region(far));
    tokio::select! {
        biased;
        answer = near.send(method, path, &[], "") => { answer.unwrap(); }
        _ = far.send(method, path, &[], "") => panic!("{method} {path}: the farther region was quicker"),
    }
}

#[tokio::test]
async fn writes_reach_the_other_regions_after_the_replication_delay() {
    let local = Local::with(ServeConfig { replication_delay_ms: 50, ..ServeConfig::default() }).await;
    assert_eq!(credit(&mut local.region(0), "n").await.unwrap().status, 201);
    local.until("/", |state| state["replication"]["converged"] == true).await;
    let replay = credit(&mut local.region(2), "n").await.unwrap();
    assert_eq!((replay.status, &replay.json()["deduplicated"]), (200, &json!(true)));
    let state = local.control("GET", "/", json!({})).await;
    assert_eq!((&state["storm"], &state["replication"]["converged"]), (&json!(false), &json!(true)));
}

#[tokio::test]
async fn browsers_may_read_everything() {
    let local = Local::start().await;
    let mut client = local.region(0);
    let asked = [("origin", "http://localhost:5173"), ("access-control-request-method", "POST")];
    let preflight = client.send("OPTIONS", "/events", &asked, "").await.unwrap();
    assert_eq!((preflight.status, preflight.header("allow")), (200, Some("GET,HEAD,POST")));
    for name in
        ["access-control-allow-origin", "access-control-allow-methods", "access-control-allow-headers"]
    {
        assert_eq!(preflight.header(name), Some("*"), "{name}");
    }
    let answer = client.get("/nope").await.unwrap();
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (404, Some("*")));
    assert_eq!(answer.header("access-control-expose-headers"), Some("*"));
    let head = client.send("HEAD", "/gateway/health", &[], "").await.unwrap();
    assert!(head.header("content-length").unwrap().parse::<usize>().unwrap() > 200);
    assert_eq!(client.get("/metrics").await.unwrap().status, 200, "the connection is still in step");
}

#[tokio::test]
async fn every_refusal_of_the_protocol_comes_over_the_wire() {
    let readonly = Key { scopes: vec![Scope::Read], buckets: BucketRule::All, ..Key::new("readonly") };
    let poor = Key { credits: Some(9), ..Key::new("poor") };
    let revoked = Key { state: KeyState::Revoked, ..Key::new("revoked") };
    let auth = Auth { keys: vec![Key::new("full"), readonly, poor, revoked] };
    let local = Local::with(ServeConfig { auth: Some(auth), ..ServeConfig::default() }).await;
    let good = r#"{"bucket":"b","account":"a","amount":1,"idempotency_nonce":"n"}"#;
    let debit = r#"{"bucket":"b","account":"z","amount":-1,"idempotency_nonce":"n"}"#;
    let json = ("content-type", "application/json");
    let huge = " ".repeat(2_097_153);
    for (status, method, path, key, content_type, body) in [
        (201, "POST", "/events", "Bearer full", json, good),
        (401, "POST", "/events", "", json, good),
        (401, "POST", "/events", "Bearer revoked", json, good),
        (402, "POST", "/events", "Bearer poor", json, good),
        (403, "POST", "/events", "Bearer readonly", json, good),
        (422, "POST", "/events", "Bearer full", json, debit),
        (422, "POST", "/events", "Bearer full", json, "{}"),
        (400, "POST", "/events", "Bearer full", json, "{"),
        (404, "GET", "/events/", "Bearer full", json, ""),
        (405, "PUT", "/events", "Bearer full", json, good),
        (413, "POST", "/events", "Bearer full", json, huge.as_str()),
        (415, "POST", "/events", "Bearer full", ("content-type", "text/plain"), good),
    ] {
        let headers = [("authorization", key), content_type];
        let answer = local.region(0).send(method, path, &headers, body).await.unwrap();
        assert_eq!(answer.status, status, "{method} {path} {key}: {}", answer.body);
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    }
    let long = format!("/collapsed/b/{}", "a".repeat(70_000));
    assert_eq!(local.region(0).get(&long).await.unwrap().status, 414);
    let many: Vec<String> = (0..120).map(|index| format!("x-{index}")).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|name| (name.as_str(), "1")).collect();
    assert_eq!(local.region(0).send("GET", "/gateway/health", &many, "").await.unwrap().status, 431);
}

#[tokio::test]
async fn a_taken_port_is_one_clear_sentence() {
    let local = Local::start().await;
    let port = |url: &str| url.rsplit(':').next().unwrap().parse::<u16>().unwrap();
    let taken = port(&local.running.regions[1]);
    let error = serve(ServeConfig { ports: vec![0, taken], ..ServeConfig::default() }).await.unwrap_err();
    let sentence = format!("port {taken} is taken: stop what listens there or choose another with --port");
    assert_eq!(error.to_string(), sentence);
    let control_port = port(&local.running.control);
    let error = serve(ServeConfig { control_port, ..ServeConfig::default() }).await.unwrap_err();
    assert!(error.to_string().ends_with("--control-port"), "{error}");
}

#[tokio::test]
async fn shutting_down_closes_every_port_and_frees_it() {
    let local = Local::start().await;
    let mut kept = local.region(0);
    kept.get("/gateway/health").await.unwrap();
    let ports: Vec<u16> =
        local.running.regions.iter().map(|url| url.rsplit(':').next().unwrap().parse().unwrap()).collect();
    let shutdown = local.running.shutdown();
    tokio::time::timeout(PATIENCE, shutdown).await.expect("no kept connection is waited for");
    assert!(kept.get("/gateway/health").await.is_err(), "kept connections end too");
    // For a moment a connection of another test may come from one of these ports; one of ours would stay.
    let again = async {
        loop {
            match serve(ServeConfig { ports: ports.clone(), ..ServeConfig::default() }).await {
                Ok(again) => return again,
                Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        }
    };
    tokio::time::timeout(PATIENCE, again).await.expect("the ports are free").shutdown().await;
}
