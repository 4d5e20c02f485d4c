//! What the ledger's answers look like: one table each.

use crate::json::{Field, Shape};

use Shape::{Count, Flag, Hold, List, Map, Money, Object, Text};

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
    must("bucket", "bucket", Text),
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
    must("emitted_events", "emittedEvents", List(&Object(&EVENT))),
    must("balance", "balance", Money),
    must("available_balance", "availableBalance", Money),
    must("deduplicated", "deduplicated", Flag),
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
