//! What edges say of themselves and of each other.

use serde::{Deserialize, Serialize};

/// What an edge says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Health {
    /// The edge's clock, in Unix milliseconds.
    pub observed_at_unix_ms: u64,
    /// Its id.
    pub edge_id: Option<String>,
    /// Its region.
    pub region: Option<String>,
    /// Its public base URL.
    pub base_url: Option<String>,
    /// Whether it can serve.
    pub ready: bool,
    /// Nodes that it knows of.
    pub discovered_nodes: Option<u64>,
    /// Nodes that answer it.
    pub healthy_nodes: Option<u64>,
    /// How far the nearest node is, in milliseconds.
    pub best_node_rtt_ms: Option<u64>,
    /// How many events that node is behind.
    pub sync_gap: Option<u64>,
    /// Whether that node has more to do than it should.
    pub overloaded: Option<bool>,
    /// Whether it asks for API keys.
    pub auth_enabled: Option<bool>,
}

/// The directory of the edges, as one of them sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EdgeDirectory {
    /// That edge's clock, in Unix milliseconds.
    pub observed_at_unix_ms: u64,
    /// The edges, that one first.
    pub edges: Vec<EdgeListing>,
}

/// One edge of an [`EdgeDirectory`]. Of one that cannot be reached, only its names are known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EdgeListing {
    /// Its id.
    pub edge_id: Option<String>,
    /// Its region.
    pub region: Option<String>,
    /// Its public base URL.
    pub base_url: Option<String>,
    /// Where it tells its health.
    pub health_url: Option<String>,
    /// Whether it answered the edge that was asked.
    pub reachable: bool,
    /// Whether it can serve.
    pub ready: bool,
    /// Its clock, in Unix milliseconds.
    pub observed_at_unix_ms: Option<u64>,
    /// Nodes that it knows of.
    pub discovered_nodes: Option<u64>,
    /// Nodes that answer it.
    pub healthy_nodes: Option<u64>,
    /// How far its nearest node is, in milliseconds.
    pub best_node_rtt_ms: Option<u64>,
    /// How many events that node is behind.
    pub sync_gap: Option<u64>,
    /// Whether that node has more to do than it should.
    pub overloaded: Option<bool>,
}
