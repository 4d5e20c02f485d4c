//! One account: a sum, its holds and the nonces it has seen.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Serialize;

use super::event::{Event, EventKind};

#[derive(Debug, Clone)]
pub(crate) struct Hold {
    pub(crate) origin: String,
    pub(crate) amount: u64,
    pub(crate) expires_at: u64,
}

/// What one origin holds on an account.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Reserved {
    reserved_amount: u64,
    reservation_count: usize,
    next_expiry_unix_ms: u64,
    latest_expiry_unix_ms: u64,
}

#[derive(Debug, Default)]
pub(crate) struct Account {
    pub(crate) balance: i64,
    pub(crate) event_count: usize,
    pub(crate) origins: BTreeSet<String>,
    holds: BTreeMap<String, Hold>,
    /// Apart from the holds, because a release may arrive before what it releases.
    released: BTreeSet<String>,
    nonces: BTreeMap<String, Vec<Arc<Event>>>,
}

impl Account {
    pub(crate) fn apply(&mut self, event: &Event) {
        self.balance = self.balance.wrapping_add(event.amount);
        self.event_count += 1;
        if !self.origins.contains(&event.origin_node_id) {
            self.origins.insert(event.origin_node_id.clone());
        }
        if event.hold_amount > 0 {
            let hold = Hold {
                origin: event.origin_node_id.clone(),
                amount: event.hold_amount,
                expires_at: event.hold_expires_at_unix_ms,
            };
            self.holds.insert(event.event_id.clone(), hold);
        }
        if let (EventKind::HoldRelease, Some(id)) = (event.kind, &event.void_ref) {
            self.released.insert(id.clone());
        }
    }

    /// The event that a nonce stands for; the amount is part of the key.
    pub(crate) fn find(&self, nonce: &str, amount: i64) -> Option<&Arc<Event>> {
        self.nonces.get(nonce)?.iter().find(|event| event.amount == amount)
    }

    /// Lets a nonce stand for this event from now on.
    pub(crate) fn remember(&mut self, event: &Arc<Event>) {
        let same_nonce = self.nonces.entry(event.idempotency_nonce.clone()).or_default();
        match same_nonce.iter_mut().find(|known| known.amount == event.amount) {
            Some(known) => *known = Arc::clone(event),
            None => same_nonce.push(Arc::clone(event)),
        }
    }

    pub(crate) fn hold(&self, id: &str) -> Option<&Hold> {
        self.holds.get(id)
    }

    pub(crate) fn is_released(&self, id: &str) -> bool {
        self.released.contains(id)
    }

    fn active(&self, now: u64) -> impl Iterator<Item = &Hold> {
        self.holds
            .iter()
            .filter(move |(id, hold)| hold.expires_at > now && !self.is_released(id))
            .map(|(_, h)| h)
    }

    /// All holds together; beyond i64 they wrap, as they do at the real server.
    pub(crate) fn held(&self, now: u64) -> i64 {
        self.active(now).fold(0u64, |sum, hold| sum.wrapping_add(hold.amount)) as i64
    }

    /// What one origin holds for at least `remaining` more milliseconds.
    pub(crate) fn held_by(&self, origin: &str, now: u64, remaining: u64) -> u64 {
        let own = self.active(now).filter(|h| h.origin == origin && h.expires_at - now >= remaining);
        own.fold(0, |sum, hold| sum.wrapping_add(hold.amount))
    }

    pub(crate) fn available(&self, now: u64) -> i64 {
        self.balance.wrapping_sub(self.held(now))
    }

    pub(crate) fn reserved_by_origin(&self, now: u64) -> BTreeMap<&str, Reserved> {
        let mut all: BTreeMap<&str, Reserved> = BTreeMap::new();
        for hold in self.active(now) {
            let entry = all.entry(hold.origin.as_str()).or_insert(Reserved {
                reserved_amount: 0,
                reservation_count: 0,
                next_expiry_unix_ms: hold.expires_at,
                latest_expiry_unix_ms: hold.expires_at,
            });
            entry.reserved_amount = entry.reserved_amount.wrapping_add(hold.amount);
            entry.reservation_count += 1;
            entry.next_expiry_unix_ms = entry.next_expiry_unix_ms.min(hold.expires_at);
            entry.latest_expiry_unix_ms = entry.latest_expiry_unix_ms.max(hold.expires_at);
        }
        all
    }
}
