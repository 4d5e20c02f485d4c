//! A good answer on its way to the caller.

use std::any::Any;
use std::rc::Rc;

use crate::api::Operation;
use crate::error::ShardError;
use crate::json::{ObjectWriter, member};

/// A good answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The answer as JSON with the users' names; of a write, with its `meta`.
    pub json: String,
    /// The answer in place of its JSON, where the platform has read it.
    pub read: Option<Rc<dyn Any>>,
    /// The HTTP status.
    pub status: u16,
    /// The edge that answered.
    pub edge: Rc<str>,
    /// Attempts made, over all edges.
    pub attempts: u32,
    /// How long the call took.
    pub elapsed_ms: u64,
}

impl Answer {
    /// The answer as the operation gives it: a reservation with what is wanted of it on top, a write with its `meta`.
    pub(crate) fn shaped_for(mut self, operation: &Operation) -> Answer {
        if operation.hold_ttl_ms.is_some() {
            self.json = reservation(&self.json);
        }
        if operation.write.is_some() {
            self.append_meta();
        }
        self
    }

    fn append_meta(&mut self) {
        let mut meta = ObjectWriter::new();
        meta.text("edge", &self.edge);
        meta.whole("attempts", self.attempts.into());
        meta.whole("elapsedMs", self.elapsed_ms as i64);
        meta.whole("status", self.status.into());
        self.json.pop();
        self.json.push_str(",\"meta\":");
        self.json.push_str(&meta.finish());
        self.json.push('}');
    }
}

/// The answer to a reservation, with what is wanted of it on top.
fn reservation(created: &str) -> String {
    let part = |of: &str, name: &str| member(of.as_bytes(), name).map_or("null".into(), String::from);
    let event = part(created, "event");
    let mut json = ObjectWriter::new();
    json.raw("reservationId", &part(&event, "eventId"));
    json.raw("expiresAtUnixMs", &part(&event, "holdExpiresAtUnixMs"));
    for name in ["balance", "availableBalance", "deduplicated"] {
        json.raw(name, &part(created, name));
    }
    json.raw("event", &event);
    json.finish()
}

/// Whether this is the ledger's answer to a second deletion of a bucket.
pub(crate) fn is_deleted(operation: &Operation, error: &ShardError) -> bool {
    operation.method == "DELETE" && error.reason == Some("bucket_deleted")
}

/// What a deletion resolves to whose own answer was lost.
pub(crate) fn deletion(bucket: &str) -> String {
    let mut json = ObjectWriter::new();
    json.text("bucket", bucket);
    json.raw("eventId", "null");
    json.finish()
}
