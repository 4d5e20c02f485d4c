//! Write safety: which copies of which write are or were lately in flight, per nonce, over all calls of a
//! client.
//!
//! Two copies of one write in flight make the real server void both for ever. So no copy leaves before
//! the one before it has ended *and* has had time to replicate: `max(sent + settle, ended + settle / 2)`. The
//! table is plain data with an age limit: the call that put a copy here may be dead and never clear it.

use std::rc::Rc;

use super::policy::{Policy, Rule};
use super::verdict::Landed;

/// How long after its deadline a copy that nobody heard of again is remembered.
const UNHEARD_MS: u64 = 60_000;

/// The last copy of a write.
#[derive(Clone, Debug)]
struct Copy {
    ticket: u64,
    fingerprint: Rc<str>,
    edge: usize,
    sent_at_ms: u64,
    /// The attempt's deadline: nobody hears of this copy after it.
    deadline_ms: u64,
    ended_at_ms: Option<u64>,
    /// No next copy before this, once it has ended.
    free_at_ms: u64,
    /// What is known of the write: once a copy may have landed, no later refusal proves that nothing was written.
    standing: Landed,
}

/// What stands in the way of a copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gate {
    /// Nothing: it may leave.
    Open {
        /// What is known of the copies before it.
        standing: Landed,
    },
    /// Another copy is in flight.
    InFlight,
    /// The settle rule, until this time.
    Settling {
        /// When the copy may leave.
        until_ms: u64,
        /// What is known of the copies before it.
        standing: Landed,
    },
    /// The nonce belongs to another request.
    Conflict,
}

/// The copies of a client's writes, by nonce.
#[derive(Clone, Debug, Default)]
pub struct Copies {
    /// Sorted by nonce. (A `BTreeMap` does the same in seven kilobytes more.)
    copies: Vec<(Rc<str>, Box<Copy>)>,
    tickets: u64,
    purge_at_ms: u64,
}

impl Copies {
    /// May a copy of the write `fingerprint` under `nonce` leave now?
    pub fn gate(&mut self, nonce: &str, fingerprint: &str, policy: &Policy, now_ms: u64) -> Gate {
        let Some(copy) = self.get_mut(nonce).filter(|copy| now_ms < copy.forgotten_at_ms(policy)) else {
            return Gate::Open { standing: Landed::No };
        };
        if *copy.fingerprint != *fingerprint {
            return Gate::Conflict;
        }
        match copy.ended_at_ms {
            None if !policy.keeps(Rule::OneCopy) => Gate::Open { standing: Landed::Maybe },
            None if now_ms < copy.deadline_ms => Gate::InFlight,
            // Its call is dead, or the whole process stood still past the deadline and the copy is cut only now.
            None => {
                copy.ended_at_ms = Some(now_ms);
                copy.standing = copy.standing.and(Landed::Maybe);
                copy.free_at_ms = copy.settled_at_ms(now_ms, policy);
                Gate::until(copy.free_at_ms, copy.standing, now_ms)
            }
            Some(_) if !policy.keeps(Rule::Settle) => Gate::Open { standing: copy.standing },
            Some(_) => Gate::until(copy.free_at_ms, copy.standing, now_ms),
        }
    }

    /// The edge that the last copy of `nonce` went to.
    pub fn last_edge(&self, nonce: &str) -> Option<usize> {
        self.get(nonce).map(|copy| copy.edge)
    }

    /// A copy leaves for `edge`. The gate must be open; `standing` is what it said. Returns the copy's ticket.
    pub fn sent(
        &mut self,
        nonce: &Rc<str>,
        fingerprint: &Rc<str>,
        copy: Departure,
        policy: &Policy,
    ) -> Ticket {
        self.purge(policy, copy.sent_at_ms);
        self.tickets += 1;
        let ticket = Ticket { number: self.tickets, departure: copy };
        *self.entry(nonce, fingerprint, ticket) = Copy::new(ticket, fingerprint.clone());
        ticket
    }

    /// The copy with this ticket has ended. Returns what is known of the write now.
    pub fn ended(
        &mut self,
        nonce: &Rc<str>,
        fingerprint: &Rc<str>,
        ticket: Ticket,
        landed: Landed,
        policy: &Policy,
        now_ms: u64,
    ) -> Landed {
        // A process that stood still past the deadline ends its copy late. By then the table may have forgotten
        // it, or may hold the next one, of another call, which is still in flight.
        let copy = self.entry(nonce, fingerprint, ticket);
        copy.standing = copy.standing.and(landed);
        if copy.ticket != ticket.number {
            return copy.standing;
        }
        copy.ended_at_ms = Some(now_ms);
        if copy.standing == Landed::No {
            self.copies.retain(|(known, _)| known != nonce);
            return Landed::No;
        }
        // After a proof that nothing was written there is no wait: the copies before had settled before it left.
        copy.free_at_ms = if landed == Landed::No { now_ms } else { copy.settled_at_ms(now_ms, policy) };
        copy.standing
    }

    /// Forgets what no longer matters. Amortised: at most twice in a settle time.
    fn purge(&mut self, policy: &Policy, now_ms: u64) {
        if now_ms >= self.purge_at_ms {
            self.purge_at_ms = now_ms + policy.settle_ms / 2;
            self.copies.retain(|(_, copy)| now_ms < copy.forgotten_at_ms(policy));
        }
    }

    fn place(&self, nonce: &str) -> Result<usize, usize> {
        self.copies.binary_search_by(|(known, _)| (**known).cmp(nonce))
    }

    fn get(&self, nonce: &str) -> Option<&Copy> {
        self.copies.get(self.place(nonce).ok()?).map(|(_, copy)| &**copy)
    }

    fn get_mut(&mut self, nonce: &str) -> Option<&mut Copy> {
        let place = self.place(nonce).ok()?;
        self.copies.get_mut(place).map(|(_, copy)| &mut **copy)
    }

    /// The nonce's copy; the one with this ticket where none is known.
    #[allow(clippy::indexing_slicing)] // the place was found or made on the lines before
    fn entry(&mut self, nonce: &Rc<str>, fingerprint: &Rc<str>, ticket: Ticket) -> &mut Copy {
        let place = self.place(nonce).unwrap_or_else(|place| {
            let copy = Box::new(Copy::new(ticket, fingerprint.clone()));
            self.copies.insert(place, (nonce.clone(), copy));
            place
        });
        &mut self.copies[place].1
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
    /// What is known of the copies before it.
    pub standing: Landed,
}

/// A copy that left.
#[derive(Clone, Copy, Debug)]
pub struct Ticket {
    number: u64,
    departure: Departure,
}

impl Copy {
    fn new(ticket: Ticket, fingerprint: Rc<str>) -> Self {
        let Departure { edge, sent_at_ms, deadline_ms, standing } = ticket.departure;
        let ticket = ticket.number;
        Copy {
            ticket,
            fingerprint,
            edge,
            sent_at_ms,
            deadline_ms,
            ended_at_ms: None,
            free_at_ms: 0,
            standing,
        }
    }

    /// When the next copy may leave, if this one ended at `ended_at_ms`.
    fn settled_at_ms(&self, ended_at_ms: u64, policy: &Policy) -> u64 {
        (self.sent_at_ms + policy.settle_ms).max(ended_at_ms + policy.settle_ms / 2)
    }

    fn forgotten_at_ms(&self, policy: &Policy) -> u64 {
        match self.ended_at_ms {
            Some(ended_ms) => ended_ms.max(self.sent_at_ms) + policy.settle_ms,
            None => self.deadline_ms + policy.settle_ms.max(UNHEARD_MS),
        }
    }
}

impl Gate {
    fn until(until_ms: u64, standing: Landed, now_ms: u64) -> Gate {
        if now_ms < until_ms { Gate::Settling { until_ms, standing } } else { Gate::Open { standing } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: Departure =
        Departure { edge: 1, sent_at_ms: 100, deadline_ms: 10_100, standing: Landed::No };

    fn send(copies: &mut Copies, departure: Departure) -> Ticket {
        copies.sent(&"n".into(), &"f".into(), departure, &Policy::default())
    }

    fn end(copies: &mut Copies, ticket: Ticket, landed: Landed, now_ms: u64) -> Landed {
        copies.ended(&"n".into(), &"f".into(), ticket, landed, &Policy::default(), now_ms)
    }

    fn table(landed: Option<(Landed, u64)>) -> Copies {
        let mut copies = Copies::default();
        let ticket = send(&mut copies, FIRST);
        if let Some((landed, now_ms)) = landed {
            end(&mut copies, ticket, landed, now_ms);
        }
        copies
    }

    fn gate(copies: &mut Copies, now_ms: u64) -> Gate {
        copies.gate("n", "f", &Policy::default(), now_ms)
    }

    fn settling(until_ms: u64, standing: Landed) -> Gate {
        Gate::Settling { until_ms, standing }
    }

    #[test]
    fn a_copy_in_flight_blocks_until_its_deadline_and_then_settles() {
        let mut copies = table(None);
        assert_eq!(gate(&mut copies, 10_099), Gate::InFlight);
        assert_eq!(gate(&mut copies, 10_100), settling(10_600, Landed::Maybe));
        assert_eq!(gate(&mut copies, 10_600), Gate::Open { standing: Landed::Maybe });
    }

    #[test]
    fn a_copy_whose_process_stood_still_settles_from_the_first_look() {
        let mut copies = table(None);
        assert_eq!(gate(&mut copies, 15_000), settling(15_500, Landed::Maybe));
    }

    #[test]
    fn after_doubt_both_distances_are_kept() {
        assert_eq!(gate(&mut table(Some((Landed::Maybe, 150))), 150), settling(1_100, Landed::Maybe));
        assert_eq!(gate(&mut table(Some((Landed::Maybe, 900))), 900), settling(1_400, Landed::Maybe));
        assert_eq!(
            gate(&mut table(Some((Landed::Maybe, 900))), 1_400),
            Gate::Open { standing: Landed::Maybe }
        );
    }

    #[test]
    fn a_success_settles_too_and_proof_of_nothing_does_not() {
        assert_eq!(gate(&mut table(Some((Landed::Yes, 105))), 105), settling(1_100, Landed::Yes));
        assert_eq!(gate(&mut table(Some((Landed::No, 105))), 105), Gate::Open { standing: Landed::No });
    }

    #[test]
    fn a_nonce_belongs_to_one_request() {
        let other = table(None).gate("n", "g", &Policy::default(), 200);
        assert_eq!(other, Gate::Conflict);
        assert_eq!(table(None).gate("m", "g", &Policy::default(), 200), Gate::Open { standing: Landed::No });
    }

    #[test]
    fn a_refusal_after_doubt_stays_in_doubt() {
        let mut copies = table(Some((Landed::Maybe, 900)));
        let departure = Departure { edge: 0, sent_at_ms: 1_400, deadline_ms: 9_000, standing: Landed::Maybe };
        let ticket = send(&mut copies, departure);
        assert_eq!(end(&mut copies, ticket, Landed::No, 1_500), Landed::Maybe);
        assert_eq!(gate(&mut copies, 1_500), Gate::Open { standing: Landed::Maybe });
    }

    #[test]
    fn a_late_end_does_not_end_the_copy_after_it() {
        let mut copies = Copies::default();
        let late = send(&mut copies, FIRST);
        send(&mut copies, Departure { sent_at_ms: 10_600, deadline_ms: 20_600, ..FIRST });
        end(&mut copies, late, Landed::Maybe, 10_700);
        assert_eq!(gate(&mut copies, 12_000), Gate::InFlight);
    }

    #[test]
    fn a_late_end_of_a_forgotten_copy_settles_too() {
        let mut copies = Copies::default();
        let late = send(&mut copies, FIRST);
        copies.purge(&Policy::default(), 100_000);
        end(&mut copies, late, Landed::Maybe, 100_000);
        assert_eq!(gate(&mut copies, 100_000), settling(100_500, Landed::Maybe));
    }
}
