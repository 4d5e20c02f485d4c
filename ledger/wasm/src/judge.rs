//! What the judge sees, as plain objects with camelCase names.

use shardd_local::{Event, Storm, StormCopy};
use wasm_bindgen::JsValue;

use crate::record::{Record, exact, exact_unsigned, text};

/// One event.
pub(crate) fn event(event: &Event) -> JsValue {
    Record::new()
        .with("eventId", event.event_id.as_str())
        .with("originNodeId", event.origin_node_id.as_str())
        .with("originEpoch", event.origin_epoch)
        .with("originSeq", event.origin_seq as f64)
        .with("createdAtUnixMs", event.created_at_unix_ms as f64)
        .with("type", event.kind.name())
        .with("bucket", event.bucket.as_str())
        .with("account", event.account.as_str())
        .with("amount", exact(event.amount))
        .with("note", text(event.note.as_deref()))
        .with("idempotencyNonce", event.idempotency_nonce.as_str())
        .with("voidRef", text(event.void_ref.as_deref()))
        .with("holdAmount", exact_unsigned(event.hold_amount))
        .with("holdExpiresAtUnixMs", exact_unsigned(event.hold_expires_at_unix_ms))
        .done()
}

/// Two copies of one write.
pub(crate) fn storm(storm: &Storm) -> JsValue {
    Record::new()
        .with("nonce", storm.nonce.as_str())
        .with("bucket", storm.bucket.as_str())
        .with("account", storm.account.as_str())
        .with("amount", exact(storm.amount))
        .with("winner", copy(&storm.winner))
        .with("loser", copy(&storm.loser))
        .with("detectedAtUnixMs", storm.detected_at_unix_ms as f64)
        .done()
}

fn copy(copy: &StormCopy) -> JsValue {
    Record::new()
        .with("eventId", copy.event_id.as_str())
        .with("nodeId", copy.node_id.as_str())
        .with("region", copy.region as f64)
        .with("createdAtUnixMs", copy.created_at_unix_ms as f64)
        .done()
}
