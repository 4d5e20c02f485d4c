//! The pages for operators, which a gateway with keys does not show.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;
use serde_json::json;

use super::route::{Page, segment};
use super::{Visit, reply};
use crate::exchange::Response;
use crate::ledger::{Bucket, Node};
use crate::seeded::Ids;

/// A node as the others know it; the order of the fields is the wire's, here and below.
#[derive(Serialize)]
struct Registered<'a> {
    node_id: &'a str,
    addr: &'a str,
    first_seen_at_unix_ms: u64,
    last_seen_at_unix_ms: u64,
    status: &'static str,
}

/// How far a node has the events of one origin.
#[derive(Serialize)]
struct Origin<'a> {
    origin_node_id: &'a str,
    epochs: BTreeMap<u32, Epoch>,
}

#[derive(Serialize)]
struct Epoch {
    contiguous_head: u64,
    present_seqs: [u64; 0],
    min_seq: u64,
    max_seq: u64,
    count: u64,
}

#[derive(Serialize)]
struct Digest {
    head: u64,
    digest: String,
}

impl Page {
    fn name(self) -> &'static str {
        match self {
            Self::Health => "health",
            Self::State => "state",
            Self::Heads => "heads",
            Self::Persistence => "persistence",
            Self::Digests => "digests",
            Self::Registry => "registry",
            Self::Nodes => "gateway nodes",
        }
    }
}

impl Visit<'_> {
    pub(super) fn operator(&mut self, page: Page) -> Result<Response, Response> {
        if self.has_keys() {
            return match page {
                Page::Health => Ok(self.gateway_health()),
                page => Err(not_exposed(page.name())),
            };
        }
        let node = self.node()?;
        let body = match page {
            Page::Nodes => return Ok(self.gateway_nodes()),
            Page::Health => self.node_health(node).into_bytes(),
            Page::State => state(node).into_bytes(),
            Page::Heads => bytes(&heads(node)),
            Page::Persistence => {
                let waiting = node.log.len() - node.persisted(self.now).count();
                let age = (waiting > 0).then_some(node.write_batch_ms);
                format!(
                    r#"{{"buffered":{waiting},"unpersisted":{waiting},"oldest_unpersisted_age_ms":{}}}"#,
                    json!(age)
                )
                .into_bytes()
            }
            Page::Digests => bytes(&digests(node)),
            Page::Registry => bytes(&self.registry()),
        };
        let response = reply::typed(200, "application/json", body);
        Ok(self.signed(response))
    }

    pub(super) fn debug_origin(&mut self, origin: &str) -> Result<Response, Response> {
        let origin = segment(origin, "origin_id")?;
        if self.has_keys() {
            return Err(not_exposed("debug origin"));
        }
        let node = self.node()?;
        let known: Vec<_> = node.buckets.values().filter_map(|bucket| bucket.origins.get(&origin)).collect();
        let mut epochs = BTreeMap::new();
        if let Some(head) = known.iter().map(|progress| progress.head).min() {
            let max_seq = known.iter().map(|progress| progress.max_known).max().unwrap_or(head);
            let epoch = Epoch { contiguous_head: head, present_seqs: [], min_seq: 1, max_seq, count: head };
            epochs.insert(1, epoch);
        }
        let response = reply::json(200, &Origin { origin_node_id: &origin, epochs });
        Ok(self.signed(response))
    }

    fn node_health(&self, node: &Node) -> String {
        // Peers are the other nodes and all gateways.
        let known = self.cluster.regions() + self.cluster.nodes.iter().filter(|node| !node.lost).count();
        let gaps: BTreeMap<&String, u64> = node.buckets.iter().map(|(name, b)| (name, b.gap())).collect();
        let mut text = format!(
            r#"{{"observed_at_unix_ms":{},"node_id":"{}","addr":"{}","ready":true"#,
            node.clock(self.now),
            node.id,
            node.addr
        );
        let _ = write!(
            text,
            r#","peer_count":{},"known_nodes":{},"sync_gap":{},"sync_gap_per_bucket":{}"#,
            known - 1,
            known,
            node.sync_gap(),
            json!(gaps)
        );
        let _ = write!(
            text,
            r#","inflight_requests":1,"completed_requests":{},"failed_requests":0,"overloaded":false,"event_count":{},"total_balance":{}}}"#,
            node.served,
            node.log.len(),
            node.total_balance()
        );
        text
    }

    fn gateway_nodes(&self) -> Response {
        let mut nodes: Vec<(usize, &Node)> =
            self.cluster.nodes.iter().enumerate().filter(|(_, n)| !n.lost).collect();
        nodes.sort_by_key(|(region, _)| Some(*region) != self.home);
        let rows = nodes.iter().map(|(region, node)| {
            format!(
                r#"{{"node_id":"{id}","peer_id":"{peer}","advertise_addr":"{addr}","listen_addrs":["{addr}","{addr}/p2p/{peer}"],"ping_rtt_ms":0,"ready":true,"sync_gap":{gap},"overloaded":false,"inflight_requests":1,"failure_count":0,"is_best":{best}}}"#,
                id = node.id,
                peer = node.peer_id,
                addr = node.addr,
                gap = node.sync_gap(),
                best = Some(*region) == self.home
            )
        });
        let body = format!("[{}]", rows.collect::<Vec<_>>().join(","));
        reply::typed(200, "application/json", body.into_bytes())
    }

    fn registry(&self) -> Vec<Registered<'_>> {
        let nodes = self.cluster.nodes.iter();
        nodes
            .map(|node| Registered {
                node_id: &node.id,
                addr: &node.addr,
                first_seen_at_unix_ms: self.now,
                last_seen_at_unix_ms: self.now,
                status: if node.lost { "unreachable" } else { "active" },
            })
            .collect()
    }

    /// What Prometheus scrapes; open even where keys are asked for.
    pub(super) fn metrics(&self) -> Response {
        let edge = self.cluster.config.edge_id(self.region);
        let node = self.node().ok();
        let alive = self.cluster.nodes.iter().filter(|node| !node.lost).count();
        let known = if node.is_some() { alive } else { 0 };
        let mut text = String::new();
        for (name, help, value) in [
            ("ready", "Whether this edge is ready to serve requests.", u64::from(node.is_some())),
            ("discovered_nodes", "Number of mesh nodes discovered.", known as u64),
            ("healthy_nodes", "Number of healthy mesh nodes.", known as u64),
            ("best_node_rtt_ms", "RTT to the best mesh node in milliseconds.", 0),
            ("sync_gap", "Sync gap of the best mesh node.", node.map_or(0, Node::sync_gap)),
            ("overloaded", "Whether the best mesh node is overloaded.", 0),
        ] {
            let _ = write!(
                text,
                "# HELP shardd_edge_{name} {help}\n# TYPE shardd_edge_{name} gauge\n\
                 shardd_edge_{name}{{edge=\"{edge}\",edge_id=\"{edge}\",region=\"local\"}} {value}\n"
            );
        }
        text.push_str(
            "# HELP shardd_node_ping_rtt_ms Ping RTT to each discovered mesh node in milliseconds.\n\
             # TYPE shardd_node_ping_rtt_ms gauge\n\
             # HELP shardd_node_sync_gap_per_bucket Per-bucket sync gap on each mesh node.\n\
             # TYPE shardd_node_sync_gap_per_bucket gauge\n",
        );
        for node in self.cluster.nodes.iter().filter(|node| !node.lost) {
            write_node_metrics(&mut text, &edge, node);
        }
        reply::typed(200, "text/plain; version=0.0.4; charset=utf-8", text.into_bytes())
    }
}

fn write_node_metrics(text: &mut String, edge: &str, node: &Node) {
    let short: String = node.id.chars().take(8).collect();
    let _ = writeln!(text, "shardd_node_ping_rtt_ms{{edge=\"{edge}\",node=\"{short}\",ready=\"true\"}} 0");
    let _ = writeln!(text, "shardd_node_sync_gap{{edge=\"{edge}\",node=\"{short}\"}} {}", node.sync_gap());
    for (name, bucket) in &node.buckets {
        let labels = format!("edge=\"{edge}\",node=\"{short}\",bucket=\"{name}\"");
        let _ = writeln!(text, "shardd_node_sync_gap_per_bucket{{{labels}}} {}", bucket.gap());
    }
}

fn state(node: &Node) -> String {
    format!(
        r#"{{"node_id":"{}","addr":"{}","ready":true,"event_count":{},"total_balance":{},"contiguous_heads":{},"checksum":"{}"}}"#,
        node.id,
        node.addr,
        node.log.len(),
        node.total_balance(),
        json!(heads(node)),
        checksum(node)
    )
}

fn heads(node: &Node) -> BTreeMap<String, u64> {
    let own = |(name, bucket): (&String, &Bucket)| -> Vec<(String, u64)> {
        bucket
            .origins
            .iter()
            .map(|(origin, progress)| (format!("{name}\t{origin}:1"), progress.head))
            .collect()
    };
    node.buckets.iter().flat_map(own).collect()
}

fn digests(node: &Node) -> BTreeMap<String, Digest> {
    let digest = |(key, head): (String, u64)| {
        let digest = mixed(key.bytes().chain(head.to_le_bytes()));
        (key, Digest { head, digest })
    };
    heads(node).into_iter().map(digest).collect()
}

/// Not the SHA-256 of the real one: equal for equal states is all that anybody compares.
fn checksum(node: &Node) -> String {
    let accounts = node.buckets.iter().flat_map(|(name, bucket)| {
        bucket.accounts.iter().flat_map(move |(account, state)| {
            name.bytes().chain(account.bytes()).chain(state.balance.to_le_bytes())
        })
    });
    mixed(accounts)
}

fn mixed(bytes: impl Iterator<Item = u8>) -> String {
    let mut ids = Ids::of(bytes);
    (0..2).map(|_| ids.uuid().replace('-', "")).collect()
}

fn bytes<T: serde::Serialize>(value: &T) -> Vec<u8> {
    serde_json::to_vec(value).unwrap_or_default()
}

fn not_exposed(name: &str) -> Response {
    reply::error(404, &format!("{name} is not exposed on the authenticated edge gateway"))
}
