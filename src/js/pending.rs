//! A recorded write that was not finished, as JavaScript sees it.

use serde::Serialize;
use serde_json::Value;

use super::result::Figure;
use crate::durable::Note;
use crate::json::Integers;

/// See `PendingWrite` in the typings.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PendingWrite {
    idempotency_nonce: String,
    bucket: String,
    account: Value,
    amount: Figure,
    note: Value,
    edge: Option<String>,
    sent_at_unix_ms: Option<u64>,
}

impl PendingWrite {
    pub(super) fn of(note: &Note, integers: Integers) -> PendingWrite {
        let member = |name: &str| {
            let json = note.member(name).and_then(|json| serde_json::from_str::<Value>(json).ok());
            json.unwrap_or_default()
        };
        PendingWrite {
            idempotency_nonce: note.nonce.to_string(),
            bucket: note.bucket.to_string(),
            account: member("account"),
            amount: Figure { credits: member("amount").as_i64().unwrap_or(0), integers },
            note: member("note"),
            edge: note.copy.as_ref().map(|sent| sent.edge.to_string()),
            sent_at_unix_ms: note.copy.as_ref().map(|sent| sent.at_unix_ms),
        }
    }
}
