//! A cluster as it was when an exchange was recorded, and the replay of one exchange.

use std::collections::BTreeMap;

use serde_json::Value;
use shardd_local::{Auth, BucketRule, Cluster, Config, Key, KeyState, Reach, Request, Response, Scope};

use crate::compare;
use crate::names::Names;
use crate::wire::Exchange;

/// The recorded mesh was quicker on loopback than the usual 100 ms.
const REPLICATION_MS: u64 = 20;
const USER: &str = "00000000-0000-4000-8000-000000000001";
const OTHER_USER: &str = "00000000-0000-4000-8000-000000000003";

pub struct Stage {
    cluster: Cluster,
    names: Option<Names>,
    last: Option<Response>,
    pub now: u64,
}

impl Stage {
    pub fn new(kind: &str) -> Self {
        let ports = |ports: [u16; 3]| ports.iter().map(|port| format!("http://127.0.0.1:{port}")).collect();
        let mut config = Config { replication_delay_ms: REPLICATION_MS, seed: 7, ..Config::default() };
        config.base_urls = ports([18081, 18082, 18083]);
        let auth = kind == "auth";
        if auth {
            // The gateway with keys was a fourth one; here it is the first, and the last of four has no node.
            config.regions = 4;
            config.base_urls = ports([18091, 18081, 18082]);
            config.base_urls.push("http://127.0.0.1:18083".into());
            config.edge_ids = ["auth1", "local1", "local2", "local3"].map(String::from).to_vec();
            config.auth = Some(keys());
        }
        let mut cluster = Cluster::new(config);
        if auth {
            cluster.lose_node(3);
        }
        Self { cluster, names: None, last: None, now: 0 }
    }

    pub fn prepare(&mut self, word: &str, rest: &str) {
        let (first, second) = rest.split_once(' ').unwrap_or((rest, ""));
        let region = first.parse().unwrap_or(0);
        match word {
            "post" => {
                let body = second
                    .replace("<10000 a>", &"a".repeat(10_000))
                    .replace("<10000 b>", &"b".repeat(10_000));
                let request = Request::post("/events", body).with("authorization", "Bearer sk_live_full");
                let response = self.cluster.handle(region, &request, self.now);
                assert_eq!(response.status, 201, "{rest}: {}", response.text());
                self.last = Some(response);
                self.now += 1;
            }
            "bind" => {
                let answer: Value = serde_json::from_slice(&self.last.as_ref().unwrap().body).unwrap();
                let ours = answer["emitted_events"][0]["event_id"].as_str().unwrap();
                self.names.as_mut().unwrap().bind(ours, first);
            }
            "freeze" => self.cluster.set_frozen(region, true),
            "lose" => self.cluster.lose_node(region),
            "credits" => self.cluster.set_credits(first, second.parse().ok()),
            "reach" => {
                let reach = [("up", Reach::Up), ("refused", Reach::Refused), ("silent", Reach::Silent)];
                self.cluster.set_reach(region, reach.iter().find(|(name, _)| *name == second).unwrap().1);
            }
            other => panic!("{other}?"),
        }
    }

    /// What differs.
    pub fn replay(&mut self, exchange: &Exchange) -> Vec<String> {
        self.now = exchange.time().unwrap_or(self.now + 1);
        let recorded = &exchange.response;
        let everything = format!("{:?}{:?}", recorded.headers, recorded.body_text);
        if self.names.is_none() {
            self.names = Names::mesh_of(&everything).map(|mesh| Names::of(&self.cluster, mesh));
        }
        let mut nobody = Names::default();
        let names = self.names.as_mut().unwrap_or(&mut nobody);
        let mut request = exchange.request();
        if let Ok(text) = std::str::from_utf8(&request.body) {
            request.body = names.to_ours(text).into_bytes();
        }
        request.target = names.to_ours(&request.target);
        let ours = self.cluster.handle(exchange.region(), &request, self.now);
        let mut found = Vec::new();
        if ours.status != recorded.status {
            found.push(format!("status {}, recorded {}", ours.status, recorded.status));
        }
        headers(&ours, &recorded.headers, names, &mut found);
        body(exchange, &ours, names, &mut found);
        found
    }
}

fn headers(ours: &Response, recorded: &BTreeMap<String, String>, names: &Names, found: &mut Vec<String>) {
    let seen = |name: &str| !matches!(name, "connection" | "date" | "content-length");
    let own = ours.headers.iter().filter(|(name, _)| seen(name));
    let own: BTreeMap<String, String> =
        own.map(|(name, value)| (name.clone(), names.to_recorded(value))).collect();
    for name in own.keys().chain(recorded.keys().filter(|name| seen(name))) {
        let (a, b) = (own.get(name), recorded.get(name));
        let free = matches!(name.as_str(), "x-shardd-target-peer-id" | "x-shardd-target-rtt-ms");
        if a != b && !(free && a.is_some() && b.is_some()) {
            found.push(format!("{name}: {a:?}, recorded {b:?}"));
        }
    }
}

fn body(exchange: &Exchange, ours: &Response, names: &mut Names, found: &mut Vec<String>) {
    let text = ours.text();
    let recorded = exchange.response.body_text.clone().unwrap_or_default();
    let own: Option<Value> = serde_json::from_str(&text).ok();
    match (own, exchange.expected()) {
        (Some(mut own), Some(mut wanted)) => {
            // The registry and the nodes that are not the best come in any order.
            for list in [&mut own, &mut wanted] {
                if let Some(list) = list.as_array_mut() {
                    list.sort_by_key(|row| row["addr"].to_string() + &row["advertise_addr"].to_string());
                }
            }
            compare::json("$", &own, &wanted, names, found);
            let (a, b) = (compare::key_order(&names.to_recorded(&text)), compare::key_order(&recorded));
            if a != b && found.is_empty() {
                found.push(format!("order of fields {a:?}, recorded {b:?}"));
            }
        }
        (None, None) if exchange.name == "get_metrics" => {
            let sorted = |text: &str| {
                let mut lines: Vec<String> = text.lines().map(metric).collect();
                lines.sort();
                lines
            };
            let (a, b) = (sorted(&names.to_recorded(&text)), sorted(&recorded));
            if a != b {
                found.push(format!("metrics {a:#?}, recorded {b:#?}"));
            }
        }
        (own, _) => {
            let _ = own;
            let text = names.to_recorded(&text);
            if text != recorded {
                found.push(format!("body {text:?}, recorded {recorded:?}"));
            }
        }
    }
}

/// A line of the metrics without a time in it.
fn metric(line: &str) -> String {
    match line.split_once("} ") {
        Some((name, _)) if name.contains("rtt_ms") => name.to_owned(),
        _ => line.to_owned(),
    }
}

fn keys() -> Auth {
    let key = |token: &str| Key { user: Some(USER.into()), ..Key::new(token) };
    let in_state = |token: &str, state| Key { state, ..key(token) };
    Auth {
        keys: vec![
            Key { credits: Some(1_000_000), ..key("sk_live_full") },
            Key { user: Some(OTHER_USER.into()), ..key("sk_live_other") },
            Key { scopes: vec![Scope::Read], ..key("sk_live_readonly") },
            Key { buckets: BucketRule::Exact("demo".into()), ..key("sk_live_demo_only") },
            Key {
                user: Some("00000000-0000-4000-8000-000000000002".into()),
                credits: Some(0),
                ..key("sk_live_poor")
            },
            in_state("sk_live_expired", KeyState::Expired),
            in_state("sk_live_frozen", KeyState::Frozen),
            in_state("sk_live_revoked", KeyState::Revoked),
            in_state("sk_live_session_expired", KeyState::DashboardSessionExpired),
        ],
    }
}
