//! The entries of the table: those whose copy is in flight or in doubt apart from those that are over. What an edge answers matters to the
//! former alone, and a busy module has as many of the latter as it makes writes within a settle time.

use super::WriteId;
use super::entry::{Entry, Phase};
use crate::policy::Policy;

/// All entries. The phase says which part an entry is in, so an entry is taken out before its phase changes, and put back.
#[derive(Debug, Default)]
pub(super) struct Entries {
    open: Sorted,
    over: Sorted,
}

/// Sorted by nonce, and boxed, since an insertion moves all that follow. (A `BTreeMap` does the same in seven kilobytes more.)
#[derive(Debug, Default)]
#[allow(clippy::vec_box)]
struct Sorted(Vec<Box<Entry>>);

impl Entries {
    /// None yet.
    pub(super) const fn new() -> Entries {
        Entries { open: Sorted(Vec::new()), over: Sorted(Vec::new()) }
    }

    /// Those of this nonce.
    pub(super) fn of<'a>(&'a mut self, nonce: &'a str) -> impl Iterator<Item = &'a mut Entry> {
        self.open.of(nonce).chain(self.over.of(nonce))
    }

    /// Those whose copy is in flight or in doubt.
    pub(super) fn open(&mut self) -> impl Iterator<Item = &mut Entry> {
        self.open.0.iter_mut().map(|entry| &mut **entry)
    }

    /// Whether one of this nonce is so.
    pub(super) fn any(&self, nonce: &str, is_so: &dyn Fn(&Entry) -> bool) -> bool {
        let following = |part: &Sorted| {
            part.0
                .iter()
                .skip(part.first_of(nonce))
                .take_while(|entry| *entry.id.nonce == *nonce)
                .any(|entry| is_so(entry))
        };
        following(&self.open) || following(&self.over)
    }

    /// Takes the entry of a write out.
    pub(super) fn take(&mut self, id: &WriteId, policy: &Policy) -> Option<Box<Entry>> {
        self.open.take(id, policy).or_else(|| self.over.take(id, policy))
    }

    /// Puts it back, or a new one in.
    pub(super) fn put(&mut self, entry: Box<Entry>) {
        let is_open = matches!(entry.phase, Phase::InFlight { .. } | Phase::InDoubt { .. });
        if is_open { self.open.put(entry) } else { self.over.put(entry) }
    }

    /// Forgets what no longer matters.
    pub(super) fn purge(&mut self, now_ms: u64) {
        for part in [&mut self.open, &mut self.over] {
            part.0.retain(|entry| now_ms < entry.forgotten_at_ms());
        }
    }
}

impl Sorted {
    fn first_of(&self, nonce: &str) -> usize {
        self.0.partition_point(|entry| *entry.id.nonce < *nonce)
    }

    fn of<'a>(&'a mut self, nonce: &'a str) -> impl Iterator<Item = &'a mut Entry> {
        let first = self.first_of(nonce);
        let following = self.0.iter_mut().skip(first).map(|entry| &mut **entry);
        following.take_while(move |entry| *entry.id.nonce == *nonce)
    }

    fn take(&mut self, id: &WriteId, policy: &Policy) -> Option<Box<Entry>> {
        let first = self.first_of(&id.nonce);
        let place = first + self.of(&id.nonce).position(|entry| entry.is_of(id, policy))?;
        Some(self.0.remove(place))
    }

    fn put(&mut self, entry: Box<Entry>) {
        let place = self.first_of(&entry.id.nonce);
        self.0.insert(place, entry);
    }
}
