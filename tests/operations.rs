//! Every operation of the Rust client against the local ledger with keys on, in virtual time.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, missing_docs)]

use std::cell::RefCell;
use std::rc::Rc;

use serde_json::Value;
use shardd_local::{Auth, Cluster, Config as LedgerConfig, Key};
use shardd_wasm::api::{CreateEventOptions, MyBucketEventsFilter, MyBucketsFilter, MyEventsFilter};
use shardd_wasm::platform::sim::{Homecoming, Journey, Network, START_UNIX_MS, Sim, SimPlatform};
use shardd_wasm::platform::{Request, Response};
use shardd_wasm::{Answer, Client, Code, Config, ShardError};

struct Regions(Cluster);

impl Network for Regions {
    fn depart(&mut self, _: &Request, _: u64) -> Journey {
        Journey { arrives_after_ms: Some(5), returns_after_ms: Some(10), homecoming: Homecoming::Answer }
    }

    fn arrive(&mut self, request: &Request, now_ms: u64) -> Response {
        let path_at = request.url["http://127.0.0.1:".len()..].find('/').unwrap() + "http://127.0.0.1:".len();
        let region = usize::from(request.url.contains(":8082"));
        let mut wire = shardd_local::Request::new(request.method, &request.url[path_at..]);
        if let Some(key) = &request.authorization {
            wire = wire.with("authorization", key);
        }
        if let Some(body) = &request.body {
            wire = wire.with("content-type", "application/json");
            wire.body = body.as_bytes().to_vec();
        }
        let answer = self.0.handle(region, &wire, START_UNIX_MS + now_ms);
        Response { status: answer.status, retry_after: None, body: answer.body }
    }
}

struct Stage {
    sim: Sim,
    platform: SimPlatform,
    client: Client,
}

impl Stage {
    fn new() -> Stage {
        let auth = Some(Auth { keys: vec![Key::new("sk_test")] });
        let cluster = Cluster::new(LedgerConfig { regions: 2, auth, ..LedgerConfig::default() });
        let sim = Sim::new(Rc::new(RefCell::new(Regions(cluster))));
        let mut config = Config::new("sk_test");
        config.edges = vec!["http://127.0.0.1:8081".into(), "http://127.0.0.1:8082".into()];
        let platform = sim.platform(1);
        let client = Client::new(config, Rc::new(platform.clone())).unwrap();
        Stage { sim, platform, client }
    }

    /// Runs a call to its end and leaves the ledger time to replicate and to store.
    fn call<F, C>(&mut self, call: C) -> Result<Value, ShardError>
    where
        C: FnOnce(Client) -> F,
        F: Future<Output = Result<Answer, ShardError>> + 'static,
    {
        let place: Rc<RefCell<Option<Result<Answer, ShardError>>>> = Rc::default();
        let (ended, call) = (place.clone(), call(self.client.clone()));
        self.sim.spawn(async move { *ended.borrow_mut() = Some(call.await) });
        self.sim.run_until(self.sim.now_ms() + 5_000);
        let answer = place.take().expect("the call ended")?;
        Ok(serde_json::from_str(&answer.json).unwrap())
    }

    fn credit(&mut self, amount: i64) -> Value {
        let options = CreateEventOptions::default();
        self.call(|client| async move { client.credit("app", "alice", amount, &options).await }).unwrap()
    }

    fn reserve(&mut self, amount: i64, nonce: &str) -> Result<Value, ShardError> {
        let options = with_nonce(nonce);
        self.call(|client| async move { client.reserve("app", "alice", amount, 60_000, &options).await })
    }
}

fn with_nonce(nonce: &str) -> CreateEventOptions {
    CreateEventOptions {
        idempotency_nonce: Some(nonce.into()),
        skip_hold: None,
        ..CreateEventOptions::default()
    }
}

#[test]
fn reads_have_the_shape_they_promise() {
    let mut stage = Stage::new();
    stage.credit(500);
    let events = stage.call(|client| async move { client.list_events("app").await }).unwrap();
    assert_eq!(
        (&events["events"][0]["bucket"], &events["events"][0]["amount"]),
        (&"app".into(), &500.into())
    );
    let balances = stage.call(|client| async move { client.get_balances("app").await }).unwrap();
    assert_eq!(balances["totalBalance"], 500);
    let account = stage.call(|client| async move { client.get_account("app", "alice").await }).unwrap();
    assert_eq!((&account["balance"], &account["status"]), (&500.into(), &"locally_confirmed".into()));
    let origins = account["contributingOrigins"].as_object().unwrap();
    assert!(origins.values().all(|origin| origin["head"].is_u64() && origin["maxKnown"].is_u64()));
    let edges = stage.call(|client| async move { client.edges().await }).unwrap();
    assert_eq!(edges["edges"].as_array().unwrap().len(), 2);
    let health = stage.call(|client| async move { client.health().await }).unwrap();
    assert_eq!(health["authEnabled"], true);
}

#[test]
fn a_reservation_keeps_the_time_of_the_edge_not_of_the_device() {
    for astray_ms in [-3_600_000, 0, 3_600_000] {
        let mut stage = Stage::new();
        stage.credit(500);
        stage.platform.jump(astray_ms);
        let begun_ms = START_UNIX_MS + stage.sim.now_ms();
        let reservation = stage.reserve(100, "r-1").unwrap();
        let ends_ms = reservation["expiresAtUnixMs"].as_u64().unwrap();
        assert!((begun_ms + 59_000..begun_ms + 61_000).contains(&ends_ms), "astray by {astray_ms} ms");
        assert_eq!((&reservation["availableBalance"], &reservation["balance"]), (&400.into(), &500.into()));
        assert_eq!(reservation["reservationId"], reservation["event"]["eventId"]);
        assert_eq!(reservation["meta"]["status"], 201);
    }
}

#[test]
fn a_reservation_is_settled_or_released_once() {
    let mut stage = Stage::new();
    stage.credit(500);
    let id = stage.reserve(100, "r-1").unwrap()["reservationId"].as_str().unwrap().to_owned();
    let (options, settled) = (with_nonce("s-1"), id.clone());
    let result = stage
        .call(|client| async move { client.settle("app", "alice", &settled, 60, &options).await })
        .unwrap();
    assert_eq!((&result["balance"], &result["availableBalance"]), (&440.into(), &440.into()));
    let options = with_nonce("l-1");
    let error =
        stage.call(|client| async move { client.release("app", "alice", &id, &options).await }).unwrap_err();
    assert_eq!((error.code, error.reason), (Code::InvalidInput, Some("reservation_released")));
}

#[test]
fn a_nonce_used_for_something_else_is_a_conflict_not_a_success() {
    let mut stage = Stage::new();
    stage.credit(500);
    let id = stage.reserve(100, "same").unwrap()["reservationId"].as_str().unwrap().to_owned();
    // Long forgotten here, but not by the ledger: it would answer the release with the reservation.
    stage.sim.run_until(stage.sim.now_ms() + 60_000 / 2);
    let options = with_nonce("same");
    let error =
        stage.call(|client| async move { client.release("app", "alice", &id, &options).await }).unwrap_err();
    assert_eq!(error.code, Code::Conflict);
    let larger = stage.reserve(101, "same").unwrap_err();
    assert_eq!(larger.code, Code::Conflict);
}

#[test]
fn ones_own_buckets() {
    let mut stage = Stage::new();
    stage.credit(500);
    let listed = stage
        .call(|client| async move { client.list_my_buckets(&MyBucketsFilter::default()).await })
        .unwrap();
    assert_eq!((&listed["buckets"][0]["bucket"], &listed["total"]), (&"app".into(), &1.into()));
    let options = CreateEventOptions::default();
    let made =
        stage.call(|client| async move { client.create_my_bucket_event("app", "bob", 7, &options).await });
    assert_eq!(made.unwrap()["balance"], 7);
    let detail = stage.call(|client| async move { client.get_my_bucket("app").await }).unwrap();
    assert_eq!(
        (&detail["summary"]["totalBalance"], &detail["accounts"][0]["account"]),
        (&507.into(), &"alice".into())
    );
    let filter = MyBucketEventsFilter { account: Some("bob".into()), ..MyBucketEventsFilter::default() };
    let events =
        stage.call(|client| async move { client.list_my_bucket_events("app", &filter).await }).unwrap();
    assert_eq!(events["total"], 1);
    let filter = MyEventsFilter { replication: Some(true), limit: Some(1), ..MyEventsFilter::default() };
    let all = stage.call(|client| async move { client.list_my_events(&filter).await }).unwrap();
    assert_eq!((&all["total"], all["events"].as_array().unwrap().len()), (&2.into(), 1));
    let deleted = stage.call(|client| async move { client.delete_my_bucket("app").await }).unwrap();
    assert!(deleted["eventId"].is_string());
    let gone = stage.call(|client| async move { client.list_my_deleted_buckets().await }).unwrap();
    assert_eq!(gone["buckets"][0]["name"], "app");
    let options = CreateEventOptions::default();
    let error =
        stage.call(|client| async move { client.credit("app", "alice", 1, &options).await }).unwrap_err();
    assert_eq!(error.reason, Some("bucket_deleted"));
    assert!(error.message.contains("'app'"), "{}", error.message);
}

#[test]
fn a_reservation_bound_to_an_edge_never_leaves_it() {
    let mut stage = Stage::new();
    stage.credit(500);
    let operation = shardd_wasm::api::Operation::reserve(
        "app",
        "alice",
        5,
        60_000,
        &with_nonce("b-1"),
        &|| unreachable!(),
    );
    let operation = operation.unwrap();
    let controls = shardd_wasm::Controls { only: Some(1), ..shardd_wasm::Controls::default() };
    let answer = stage.call(|client| async move { client.run(&operation, controls).await }).unwrap();
    assert_eq!(answer["meta"]["edge"], "http://127.0.0.1:8082");
}
