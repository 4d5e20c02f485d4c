//! What the ledger's answers look like: one table each.

use crate::json::{Field, Shape};

use Shape::{Bucket, Count, Flag, Hold, List, Map, Money, Object, Text};

const fn must(wire: &'static str, name: &'static str, shape: Shape) -> Field {
    Field::new(wire, name, shape)
}

const fn may(wire: &'static str, name: &'static str, shape: Shape) -> Field {
    Field::optional(wire, name, shape)
}

/// An event of the log.
pub static EVENT: [Field; 14] = [
    must("event_id", "eventId", Text),
    must("origin_node_id", "originNodeId", Text),
    must("origin_epoch", "originEpoch", Count),
    must("origin_seq", "originSeq", Count),
    must("created_at_unix_ms", "createdAtUnixMs", Count),
    must("type", "type", Text),
    must("bucket", "bucket", Bucket),
    must("account", "account", Text),
    must("amount", "amount", Money),
    may("note", "note", Text),
    must("idempotency_nonce", "idempotencyNonce", Text),
    may("void_ref", "voidRef", Text),
    may("hold_amount", "holdAmount", Hold),
    may("hold_expires_at_unix_ms", "holdExpiresAtUnixMs", Hold),
];

static ACKS: [Field; 3] = [
    must("received", "received", Count),
    must("requested", "requested", Count),
    must("timeout", "timeout", Flag),
];

/// `POST /events`.
pub static CREATED: [Field; 6] = [
    must("event", "event", Object(&EVENT)),
    may("emitted_events", "emittedEvents", List(&Object(&EVENT))),
    must("balance", "balance", Money),
    must("available_balance", "availableBalance", Money),
    may("deduplicated", "deduplicated", Flag),
    may("acks", "acks", Object(&ACKS)),
];

static RESERVED: [Field; 4] = [
    must("reserved_amount", "reservedAmount", Hold),
    must("reservation_count", "reservationCount", Count),
    may("next_expiry_unix_ms", "nextExpiryUnixMs", Hold),
    may("latest_expiry_unix_ms", "latestExpiryUnixMs", Hold),
];

static BALANCE: [Field; 7] = [
    must("bucket", "bucket", Text),
    must("account", "account", Text),
    must("balance", "balance", Money),
    must("available_balance", "availableBalance", Money),
    must("active_hold_total", "activeHoldTotal", Money),
    may("reserved_by_origin", "reservedByOrigin", Map(&Object(&RESERVED))),
    must("event_count", "eventCount", Count),
];

/// `GET /balances`.
pub static BALANCES: [Field; 2] =
    [must("accounts", "accounts", List(&Object(&BALANCE))), must("total_balance", "totalBalance", Money)];

/// `GET /gateway/health`.
pub static HEALTH: [Field; 11] = [
    must("observed_at_unix_ms", "observedAtUnixMs", Count),
    may("edge_id", "edgeId", Text),
    may("region", "region", Text),
    may("base_url", "baseUrl", Text),
    must("ready", "ready", Flag),
    may("discovered_nodes", "discoveredNodes", Count),
    may("healthy_nodes", "healthyNodes", Count),
    may("best_node_rtt_ms", "bestNodeRttMs", Count),
    may("sync_gap", "syncGap", Count),
    may("overloaded", "overloaded", Flag),
    may("auth_enabled", "authEnabled", Flag),
];

/// `GET /events`.
pub static EVENTS: [Field; 1] = [must("events", "events", List(&Object(&EVENT)))];

static HEAD: [Field; 2] = [must("head", "head", Count), must("max_known", "maxKnown", Count)];

/// `GET /collapsed/:bucket/:account`.
pub static ACCOUNT: [Field; 5] = [
    must("balance", "balance", Money),
    must("available_balance", "availableBalance", Money),
    must("status", "status", Text),
    may("reserved_by_origin", "reservedByOrigin", Map(&Object(&RESERVED))),
    may("contributing_origins", "contributingOrigins", Map(&Object(&HEAD))),
];

static EDGE: [Field; 12] = [
    may("edge_id", "edgeId", Text),
    may("region", "region", Text),
    may("base_url", "baseUrl", Text),
    may("health_url", "healthUrl", Text),
    must("reachable", "reachable", Flag),
    must("ready", "ready", Flag),
    may("observed_at_unix_ms", "observedAtUnixMs", Count),
    may("discovered_nodes", "discoveredNodes", Count),
    may("healthy_nodes", "healthyNodes", Count),
    may("best_node_rtt_ms", "bestNodeRttMs", Count),
    may("sync_gap", "syncGap", Count),
    may("overloaded", "overloaded", Flag),
];

/// `GET /gateway/edges`.
pub static EDGES: [Field; 2] =
    [must("observed_at_unix_ms", "observedAtUnixMs", Count), must("edges", "edges", List(&Object(&EDGE)))];

static MY_BUCKET_ROW: [Field; 7] = [
    must("bucket", "bucket", Text),
    must("total_balance", "totalBalance", Money),
    must("available_balance", "availableBalance", Money),
    must("active_hold_total", "activeHoldTotal", Money),
    must("account_count", "accountCount", Count),
    must("event_count", "eventCount", Count),
    may("last_event_at_unix_ms", "lastEventAtUnixMs", Count),
];

/// `GET /v1/me/buckets`.
pub static MY_BUCKETS: [Field; 4] = [
    must("buckets", "buckets", List(&Object(&MY_BUCKET_ROW))),
    must("total", "total", Count),
    must("page", "page", Count),
    must("limit", "limit", Count),
];

static MY_DELETED_BUCKET: [Field; 2] =
    [must("name", "name", Text), must("deleted_at_unix_ms", "deletedAtUnixMs", Count)];

/// `GET /v1/me/buckets/deleted`.
pub static MY_DELETED_BUCKETS: [Field; 1] = [must("buckets", "buckets", List(&Object(&MY_DELETED_BUCKET)))];

static MY_ACCOUNT: [Field; 6] = [
    must("account", "account", Text),
    must("balance", "balance", Money),
    must("available_balance", "availableBalance", Money),
    must("active_hold_total", "activeHoldTotal", Money),
    must("event_count", "eventCount", Count),
    may("last_event_at_unix_ms", "lastEventAtUnixMs", Count),
];

/// `GET /v1/me/buckets/:b`.
pub static MY_BUCKET: [Field; 2] = [
    must("summary", "summary", Object(&MY_BUCKET_ROW)),
    must("accounts", "accounts", List(&Object(&MY_ACCOUNT))),
];

/// `GET /v1/me/buckets/:b/events`.
pub static MY_BUCKET_EVENTS: [Field; 4] = [
    must("events", "events", List(&Object(&EVENT))),
    must("total", "total", Count),
    must("page", "page", Count),
    must("limit", "limit", Count),
];

static NODE_HEADS: [Field; 3] = [
    may("error", "error", Text),
    may("heads", "heads", Map(&Count)),
    may("max_known_seqs", "maxKnownSeqs", Map(&Count)),
];

static REPLICATION: [Field; 1] = [may("per_node", "perNode", Map(&Object(&NODE_HEADS)))];

/// `GET /v1/me/events`.
pub static MY_EVENTS: [Field; 7] = [
    must("events", "events", List(&Object(&EVENT))),
    must("total", "total", Count),
    must("limit", "limit", Count),
    must("offset", "offset", Count),
    may("heads", "heads", Map(&Count)),
    may("max_known_seqs", "maxKnownSeqs", Map(&Count)),
    may("replication", "replication", Object(&REPLICATION)),
];

/// `DELETE /v1/me/buckets/:b`.
pub static MY_DELETION: [Field; 2] = [must("bucket", "bucket", Bucket), may("event_id", "eventId", Text)];
