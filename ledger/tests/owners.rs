//! Whose keys are whose.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod common;

use common::START;
use shardd_local::{Auth, Cluster, Config, Key, Request};

const WRITE: &str = r#"{"bucket":"b","account":"a","amount":1,"idempotency_nonce":"n"}"#;

fn balance(cluster: &mut Cluster, token: &str) -> String {
    let request = Request::post("/events", WRITE).with("authorization", &format!("Bearer {token}"));
    let answer: serde_json::Value = serde_json::from_slice(&cluster.handle(0, &request, START).body).unwrap();
    format!("{} {}", answer["balance"], answer["deduplicated"])
}

#[test]
fn a_key_without_a_user_is_a_user_of_its_own() {
    let family = |token: &str| Key { user: Some("family".into()), ..Key::new(token) };
    let keys = vec![Key::new("one"), Key::new("two"), family("three"), family("four")];
    let mut cluster = Cluster::new(Config { auth: Some(Auth { keys }), ..Config::default() });
    assert_eq!(balance(&mut cluster, "one"), "1 false");
    assert_eq!(balance(&mut cluster, "two"), "1 false", "the nonce of another user");
    assert_eq!(balance(&mut cluster, "three"), "1 false");
    assert_eq!(balance(&mut cluster, "four"), "1 true", "the same user's nonce");
}
