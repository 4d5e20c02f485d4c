//! `/gateway/health` and `/gateway/edges`: what clients race and learn the other regions from.

use serde::Serialize;

use super::{Visit, reply};
use crate::cluster::Reach;
use crate::exchange::Response;

/// A gateway gives each of the others this long to answer.
const EDGE_TIMEOUT_MS: u64 = 2_000;

#[derive(Serialize)]
struct Health {
    observed_at_unix_ms: u64,
    edge_id: String,
    region: &'static str,
    base_url: String,
    ready: bool,
    #[serde(flatten)]
    mesh: Mesh,
    auth_enabled: bool,
}

#[derive(Serialize)]
struct Edge {
    edge_id: String,
    region: &'static str,
    base_url: String,
    health_url: String,
    reachable: bool,
    ready: bool,
    observed_at_unix_ms: Option<u64>,
    #[serde(flatten)]
    mesh: Mesh,
}

#[derive(Serialize)]
struct Directory {
    observed_at_unix_ms: u64,
    edges: Vec<Edge>,
}

/// What a gateway knows of the nodes behind it.
#[derive(Serialize, Clone, Copy, Default)]
struct Mesh {
    discovered_nodes: Option<usize>,
    healthy_nodes: Option<usize>,
    best_node_rtt_ms: Option<u64>,
    sync_gap: Option<u64>,
    overloaded: Option<bool>,
}

impl Visit<'_> {
    pub(super) fn gateway_health(&self) -> Response {
        let config = &self.cluster.config;
        let (ready, mesh) = self.mesh(self.region);
        reply::json(
            200,
            &Health {
                observed_at_unix_ms: self.clock(),
                edge_id: config.edge_id(self.region),
                region: "local",
                base_url: config.base_url(self.region),
                ready,
                mesh,
                auth_enabled: self.has_keys(),
            },
        )
    }

    pub(super) fn gateway_edges(&self) -> Response {
        let others = (0..self.cluster.regions()).filter(|region| *region != self.region);
        let edges: Vec<Edge> =
            std::iter::once(self.region).chain(others).map(|region| self.edge(region)).collect();
        let silent = self.cluster.reach.iter().enumerate();
        let silent =
            silent.filter(|(region, reach)| *region != self.region && **reach == Reach::Silent).count();
        // One after the other, so two silent edges cost twice.
        let waited = EDGE_TIMEOUT_MS.saturating_mul(silent as u64);
        let directory = Directory { observed_at_unix_ms: self.clock().saturating_add(waited), edges };
        let mut response = reply::json(200, &directory);
        response.ack_wait_ms = waited;
        response
    }

    fn edge(&self, region: usize) -> Edge {
        let config = &self.cluster.config;
        let reach = self.cluster.reach.get(region).copied().unwrap_or_default();
        let reachable = region == self.region || reach == Reach::Up;
        let (ready, mesh) = if reachable { self.mesh(region) } else { (false, Mesh::default()) };
        let base_url = config.base_url(region);
        Edge {
            edge_id: config.edge_id(region),
            region: "local",
            health_url: format!("{base_url}/gateway/health"),
            base_url,
            reachable,
            ready,
            observed_at_unix_ms: reachable.then(|| self.clock_of(region)),
            mesh,
        }
    }

    fn clock_of(&self, region: usize) -> u64 {
        self.cluster.nodes.get(region).map_or(self.now, |node| node.clock(self.now))
    }

    fn mesh(&self, region: usize) -> (bool, Mesh) {
        let nodes = &self.cluster.nodes;
        match self.cluster.home(region).and_then(|home| nodes.get(home)) {
            Some(node) => {
                let alive = nodes.iter().filter(|node| !node.lost).count();
                let mesh = Mesh {
                    discovered_nodes: Some(alive),
                    healthy_nodes: Some(alive),
                    best_node_rtt_ms: Some(0),
                    sync_gap: Some(node.sync_gap()),
                    overloaded: Some(false),
                };
                (true, mesh)
            }
            None => (false, Mesh { discovered_nodes: Some(0), healthy_nodes: Some(0), ..Mesh::default() }),
        }
    }
}
