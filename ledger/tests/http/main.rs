//! The HTTP shell over real sockets: regions, distances, faults, control, many writers, the program itself.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod client;
mod control;
mod faults;
mod late;
mod load;
mod program;
mod regions;
mod wire;

use std::time::Duration;

use client::{Answer, Client};
use serde_json::{Value, json};
use shardd_local::http::{Running, ServeConfig, serve};

/// How long a test listens before it calls something silent.
pub(crate) const SILENCE: Duration = Duration::from_millis(150);

/// How long a test waits for what must come, on a machine of any speed.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);

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

    /// Cuts or heals the replication between all regions, so that no test has to be quicker than it is.
    pub(crate) async fn links(&self, up: bool) {
        for (from, to) in [(0, 1), (0, 2), (1, 0), (1, 2), (2, 0), (2, 1)] {
            self.control("POST", "/links", json!({ "from": from, "to": to, "up": up })).await;
        }
    }

    /// Waits until a page of the control endpoint shows what is wanted, and gives it.
    pub(crate) async fn until(&self, path: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let asking = async {
            loop {
                let page = self.control("GET", path, json!({})).await;
                if wanted(&page) {
                    return page;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(PATIENCE, asking).await.unwrap_or_else(|_| panic!("{path} never showed it"))
    }

    /// Waits until so many requests for a page have reached a region.
    pub(crate) async fn arrived(&self, region: usize, page: &str, count: u64) {
        self.until("/requests", |seen| seen["regions"][region][page].as_u64() >= Some(count)).await;
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
