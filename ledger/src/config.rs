//! How a cluster is set up.

use crate::Auth;

/// The set-up of a [`Cluster`](crate::Cluster).
#[derive(Debug, Clone)]
pub struct Config {
    /// Number of regions; each is one gateway with one node. At least 1 is made.
    pub regions: usize,
    /// How long an event takes from one node to another.
    pub replication_delay_ms: u64,
    /// How long a node keeps events in memory before its database shows them.
    pub write_batch_ms: u64,
    /// Everything that is random comes from this number.
    pub seed: u64,
    /// What `/gateway/health` and `/gateway/edges` call the regions; missing ones get `http://127.0.0.1:808x`.
    pub base_urls: Vec<String>,
    /// What the regions call themselves (`edge_id`); missing ones get `local1`, `local2`, …
    pub edge_ids: Vec<String>,
    /// API keys; without them the gateways ask for none.
    pub auth: Option<Auth>,
    /// A gateway gives each request to any node, as the real ones do, and not to its region's own.
    pub spread: bool,
    /// A debit holds this many times its amount.
    pub hold_multiplier: u64,
    /// How long that hold lives.
    pub hold_duration_ms: u64,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            regions: 3,
            replication_delay_ms: 100,
            write_batch_ms: 100,
            seed: 0,
            base_urls: Vec::new(),
            edge_ids: Vec::new(),
            auth: None,
            spread: false,
            hold_multiplier: 5,
            hold_duration_ms: 600_000,
        }
    }
}

impl Config {
    pub(crate) fn base_url(&self, region: usize) -> String {
        self.base_urls.get(region).cloned().unwrap_or_else(|| format!("http://127.0.0.1:{}", 8081 + region))
    }

    pub(crate) fn edge_id(&self, region: usize) -> String {
        self.edge_ids.get(region).cloned().unwrap_or_else(|| format!("local{}", region + 1))
    }
}
