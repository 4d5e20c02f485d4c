//! What edges say of themselves and of each other.

use super::table::answers;

answers! { EDGE_OBJECTS:
    /// What an edge says of itself.
    "health" Health {
        /// The edge's clock, in Unix milliseconds.
        observed_at_unix_ms: Count,
        /// Its id.
        edge_id: Text or null,
        /// Its region.
        region: Text or null,
        /// Its public base URL.
        base_url: Text or null,
        /// Whether it can serve.
        ready: Flag,
        /// Nodes that it knows of.
        discovered_nodes: Count or null,
        /// Nodes that answer it.
        healthy_nodes: Count or null,
        /// How far the nearest node is, in milliseconds.
        best_node_rtt_ms: Count or null,
        /// How many events that node is behind.
        sync_gap: Count or null,
        /// Whether that node has more to do than it should.
        overloaded: Flag or null,
        /// Whether it asks for API keys.
        auth_enabled: Flag or null,
    }

    /// One edge of an [`EdgeDirectory`]. Of one that cannot be reached, only its names are known.
    "edge" EdgeListing {
        /// Its id.
        edge_id: Text or null,
        /// Its region.
        region: Text or null,
        /// Its public base URL.
        base_url: Text or null,
        /// Where it tells its health.
        health_url: Text or null,
        /// Whether it answered the edge that was asked.
        reachable: Flag,
        /// Whether it can serve.
        ready: Flag,
        /// Its clock, in Unix milliseconds.
        observed_at_unix_ms: Count or null,
        /// Nodes that it knows of.
        discovered_nodes: Count or null,
        /// Nodes that answer it.
        healthy_nodes: Count or null,
        /// How far its nearest node is, in milliseconds.
        best_node_rtt_ms: Count or null,
        /// How many events that node is behind.
        sync_gap: Count or null,
        /// Whether that node has more to do than it should.
        overloaded: Flag or null,
    }

    /// The directory of the edges, as one of them sees it.
    "edges" EdgeDirectory {
        /// That edge's clock, in Unix milliseconds.
        observed_at_unix_ms: Count,
        /// The edges, that one first.
        edges: [EdgeListing],
    }
}
