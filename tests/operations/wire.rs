//! Serde as an oracle: every answer recorded from the real server passes its table, fills its type, and comes out of
//! the type as the JSON that JavaScript gets.

use std::collections::BTreeSet;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use shardd_wasm::api::Operation;
use shardd_wasm::json::{Integers, transcode};
use shardd_wasm::protocol::Field;
use shardd_wasm::*;

type Retyped = fn(&Value) -> Value;

fn retyped<T: Serialize + DeserializeOwned>(json: &Value) -> Value {
    let typed: T = serde_json::from_value(json.clone()).unwrap_or_else(|error| panic!("{error}: {json}"));
    serde_json::to_value(typed).unwrap()
}

/// The table and the type of a recorded request's answer.
fn promised(method: &str, path: &str) -> Option<(&'static [Field], Retyped, bool)> {
    let path = path.split('?').next().unwrap();
    let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    let nonce = &|| Ok(String::from("nonce"));
    let write = || Operation::create_event("b", "a", 1, &Default::default(), nonce);
    let (operation, retyped, writes): (_, Retyped, bool) = match (method, &*parts) {
        ("POST", ["events"] | ["v1", "me", "buckets", _, "events"]) => {
            (write(), retyped::<CreateEventResult>, true)
        }
        ("GET", ["events"]) => (Operation::list_events("b"), retyped::<EventList>, false),
        ("GET", ["balances"]) => (Operation::get_balances("b"), retyped::<Balances>, false),
        ("GET", ["collapsed", _, _]) => (Operation::get_account("b", "a"), retyped::<Account>, false),
        ("GET", ["gateway", "health"]) => (Ok(Operation::health()), retyped::<Health>, false),
        ("GET", ["gateway", "edges"]) => (Ok(Operation::edges()), retyped::<EdgeDirectory>, false),
        ("GET", ["v1", "me", "buckets"]) => {
            (Ok(Operation::list_my_buckets(&Default::default())), retyped::<MyBuckets>, false)
        }
        ("GET", ["v1", "me", "buckets", "deleted"]) => {
            (Ok(Operation::list_my_deleted_buckets()), retyped::<DeletedBuckets>, false)
        }
        ("GET", ["v1", "me", "buckets", _]) => (Operation::get_my_bucket("b"), retyped::<MyBucket>, false),
        ("GET", ["v1", "me", "buckets", _, "events"]) => {
            (Operation::list_my_bucket_events("b", &Default::default()), retyped::<MyBucketEvents>, false)
        }
        ("GET", ["v1", "me", "events"]) => {
            (Ok(Operation::list_my_events(&Default::default())), retyped::<MyEvents>, false)
        }
        ("DELETE", _) => (Operation::delete_my_bucket("b"), retyped::<BucketDeletion>, true),
        _ => return None,
    };
    Some((operation.unwrap().fields, retyped, writes))
}

#[test]
fn recorded_answers_fill_their_types_and_lose_nothing() {
    let wire = concat!(env!("CARGO_MANIFEST_DIR"), "/ledger/tests/wire.jsonl");
    let mut kinds = BTreeSet::new();
    let mut compared = 0;
    for line in std::fs::read_to_string(wire).unwrap().lines() {
        let exchange: Value = serde_json::from_str(line).unwrap();
        let (request, response) = (&exchange["request"], &exchange["response"]);
        let (method, path) = (request["method"].as_str().unwrap(), request["path"].as_str().unwrap());
        let Some((fields, retyped, writes)) = promised(method, path) else { continue };
        if response["status"].as_u64().unwrap() >= 300 {
            continue;
        }
        let body = response["body_text"].as_str().unwrap();
        let json = transcode(body.as_bytes(), fields, Integers::Exact, None);
        let mut json: Value = serde_json::from_str(&json.unwrap_or_else(|_| panic!("{line}"))).unwrap();
        if writes {
            json["meta"] =
                json!({ "edge": "https://a.example", "attempts": 1, "elapsedMs": 5, "status": 201 });
        }
        assert_eq!(retyped(&json), json, "{}", exchange["name"]);
        compared += 1;
        kinds.insert(fields.as_ptr());
    }
    assert_eq!((kinds.len(), compared), (12, 147));
}

#[test]
fn every_amount_fits() {
    let balance = json!({ "bucket": "b", "account": "a", "balance": i64::MIN, "availableBalance": i64::MAX,
        "activeHoldTotal": -1, "eventCount": u64::MAX,
        "reservedByOrigin": { "n": { "reservedAmount": u64::MAX, "reservationCount": 1,
            "nextExpiryUnixMs": null, "latestExpiryUnixMs": u64::MAX } } });
    let balances = json!({ "accounts": [balance], "totalBalance": i64::MIN });
    assert_eq!(retyped::<Balances>(&balances), balances);
}

#[test]
fn what_this_version_does_not_know_passes() {
    let kind: EventKind = serde_json::from_value(json!("refund")).unwrap();
    assert_eq!((kind.as_str(), serde_json::to_value(&kind).unwrap()), ("refund", json!("refund")));
    for name in ["standard", "reservation_create", "hold_release", "void", "bucket_delete"] {
        let kind: EventKind = serde_json::from_value(json!(name)).unwrap();
        assert!(!matches!(kind, EventKind::Other(_)) && kind.as_str() == name);
        assert_eq!(serde_json::to_value(kind).unwrap(), name);
    }
    let status: AccountStatus = serde_json::from_value(json!("disputed")).unwrap();
    assert_eq!(status, AccountStatus::Other("disputed".into()));
    let newer = json!({ "name": "b", "deletedAtUnixMs": 5, "by": "user" });
    assert_eq!(retyped::<DeletedBucket>(&newer), json!({ "name": "b", "deletedAtUnixMs": 5 }));
}
