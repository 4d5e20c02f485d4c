//! What a node does with an event of another node: store it, and notice a second copy of a write.

use std::sync::Arc;

use super::event::{Event, EventKind};
use super::node::Node;

/// Two events that stand for one write.
#[derive(Debug)]
pub(crate) struct Conflict {
    pub(crate) winner: Arc<Event>,
    pub(crate) loser: Arc<Event>,
}

impl Node {
    /// Stores an event of another node; the answer is the conflict it makes.
    pub(crate) fn receive(&mut self, event: &Arc<Event>, now: u64) -> Option<Conflict> {
        if self.deleted.contains_key(&event.bucket) || self.has(event) {
            return None;
        }
        self.store(event, now);
        if event.kind == EventKind::BucketDelete {
            return None;
        }
        let account = self.bucket(&event.bucket).account(&event.account);
        let known = account.find(&event.idempotency_nonce, event.amount).cloned();
        let Some(known) = known else {
            account.remember(event);
            return None;
        };
        // One node makes equal companions when a nonce is used again with another amount: no conflict.
        if known.origin_node_id == event.origin_node_id {
            account.remember(event);
            return None;
        }
        let age = |event: &Event| (event.created_at_unix_ms, event.event_id.clone());
        let (winner, loser) =
            if age(&known) <= age(event) { (known, Arc::clone(event)) } else { (Arc::clone(event), known) };
        account.remember(&winner);
        Some(Conflict { winner, loser })
    }
}
