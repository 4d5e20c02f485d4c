//! The entries of the table: those whose copy is in flight or in doubt apart from those that are over. What an edge answers matters to the
//! former alone, and a busy module has as many of the latter as it makes writes within a settle time.

use super::WriteId;
use super::entry::{Entry, Phase};
use crate::policy::Policy;

/// All entries. The phase says which part an entry is in, so an entry is taken out before its phase changes, and put back.
#[derive(Debug, Default)]
pub(super) struct Entries {
    /// In flight or in doubt, then over. Each is sorted by nonce, and boxed, since an insertion moves all that follow. (A `BTreeMap`
    /// does the same in seven kilobytes more.)
    #[allow(clippy::vec_box)]
    parts: [Vec<Box<Entry>>; 2],
}

impl Entries {
    /// None yet.
    pub(super) const fn new() -> Entries {
        Entries { parts: [Vec::new(), Vec::new()] }
    }

    /// Calls `visit` with each of this nonce. (One function for all who ask: an iterator is a kilobyte more.)
    pub(super) fn each(&mut self, nonce: &str, visit: &mut dyn FnMut(&mut Entry)) {
        for part in &mut self.parts {
            let first = first_of(part, nonce);
            for entry in part.iter_mut().skip(first) {
                if *entry.id.nonce != *nonce {
                    break;
                }
                visit(entry);
            }
        }
    }

    /// Whether one of this nonce is so.
    pub(super) fn any(&self, nonce: &str, is_so: &dyn Fn(&Entry) -> bool) -> bool {
        let from = |part: &[Box<Entry>]| first_of(part, nonce);
        self.parts.iter().any(|part| {
            part.iter()
                .skip(from(part))
                .take_while(|entry| *entry.id.nonce == *nonce)
                .any(|entry| is_so(entry))
        })
    }

    /// Those whose copy is in flight or in doubt.
    pub(super) fn open(&mut self) -> impl Iterator<Item = &mut Box<Entry>> {
        let [open, _] = &mut self.parts;
        open.iter_mut()
    }

    /// Takes the entry of a write out.
    pub(super) fn take(&mut self, id: &WriteId, policy: &Policy) -> Option<Box<Entry>> {
        self.parts.iter_mut().find_map(|part| {
            let first = first_of(part, &id.nonce);
            let mut following = part.iter().skip(first).take_while(|entry| *entry.id.nonce == *id.nonce);
            let place = first + following.position(|entry| entry.is_of(id, policy))?;
            Some(part.remove(place))
        })
    }

    /// Puts it back, or a new one in.
    pub(super) fn put(&mut self, entry: Box<Entry>) {
        let is_open = matches!(entry.phase, Phase::InFlight { .. } | Phase::InDoubt { .. });
        let [open, over] = &mut self.parts;
        let part = if is_open { open } else { over };
        part.insert(first_of(part, &entry.id.nonce), entry);
    }

    /// Forgets what no longer matters.
    pub(super) fn purge(&mut self, now_ms: u64) {
        for part in &mut self.parts {
            part.retain(|entry| now_ms < entry.forgotten_at_ms());
        }
    }
}

fn first_of(part: &[Box<Entry>], nonce: &str) -> usize {
    part.partition_point(|entry| *entry.id.nonce < *nonce)
}
