//! Write safety: which copies of which write are or were lately in flight, per nonce, over all calls of a
//! client.
//!
//! Two copies of one write in flight make the real server void both for ever. So no copy leaves before
//! the one before it has ended *and* has had time to replicate: `max(sent + settle, ended + settle / 2)`. The
//! table is plain data with an age limit: the call that put a copy here may be dead and never clear it.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::policy::Policy;
use super::verdict::Landed;

/// The last copy of a write.
#[derive(Clone, Debug)]
struct Copy {
    fingerprint: Rc<str>,
    edge: usize,
    sent_at_ms: u64,
    /// The attempt's deadline: nobody hears of this copy after it.
    deadline_ms: u64,
    ended_at_ms: Option<u64>,
    /// No next copy before this, once it has ended.
    free_at_ms: u64,
    /// Some copy may have landed, so that no later refusal proves that nothing was written.
    doubt: bool,
}

/// What stands in the way of a copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gate {
    /// Nothing: it may leave. `doubt` says whether an earlier copy may have landed.
    Open {
        /// An earlier copy may have landed.
        doubt: bool,
    },
    /// Another copy is in flight.
    InFlight,
    /// The settle rule, until this time.
    Settling {
        /// When the copy may leave.
        until_ms: u64,
    },
    /// The nonce belongs to another request.
    Conflict,
}

/// The copies of a client's writes, by nonce.
#[derive(Clone, Debug, Default)]
pub struct Copies {
    copies: BTreeMap<Rc<str>, Copy>,
    purge_at_ms: u64,
}

impl Copies {
    /// May a copy of the write `fingerprint` under `nonce` leave now?
    pub fn gate(&self, nonce: &str, fingerprint: &str, policy: &Policy, now_ms: u64) -> Gate {
        let Some(copy) = self.copies.get(nonce).filter(|copy| now_ms < copy.forgotten_at_ms(policy)) else {
            return Gate::Open { doubt: false };
        };
        if *copy.fingerprint != *fingerprint {
            return Gate::Conflict;
        }
        match copy.ended_at_ms {
            None if now_ms < copy.deadline_ms => Gate::InFlight,
            // Its call died: the latest it can have been in flight is its deadline.
            None => Gate::until(copy.settled_at_ms(copy.deadline_ms, policy), true, now_ms),
            Some(_) => Gate::until(copy.free_at_ms, copy.doubt, now_ms),
        }
    }

    /// The edge that the last copy of `nonce` went to.
    pub fn last_edge(&self, nonce: &str) -> Option<usize> {
        self.copies.get(nonce).map(|copy| copy.edge)
    }

    /// A copy leaves for `edge`. The gate must be open; `doubt` is what it said.
    pub fn sent(&mut self, nonce: &Rc<str>, fingerprint: &Rc<str>, copy: Departure, policy: &Policy) {
        let Departure { edge, sent_at_ms, deadline_ms, doubt } = copy;
        self.purge(policy, sent_at_ms);
        let fingerprint = fingerprint.clone();
        let ended_at_ms = None;
        let copy = Copy { fingerprint, edge, sent_at_ms, deadline_ms, ended_at_ms, free_at_ms: 0, doubt };
        self.copies.insert(nonce.clone(), copy);
    }

    /// The copy in flight has ended. Returns whether some copy of the nonce may have landed.
    pub fn ended(&mut self, nonce: &str, landed: Landed, policy: &Policy, now_ms: u64) -> bool {
        let Some(copy) = self.copies.get_mut(nonce) else { return landed == Landed::Maybe };
        copy.ended_at_ms = Some(now_ms);
        if landed == Landed::No {
            // The copies before this one had settled before it left.
            if !copy.doubt {
                self.copies.remove(nonce);
                return false;
            }
            copy.free_at_ms = now_ms;
            return true;
        }
        copy.free_at_ms = copy.settled_at_ms(now_ms, policy);
        copy.doubt = landed == Landed::Maybe;
        copy.doubt
    }

    /// Forgets what no longer matters. Amortised: at most twice in a settle time.
    fn purge(&mut self, policy: &Policy, now_ms: u64) {
        if now_ms >= self.purge_at_ms {
            self.purge_at_ms = now_ms + policy.settle_ms / 2;
            self.copies.retain(|_, copy| now_ms < copy.forgotten_at_ms(policy));
        }
    }
}

/// A copy that leaves.
#[derive(Clone, Copy, Debug)]
pub struct Departure {
    /// Where to.
    pub edge: usize,
    /// When.
    pub sent_at_ms: u64,
    /// The attempt's deadline.
    pub deadline_ms: u64,
    /// An earlier copy may have landed.
    pub doubt: bool,
}

impl Copy {
    /// When the next copy may leave, if this one ended at `ended_at_ms`.
    fn settled_at_ms(&self, ended_at_ms: u64, policy: &Policy) -> u64 {
        (self.sent_at_ms + policy.settle_ms).max(ended_at_ms + policy.settle_ms / 2)
    }

    fn forgotten_at_ms(&self, policy: &Policy) -> u64 {
        self.ended_at_ms.unwrap_or(self.deadline_ms).max(self.sent_at_ms) + policy.settle_ms
    }
}

impl Gate {
    fn until(until_ms: u64, doubt: bool, now_ms: u64) -> Gate {
        if now_ms < until_ms { Gate::Settling { until_ms } } else { Gate::Open { doubt } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(landed: Option<(Landed, u64)>) -> Copies {
        let mut copies = Copies::default();
        let departure = Departure { edge: 1, sent_at_ms: 100, deadline_ms: 10_100, doubt: false };
        copies.sent(&"n".into(), &"f".into(), departure, &Policy::default());
        if let Some((landed, now_ms)) = landed {
            copies.ended("n", landed, &Policy::default(), now_ms);
        }
        copies
    }

    fn gate(copies: &Copies, now_ms: u64) -> Gate {
        copies.gate("n", "f", &Policy::default(), now_ms)
    }

    #[test]
    fn a_copy_in_flight_blocks_until_its_deadline_and_then_settles() {
        let copies = table(None);
        assert_eq!(gate(&copies, 10_099), Gate::InFlight);
        assert_eq!(gate(&copies, 10_100), Gate::Settling { until_ms: 10_600 });
        assert_eq!(gate(&copies, 10_600), Gate::Open { doubt: true });
    }

    #[test]
    fn after_doubt_both_distances_are_kept() {
        assert_eq!(gate(&table(Some((Landed::Maybe, 150))), 150), Gate::Settling { until_ms: 1_100 });
        assert_eq!(gate(&table(Some((Landed::Maybe, 900))), 900), Gate::Settling { until_ms: 1_400 });
        assert_eq!(gate(&table(Some((Landed::Maybe, 900))), 1_400), Gate::Open { doubt: true });
    }

    #[test]
    fn a_success_settles_too_and_proof_of_nothing_does_not() {
        assert_eq!(gate(&table(Some((Landed::Yes, 105))), 105), Gate::Settling { until_ms: 1_100 });
        assert_eq!(gate(&table(Some((Landed::No, 105))), 105), Gate::Open { doubt: false });
    }

    #[test]
    fn a_nonce_belongs_to_one_request() {
        let other = table(None).gate("n", "g", &Policy::default(), 200);
        assert_eq!(other, Gate::Conflict);
        assert_eq!(table(None).gate("m", "g", &Policy::default(), 200), Gate::Open { doubt: false });
    }

    #[test]
    fn a_refusal_after_doubt_stays_in_doubt() {
        let mut copies = table(Some((Landed::Maybe, 900)));
        let departure = Departure { edge: 0, sent_at_ms: 1_400, deadline_ms: 9_000, doubt: true };
        copies.sent(&"n".into(), &"f".into(), departure, &Policy::default());
        assert!(copies.ended("n", Landed::No, &Policy::default(), 1_500));
        assert_eq!(gate(&copies, 1_500), Gate::Open { doubt: true });
    }
}
