//! One node: its state, its log, its database.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::account::Account;
use super::bucket::Bucket;
use super::event::{Event, EventKind};
use crate::seeded::Ids;

/// Where the ledger keeps its own events.
pub(crate) const META_BUCKET: &str = "__meta__";

/// Beyond this many bytes of nonce, bucket and account the database's index refuses a row.
const INDEX_ROW_BYTES: usize = 2_670;

#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) id: String,
    pub(crate) peer_id: String,
    pub(crate) addr: String,
    pub(crate) buckets: BTreeMap<String, Bucket>,
    /// Deleted bucket → when.
    pub(crate) deleted: BTreeMap<String, u64>,
    pub(crate) log: Vec<Arc<Event>>,
    /// When each entry of the log arrived here.
    arrivals: Vec<u64>,
    /// Write batches that the database will never take.
    poisoned: BTreeSet<u64>,
    pub(crate) write_batch_ms: u64,
    pub(crate) skew_ms: i64,
    pub(crate) lost: bool,
    pub(crate) frozen: bool,
    /// While a node waits for acks, its other requests wait with it.
    pub(crate) busy_until: u64,
    pub(crate) served: u64,
}

impl Node {
    pub(crate) fn new(region: usize, ids: &mut Ids, write_batch_ms: u64) -> Self {
        Self {
            id: ids.uuid(),
            peer_id: ids.peer(),
            addr: format!("/ip4/127.0.0.1/tcp/{}", 14_001 + region),
            buckets: BTreeMap::new(),
            deleted: BTreeMap::new(),
            log: Vec::new(),
            arrivals: Vec::new(),
            poisoned: BTreeSet::new(),
            write_batch_ms,
            skew_ms: 0,
            lost: false,
            frozen: false,
            busy_until: 0,
            served: 0,
        }
    }

    /// The time by this node's clock.
    pub(crate) fn clock(&self, now: u64) -> u64 {
        now.saturating_add_signed(self.skew_ms)
    }

    pub(crate) fn account(&self, bucket: &str, account: &str) -> Option<&Account> {
        self.buckets.get(bucket)?.accounts.get(account)
    }

    pub(crate) fn bucket(&mut self, name: &str) -> &mut Bucket {
        if !self.buckets.contains_key(name) {
            self.buckets.insert(name.to_owned(), Bucket::default());
        }
        self.buckets.entry(name.to_owned()).or_default()
    }

    /// The number that this node's next event in a bucket gets.
    pub(crate) fn next_seq(&self, bucket: &str) -> u64 {
        self.buckets
            .get(bucket)
            .and_then(|bucket| bucket.origins.get(&self.id))
            .map_or(0, |own| own.max_known)
            + 1
    }

    pub(crate) fn has(&self, event: &Event) -> bool {
        let origin =
            self.buckets.get(&event.bucket).and_then(|bucket| bucket.origins.get(&event.origin_node_id));
        origin.is_some_and(|progress| progress.has(event.origin_seq))
    }

    /// Takes an event into the state and the log; nonces are the caller's business.
    pub(crate) fn store(&mut self, event: &Arc<Event>, arrived: u64) {
        if event.kind == EventKind::BucketDelete {
            self.forget(&event.account, event.created_at_unix_ms);
        }
        let bucket = self.bucket(&event.bucket);
        match bucket.origins.get_mut(&event.origin_node_id) {
            Some(progress) => progress.add(event.origin_seq),
            None => bucket.origins.entry(event.origin_node_id.clone()).or_default().add(event.origin_seq),
        }
        if event.kind != EventKind::BucketDelete {
            bucket.account(&event.account).apply(event);
        }
        if is_poison(event) {
            self.poisoned.insert(arrived / self.write_batch_ms.max(1));
        }
        self.log.push(Arc::clone(event));
        self.arrivals.push(arrived);
    }

    /// What the database shows: a batch late, and never what shares a batch with an event it cannot store.
    pub(crate) fn persisted(&self, now: u64) -> impl Iterator<Item = &Event> {
        let batch = self.write_batch_ms;
        let stored = move |arrived: u64| {
            arrived.saturating_add(batch) <= now && !self.poisoned.contains(&(arrived / batch.max(1)))
        };
        self.log.iter().zip(&self.arrivals).filter(move |(_, at)| stored(**at)).map(|(event, _)| &**event)
    }

    fn forget(&mut self, bucket: &str, at: u64) {
        self.deleted.insert(bucket.to_owned(), at);
        self.buckets.remove(bucket);
        let mut arrivals = std::mem::take(&mut self.arrivals).into_iter();
        let mut kept = Vec::new();
        self.log.retain(|event| {
            let arrived = arrivals.next().unwrap_or(0);
            let keep = event.bucket != bucket;
            if keep {
                kept.push(arrived);
            }
            keep
        });
        self.arrivals = kept;
    }

    pub(crate) fn sync_gap(&self) -> u64 {
        self.buckets.values().map(Bucket::gap).max().unwrap_or(0)
    }

    pub(crate) fn total_balance(&self) -> i64 {
        let accounts = self.buckets.values().flat_map(|bucket| bucket.accounts.values());
        accounts.fold(0i64, |sum, account| sum.wrapping_add(account.balance))
    }
}

fn is_poison(event: &Event) -> bool {
    let texts =
        [Some(&event.account), Some(&event.idempotency_nonce), Some(&event.bucket), event.note.as_ref()];
    let key = event.account.len() + event.idempotency_nonce.len() + event.bucket.len();
    key > INDEX_ROW_BYTES || texts.into_iter().flatten().any(|text| text.contains('\0'))
}
