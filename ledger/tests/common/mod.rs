//! A ledger with a hand-turned clock.

#![allow(dead_code)]

use serde_json::{Value, json};
use shardd_local::{Cluster, Config, Request};

/// When every story begins.
pub const START: u64 = 1_795_000_000_000;

pub struct Ledger {
    pub cluster: Cluster,
    pub now: u64,
}

/// An answer's status and JSON.
pub type Answer = (u16, Value);

impl Ledger {
    pub fn new(regions: usize) -> Self {
        Self::with(Config { regions, seed: 1, ..Config::default() })
    }

    pub fn with(config: Config) -> Self {
        Self { cluster: Cluster::new(config), now: START }
    }

    pub fn wait(&mut self, ms: u64) {
        self.now += ms;
        self.cluster.advance(self.now);
    }

    /// Posts an event to account `a` of bucket `b`; `more` adds or replaces fields.
    pub fn post(&mut self, region: usize, nonce: &str, amount: i64, more: Value) -> Answer {
        let mut body = json!({ "bucket": "b", "account": "a", "amount": amount, "idempotency_nonce": nonce });
        for (key, value) in more.as_object().unwrap() {
            body[key] = value.clone();
        }
        let response = self.cluster.handle(region, &Request::post("/events", body.to_string()), self.now);
        (response.status, serde_json::from_slice(&response.body).unwrap_or(Value::String(response.text())))
    }

    /// Posts what must be accepted; the answer is its JSON.
    pub fn done(&mut self, region: usize, nonce: &str, amount: i64, more: Value) -> Value {
        let (status, answer) = self.post(region, nonce, amount, more);
        assert!(status == 201 || status == 200, "{status} {answer}");
        answer
    }

    pub fn get(&mut self, region: usize, target: &str) -> Value {
        let response = self.cluster.handle(region, &Request::new("GET", target), self.now);
        serde_json::from_slice(&response.body).unwrap_or(Value::String(response.text()))
    }

    pub fn balance(&self, region: usize) -> i64 {
        self.cluster.balance(region, "b", "a")
    }

    pub fn available(&self, region: usize) -> i64 {
        self.cluster.available_balance(region, "b", "a", self.now)
    }
}

/// What a debit's answer says was held for it.
pub fn held(answer: &Value) -> u64 {
    let first = &answer["emitted_events"][0];
    if first["type"] == "reservation_create" { first["hold_amount"].as_u64().unwrap() } else { 0 }
}

/// A small generator for tests that try many things; print its seed.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}
