//! The class that JavaScript holds: a cluster, and the time that every call brings along.

use js_sys::Array;
use serde_json::{Value, json};
use shardd_local::{Auth, Cluster, Config, Reach, Request};
use wasm_bindgen::prelude::*;

use crate::judge;
use crate::record::{Record, flat};

/// All regions of a ledger. Times are milliseconds since 1970.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Ledger {
    cluster: Cluster,
}

#[wasm_bindgen]
impl Ledger {
    /// A ledger without any event, one region for each base URL. `auth` is JSON: `{ "keys": [...] }`; with `spread` a
    /// gateway gives each request to any node.
    ///
    /// # Errors
    ///
    /// If `auth` is not what it must be.
    #[wasm_bindgen(constructor)]
    pub fn new(
        base_urls: Vec<String>,
        replication_ms: f64,
        seed: f64,
        auth: Option<String>,
        spread: bool,
    ) -> Result<Ledger, JsError> {
        let auth: Option<Auth> = auth.map(|text| serde_json::from_str(&text)).transpose()?;
        let config = Config {
            regions: base_urls.len(),
            replication_delay_ms: replication_ms as u64,
            seed: seed as u64,
            base_urls,
            auth,
            spread,
            ..Config::default()
        };
        Ok(Self { cluster: Cluster::new(config) })
    }

    /// Answers a request: `{ status, headers, body, waitMs }`; headers are names and values in turn, both ways.
    pub fn handle(
        &mut self,
        region: usize,
        method: String,
        target: String,
        headers: Vec<String>,
        body: Vec<u8>,
        now: f64,
    ) -> JsValue {
        let mut request = Request { method, target, body, headers: Vec::new() };
        let mut fields = headers.into_iter();
        while let (Some(name), Some(value)) = (fields.next(), fields.next()) {
            request.headers.push((name, value));
        }
        let response = self.cluster.handle(region, &request, now as u64);
        Record::new()
            .with("status", response.status)
            .with("headers", flat(&response.headers))
            .with("body", js_sys::Uint8Array::from(response.body.as_slice()))
            .with("waitMs", response.ack_wait_ms as f64)
            .done()
    }

    /// Delivers what is due.
    pub fn advance(&mut self, now: f64) {
        self.cluster.advance(now as u64);
    }

    /// When the next event reaches a node; what waits at a cut link is left out.
    #[wasm_bindgen(js_name = nextDue)]
    pub fn next_due(&self) -> Option<f64> {
        self.cluster.next_due_ms().map(|due| due as f64)
    }

    /// What a region's node has, in the order of arrival.
    pub fn events(&self, region: usize) -> Array {
        self.cluster.events(region).iter().map(|event| judge::event(event)).collect()
    }

    /// All that was accepted twice.
    pub fn storms(&self) -> Array {
        self.cluster.storms().iter().map(judge::storm).collect()
    }

    /// How many copies had to be voided.
    pub fn voids(&self) -> usize {
        self.cluster.voids()
    }

    /// How a region looks to the others: 0 up, 1 refusing, 2 silent.
    pub fn reach(&mut self, region: usize, reach: u8) {
        let reach = match reach {
            0 => Reach::Up,
            1 => Reach::Refused,
            _ => Reach::Silent,
        };
        self.cluster.set_reach(region, reach);
    }

    /// Cuts or heals the replication from one region to another.
    pub fn link(&mut self, from: usize, to: usize, up: bool) {
        self.cluster.set_link(from, to, up);
    }

    /// How long events take from one region to another.
    #[wasm_bindgen(js_name = linkDelay)]
    pub fn link_delay(&mut self, from: usize, to: usize, delay_ms: f64) {
        self.cluster.set_replication_delay_ms(from, to, delay_ms as u64);
    }

    /// Lets a region's clock go before or after everybody's.
    pub fn skew(&mut self, region: usize, skew_ms: f64) {
        self.cluster.set_clock_skew_ms(region, skew_ms as i64);
    }

    /// A region's node is gone for good, with all it had not replicated.
    pub fn lose(&mut self, region: usize) {
        self.cluster.lose_node(region);
    }

    /// Gives a user this many API credits; none means endless.
    pub fn credits(&mut self, user: &str, credits: Option<f64>) {
        self.cluster.set_credits(user, credits.map(|credits| credits as u64));
    }

    /// The control endpoint's `GET /`, without what JavaScript knows of the regions.
    #[wasm_bindgen(js_name = stateJson)]
    pub fn state_json(&self) -> String {
        let (cluster, count) = (&self.cluster, self.cluster.regions());
        let region = |index: usize| {
            json!({
                "node_id": cluster.node_id(index),
                "lost": cluster.is_lost(index),
                "clock_skew_ms": cluster.clock_skew_ms(index),
                "event_count": cluster.events(index).len()
            })
        };
        let pairs = (0..count).flat_map(|from| (0..count).map(move |to| (from, to)));
        let link = |(from, to): (usize, usize)| {
            let (up, delay) = (cluster.is_link_up(from, to), cluster.replication_delay_ms(from, to));
            json!({ "from": from, "to": to, "up": up, "delay_ms": delay })
        };
        let links: Vec<Value> = pairs.filter(|(from, to)| from != to).map(link).collect();
        json!({
            "regions": (0..count).map(region).collect::<Vec<_>>(),
            "replication": {
                "links": links, "undelivered": cluster.undelivered(), "converged": cluster.is_converged()
            },
            "storm": !cluster.storms().is_empty(),
            "storms": cluster.storms(),
            "voids": cluster.voids()
        })
        .to_string()
    }

    /// The control endpoint's `GET /events`.
    #[wasm_bindgen(js_name = eventsJson)]
    pub fn events_json(&self) -> String {
        let of = |region: usize| json!({ "region": region, "events": self.cluster.events(region) });
        json!({ "regions": (0..self.cluster.regions()).map(of).collect::<Vec<_>>() }).to_string()
    }
}
