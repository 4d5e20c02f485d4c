//! The answers that the hands hold for calls which wait for them: how many, how much, and how long.

use crate::edge_ids::EdgeId;

/// So many answers are kept, and so many bytes of them.
const KEPT_MAX: usize = 256;
const KEPT_MAX_BYTES: usize = 1 << 20;

/// The answers that the hands hold, the oldest first.
#[derive(Debug, Default)]
pub(super) struct KeptAnswers(Vec<Kept>);

/// An answer that calls which waited for it may ask for.
#[derive(Debug)]
struct Kept {
    ticket: u64,
    edge: EdgeId,
    bytes: usize,
    until_ms: u64,
}

impl KeptAnswers {
    pub(super) const fn new() -> KeptAnswers {
        KeptAnswers(Vec::new())
    }

    /// The answer to the copy with this ticket, for `for_ms`. The oldest answers are forgotten for it.
    pub(super) fn keep(&mut self, ticket: u64, edge: EdgeId, bytes: usize, for_ms: u64, now_ms: u64) {
        self.0.retain(|kept| now_ms < kept.until_ms);
        self.0.push(Kept { ticket, edge, bytes, until_ms: now_ms + for_ms });
        while self.0.len() > KEPT_MAX || self.bytes() > KEPT_MAX_BYTES {
            self.0.remove(0);
        }
    }

    pub(super) fn has(&self, ticket: u64) -> bool {
        self.0.iter().any(|kept| kept.ticket == ticket)
    }

    /// The lowest ticket: an older copy may have been answered later.
    pub(super) fn oldest(&self) -> Option<u64> {
        self.0.iter().map(|kept| kept.ticket).min()
    }

    pub(super) fn edge(&self, ticket: u64) -> Option<EdgeId> {
        self.0.iter().find(|kept| kept.ticket == ticket).map(|kept| kept.edge)
    }

    fn bytes(&self) -> usize {
        self.0.iter().map(|kept| kept.bytes).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_older_copy_that_was_answered_later_is_kept_too() {
        let mut kept = KeptAnswers::default();
        let edge = crate::EdgeIds::new().of("e");
        kept.keep(7, edge, 100, 1_000, 0);
        kept.keep(5, edge, 100, 1_000, 10);
        assert_eq!(kept.oldest(), Some(5), "the hands let go of all before the oldest");
    }

    #[test]
    fn answers_are_kept_within_bounds() {
        let mut kept = KeptAnswers::default();
        let edge = crate::EdgeIds::new().of("e");
        for ticket in 0..1_000 {
            kept.keep(ticket, edge, 10_000, 1_000, 0);
        }
        assert!(!kept.has(0) && kept.has(999));
        assert!(kept.0.len() <= KEPT_MAX);
        assert!(kept.bytes() <= KEPT_MAX_BYTES);
    }
}
