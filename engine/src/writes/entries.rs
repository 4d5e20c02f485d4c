//! The entries of the table: those whose copy is in flight or in doubt apart from those that are over. What an edge answers matters to the
//! former alone, and a busy module has as many of the latter as it makes writes within a settle time.

use super::WriteId;
use super::entry::{Entry, Phase};
use crate::policy::Policy;

/// All entries. The phase says which part an entry is in, so an entry is taken out before its phase changes, and put back.
#[derive(Debug, Default)]
pub(super) struct Entries {
    /// In flight or in doubt, then over. Each is sorted by the hash of the nonce, and boxed, since an insertion moves all that follow.
    /// (A `BTreeMap` does the same in seven kilobytes more.)
    parts: [Vec<(Hash, Box<Entry>)>; 2],
}

/// Where the entries of a nonce are, and no proof that they are of this nonce. (A search that compares texts took a tenth of a busy
/// module's time: each comparison reads three places in the memory.)
type Hash = u32;

impl Entries {
    /// None yet.
    pub(super) const fn new() -> Entries {
        Entries { parts: [Vec::new(), Vec::new()] }
    }

    /// Calls `visit` with each of this nonce. (One function for all who ask: an iterator is a kilobyte more.)
    pub(super) fn each(&mut self, nonce: &str, visit: &mut dyn FnMut(&mut Entry)) {
        let hash = hash_of(nonce);
        for part in &mut self.parts {
            let first = first_of(part, hash);
            for (_, entry) in part.iter_mut().skip(first).take_while(|(each, _)| *each == hash) {
                if *entry.id.nonce == *nonce {
                    visit(entry);
                }
            }
        }
    }

    /// Whether one of this nonce is so.
    pub(super) fn any(&self, nonce: &str, is_so: &dyn Fn(&Entry) -> bool) -> bool {
        let hash = hash_of(nonce);
        self.parts.iter().any(|part| {
            let mut of_hash = part.iter().skip(first_of(part, hash)).take_while(|(each, _)| *each == hash);
            of_hash.any(|(_, entry)| *entry.id.nonce == *nonce && is_so(entry))
        })
    }

    /// Those whose copy is in flight or in doubt.
    pub(super) fn open(&mut self) -> impl Iterator<Item = &mut Box<Entry>> {
        let [open, _] = &mut self.parts;
        open.iter_mut().map(|(_, entry)| entry)
    }

    /// Takes the entry of a write out.
    pub(super) fn take(&mut self, id: &WriteId, policy: &Policy) -> Option<Box<Entry>> {
        let hash = hash_of(&id.nonce);
        self.parts.iter_mut().find_map(|part| {
            let first = first_of(part, hash);
            let mut of_hash = part.iter().skip(first).take_while(|(each, _)| *each == hash);
            let place = first
                + of_hash.position(|(_, entry)| entry.id.nonce == id.nonce && entry.is_of(id, policy))?;
            Some(part.remove(place).1)
        })
    }

    /// Puts it back, or a new one in.
    pub(super) fn put(&mut self, entry: Box<Entry>) {
        let is_open = matches!(entry.phase, Phase::InFlight { .. } | Phase::InDoubt { .. });
        let [open, over] = &mut self.parts;
        let part = if is_open { open } else { over };
        let hash = hash_of(&entry.id.nonce);
        part.insert(first_of(part, hash), (hash, entry));
    }

    /// Forgets what no longer matters.
    pub(super) fn purge(&mut self, now_ms: u64) {
        for part in &mut self.parts {
            part.retain(|(_, entry)| now_ms < entry.forgotten_at_ms());
        }
    }
}

fn first_of(part: &[(Hash, Box<Entry>)], hash: Hash) -> usize {
    part.partition_point(|(each, _)| *each < hash)
}

/// FNV-1a: spreads texts that differ in their last character, as counted nonces do.
fn hash_of(nonce: &str) -> Hash {
    nonce.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}
