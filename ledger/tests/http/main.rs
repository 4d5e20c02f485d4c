//! The HTTP shell over real sockets: regions, distances, faults, control, many writers, the program itself.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod client;
mod control;
mod faults;
mod load;
mod program;
mod regions;

use std::time::Duration;

use client::{Answer, Client};
use serde_json::{Value, json};
use shardd_local::http::{Running, ServeConfig, serve};

/// How long a test listens before it calls something silent.
pub(crate) const SILENCE: Duration = Duration::from_millis(150);

/// What a test talks to.
#[derive(Debug)]
pub(crate) struct Local {
    pub(crate) running: Running,
}

impl Local {
    pub(crate) async fn start() -> Self {
        Self::with(ServeConfig::default()).await
    }

    pub(crate) async fn with(config: ServeConfig) -> Self {
        Self { running: serve(config).await.unwrap() }
    }

    pub(crate) fn region(&self, index: usize) -> Client {
        Client::new(&self.running.regions[index])
    }

    pub(crate) async fn control(&self, method: &str, path: &str, body: Value) -> Value {
        let answer =
            Client::new(&self.running.control).send(method, path, &[], &body.to_string()).await.unwrap();
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        answer.json()
    }

    pub(crate) async fn fault(&self, region: usize, fault: Value) {
        self.control("POST", &format!("/regions/{region}/fault"), fault).await;
    }

    pub(crate) async fn revive(&self, region: usize) {
        self.control("POST", &format!("/regions/{region}/revive"), json!({})).await;
    }

    /// How many events a region's node has.
    pub(crate) async fn events(&self, region: usize) -> u64 {
        self.control("GET", "/", json!({})).await["regions"][region]["event_count"].as_u64().unwrap()
    }
}

/// A credit of 1 to account `a` of bucket `b`.
pub(crate) async fn credit(client: &mut Client, nonce: &str) -> std::io::Result<Answer> {
    let body = json!({ "bucket": "b", "account": "a", "amount": 1, "idempotency_nonce": nonce });
    client.post("/events", &body.to_string()).await
}
