//! The writes of a module that are in flight, in doubt or just applied, by ledger, owner and nonce.
//!
//! Two copies of one write in flight make the real server void both for ever. So no copy leaves before the one before it has
//! ended, and has had time to show itself ([`Doubt`]). The table is plain data with an age limit: the call that put an entry
//! here may be dead and never clear it.

mod entries;
mod entry;
mod kept;
mod look;

use std::rc::Rc;

use super::doubt::Doubt;
use super::edge_ids::{EdgeId, EdgeIds};
use super::lease::{LeaseWatch, Version};
use super::ledger::Ledger;
use super::policy::{Policy, Rule};
use super::principal::{Principal, Relation};
use super::verdict::Landed;
use entries::Entries;
use entry::{Entry, Phase};
use kept::KeptAnswers;
pub use look::Look;

/// How long after its attempt's deadline a copy in doubt is remembered.
pub const REMEMBERED_MS: u64 = 60_000;

/// So many records are watched at most; a watch that is forgotten begins anew.
const WATCHES_MAX: usize = 256;

/// What makes a write itself.
#[derive(Debug)]
pub struct WriteId {
    /// The ledger that it is for.
    pub ledger: Rc<Ledger>,
    /// Whose it is.
    pub principal: Principal,
    /// What all its copies carry.
    pub nonce: Rc<str>,
    /// What the nonce stands for: what moves money.
    pub fingerprint: Rc<str>,
}

/// A copy that leaves.
#[derive(Clone, Copy, Debug)]
pub struct Departure {
    /// Its edge.
    pub edge: EdgeId,
    /// When.
    pub sent_at_ms: u64,
    /// The attempt's deadline: nobody hears of this copy after it.
    pub deadline_ms: u64,
    /// Whether the write may move to another edge.
    pub moves: bool,
    /// What is known of the copies before it.
    pub standing: Landed,
    /// Under which its call holds the write's record, where there is one.
    pub token: Option<u64>,
}

/// The last copy of a record that a call takes over.
#[derive(Clone, Copy, Debug)]
pub struct Adopted {
    /// Its edge.
    pub edge: EdgeId,
    /// Under which the call that sent it held the record.
    pub token: u64,
    /// Edges answered probes in the process that sent it.
    pub hears: bool,
}

/// Since when a call waits, and what for: an answer is shared with those that were there when the answer came.
#[derive(Clone, Copy, Debug)]
pub struct Waits {
    /// When the call began.
    pub since_ms: u64,
    /// The ticket of the copy that the call last saw in flight.
    pub ticket: Option<u64>,
}

/// A copy that left.
#[derive(Clone, Copy, Debug)]
pub struct Ticket {
    /// Later copies have higher numbers.
    pub number: u64,
    departure: Departure,
}

/// How a copy ended.
#[derive(Clone, Copy, Debug)]
pub struct CopyEnd {
    /// Whether it is in the ledger.
    pub landed: Landed,
    /// Where its edge was silent: when it was asked for a sign of life, and when another edge answered that.
    pub silent: Option<(u64, Option<u64>)>,
    /// Whether the call ends with this answer.
    pub is_last: bool,
}

/// The writes of a module.
#[derive(Debug, Default)]
pub struct Writes {
    entries: Entries,
    tickets: u64,
    purge_at_ms: u64,
    kept: KeptAnswers,
    /// What the edges of the module are called.
    pub edge_ids: EdgeIds,
    /// Watches over other holders' records: a call that ends before a lease does leaves its watch to the next one.
    watches: Vec<(Rc<WriteId>, LeaseWatch)>,
}

impl Writes {
    /// None yet.
    pub const fn new() -> Writes {
        Writes {
            entries: Entries::new(),
            tickets: 0,
            purge_at_ms: 0,
            kept: KeptAnswers::new(),
            edge_ids: EdgeIds::new(),
            watches: Vec::new(),
        }
    }

    /// What is known of `id` now, for a call that has waited so far.
    pub fn look(&mut self, id: &Rc<WriteId>, waits: Waits, policy: &Policy, now_ms: u64) -> Look {
        let kept = std::mem::take(&mut self.kept);
        let mut look = Look::Free;
        let mut conflicts = false;
        self.entries.each(&id.nonce, &mut |entry| {
            let relation = entry.relation(id, policy);
            if conflicts || relation == Relation::Different || now_ms >= entry.forgotten_at_ms() {
                return;
            }
            let is_same = relation == Relation::Same;
            let is_other = is_same && entry.id.fingerprint != id.fingerprint;
            conflicts = is_other && !matches!(entry.phase, Phase::Refused { .. });
            // A call that is refused for its nonce looks at no write: a look lets an entry in doubt be remembered for longer.
            if conflicts {
                return;
            }
            let is_answer = |ticket| is_same && kept.has(ticket);
            look = look.or_more_binding(entry.look(waits, &is_answer, policy, now_ms));
        });
        self.kept = kept;
        if conflicts { Look::Conflict } else { look }
    }

    /// What is known of the copies of a nonce, for a call that ends without a copy of its own. Where the call does not know whose
    /// it is, the copies of everybody count: no refusal is then called a proof that proves nothing.
    pub fn standing(
        &mut self,
        (ledger, nonce): (&Ledger, &str),
        id: Option<&Rc<WriteId>>,
        policy: &Policy,
        now_ms: u64,
    ) -> Landed {
        let is_related = |entry: &Entry| {
            let is_of_nonce = now_ms < entry.forgotten_at_ms() && entry.id.ledger.is_same(ledger);
            is_of_nonce
                && id.is_none_or(|id| match entry.relation(id, policy) {
                    Relation::Same => entry.id.fingerprint == id.fingerprint,
                    Relation::Perhaps => true,
                    Relation::Different => false,
                })
        };
        let mut standing = Landed::No;
        self.entries.each(nonce, &mut |entry| {
            if is_related(entry) {
                standing = standing.and(entry.standing);
                if matches!(entry.phase, Phase::InFlight { .. }) {
                    standing = standing.and(Landed::Maybe);
                }
            }
        });
        standing
    }

    /// A copy leaves; nothing may stand in its way.
    pub fn sent(&mut self, id: &Rc<WriteId>, departure: Departure, policy: &Policy) -> Ticket {
        self.purge(policy, departure.sent_at_ms);
        self.tickets += 1;
        let number = self.tickets;
        let Departure { edge, sent_at_ms, deadline_ms, moves, standing, token } = departure;
        let before = self.latest_doubt(id, policy);
        let mut entry = self.take(id, policy);
        if sent_at_ms >= entry.forgotten_at_ms() {
            *entry = Entry::new(id, policy);
        }
        entry.settle_ms = entry.settle_ms.max(policy.settle_ms);
        entry.moves &= moves;
        entry.standing = entry.standing.and(standing);
        entry.token = token;
        entry.copies.push(edge);
        entry.phase =
            Phase::InFlight { ticket: number, edge, sent_at_ms, deadline_ms, before, own_heard_ms: None };
        self.entries.put(entry);
        Ticket { number, departure }
    }

    /// The copy with this ticket has ended. Returns what is known of the write now.
    pub fn ended(
        &mut self,
        id: &Rc<WriteId>,
        ticket: &Ticket,
        end: CopyEnd,
        policy: &Policy,
        now_ms: u64,
    ) -> Landed {
        let known = self.entries.take(id, policy);
        let is_known = known.is_some();
        let mut entry = known.unwrap_or_else(|| Box::new(Entry::new(id, policy)));
        entry.ended(ticket, end, is_known, now_ms);
        let standing = entry.standing;
        self.entries.put(entry);
        standing
    }

    /// Another call left this write behind and the caller goes on with it. The caller did not see the copy's end, so the
    /// adoption stands for the copy's departure and for the beginning of the doubt. Where the copy is one of this process, the
    /// process knows better; what it knows of older copies says nothing of this one.
    pub fn adopt(&mut self, id: &Rc<WriteId>, adopted: Adopted, policy: &Policy, now_ms: u64) {
        let Adopted { edge, token, hears } = adopted;
        if hears {
            self.edge_ids.hear(edge);
        }
        let mut entry = self.take(id, policy);
        let is_last = entry.token == Some(token) || matches!(entry.phase, Phase::InFlight { .. });
        if is_last && now_ms < entry.forgotten_at_ms() {
            return self.entries.put(entry);
        }
        entry.standing = Landed::Maybe;
        entry.token = Some(token);
        if !entry.copies.contains(&edge) {
            entry.copies.push(edge);
        }
        let doubt = Doubt::new(edge, now_ms, now_ms);
        entry.phase = Phase::InDoubt { doubt, forgotten_at_ms: now_ms + REMEMBERED_MS };
        self.entries.put(entry);
    }

    /// An edge of `ledger` answered at `now_ms` what left for it at `sent_at_ms`.
    pub fn hear(&mut self, ledger: &Ledger, edge: EdgeId, sent_at_ms: u64, policy: &Policy, now_ms: u64) {
        self.edge_ids.hear(edge);
        let sent_at_ms = if policy.keeps(Rule::HeardSince) { sent_at_ms } else { now_ms };
        for entry in self.entries.open().filter(|entry| entry.id.ledger.is_same(ledger)) {
            match &mut entry.phase {
                Phase::InDoubt { doubt, .. } => doubt.hear(edge, sent_at_ms, now_ms),
                Phase::InFlight { edge: own, own_heard_ms, .. } if *own == edge => {
                    *own_heard_ms = (*own_heard_ms).max(Some((sent_at_ms, now_ms)));
                }
                _ => {}
            }
        }
    }

    /// Whether `edge` had two copies of this write already: then it comes last.
    pub(super) fn had_two(&self, id: &WriteId, edge: EdgeId, policy: &Policy) -> bool {
        let is_related = |entry: &Entry| entry.relation(id, policy) != Relation::Different;
        self.entries.any(&id.nonce, &|entry| is_related(entry) && entry.had_two(edge))
    }

    /// The hands hold the answer of this copy, which came from `edge` and has so many bytes. The oldest answers are forgotten for it.
    pub fn keep(&mut self, ticket: u64, edge: EdgeId, bytes: usize, policy: &Policy, now_ms: u64) {
        self.kept.keep(ticket, edge, bytes, policy.settle_ms, now_ms);
    }

    /// The oldest answer that may still be asked for.
    pub fn oldest_kept(&self) -> Option<u64> {
        self.kept.oldest()
    }

    /// The edge that gave this answer.
    pub fn kept_edge(&self, ticket: u64) -> Option<EdgeId> {
        self.kept.edge(ticket)
    }

    /// Somebody else's record of this write has this version now; see [`LeaseWatch::look`].
    pub fn watch(&mut self, id: &Rc<WriteId>, version: Version, now_ms: u64) -> Option<Version> {
        let is_same = |known: &Rc<WriteId>| {
            known.nonce == id.nonce
                && known.ledger.is_same(&id.ledger)
                && known.principal.relation(&id.principal) == Relation::Same
        };
        let place = self.watches.iter().position(|(known, _)| is_same(known));
        let mut watch = place.map_or_else(LeaseWatch::default, |at| self.watches.remove(at).1);
        let lapsed = watch.look(version, now_ms);
        if self.watches.len() >= WATCHES_MAX {
            self.watches.remove(0);
        }
        self.watches.push((id.clone(), watch));
        lapsed
    }

    /// Whether the answer of this copy may still be asked for.
    pub fn is_kept(&self, ticket: u64) -> bool {
        self.kept.has(ticket)
    }

    /// Forgets what no longer matters. Amortised: at most twice in a settle time.
    fn purge(&mut self, policy: &Policy, now_ms: u64) {
        if now_ms < self.purge_at_ms {
            return;
        }
        self.purge_at_ms = now_ms + policy.settle_ms / 2;
        self.entries.purge(now_ms);
    }

    /// The doubt that stands before the next copy of `id`: its own, or one of a write that may be the same.
    fn latest_doubt(&mut self, id: &Rc<WriteId>, policy: &Policy) -> Option<Doubt> {
        let mut latest: Option<Doubt> = None;
        self.entries.each(&id.nonce, &mut |entry| {
            if let Phase::InDoubt { doubt, .. } = entry.phase
                && entry.relation(id, policy) != Relation::Different
                && latest.is_none_or(|latest| latest.sent_at_ms <= doubt.sent_at_ms)
            {
                latest = Some(doubt);
            }
        });
        latest
    }

    /// The write's entry, out of the table; a new one where none is known.
    fn take(&mut self, id: &Rc<WriteId>, policy: &Policy) -> Box<Entry> {
        self.entries.take(id, policy).unwrap_or_else(|| Box::new(Entry::new(id, policy)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edge(writes: &mut Writes) -> EdgeId {
        writes.edge_ids.of("https://a.example")
    }

    fn id(key: &str, fingerprint: &str) -> Rc<WriteId> {
        Rc::new(WriteId {
            ledger: Rc::new(Ledger::new(None, ["https://a.example"])),
            principal: Principal::Key(key.into()),
            nonce: "n".into(),
            fingerprint: fingerprint.into(),
        })
    }

    fn asked(fingerprint: &str) -> Rc<WriteId> {
        let principal = Principal::Asked("x".into());
        let ledger = Rc::new(Ledger::new(None, ["https://a.example"]));
        Rc::new(WriteId { ledger, principal, nonce: "n".into(), fingerprint: fingerprint.into() })
    }

    fn send(writes: &mut Writes, id: &Rc<WriteId>, sent_at_ms: u64) -> Ticket {
        let edge = edge(writes);
        let deadline_ms = sent_at_ms + 10_000;
        let departure =
            Departure { edge, sent_at_ms, deadline_ms, moves: true, standing: Landed::No, token: None };
        writes.sent(id, departure, &Policy::default())
    }

    fn end(writes: &mut Writes, id: &Rc<WriteId>, ticket: &Ticket, landed: Landed, now_ms: u64) -> Landed {
        let end = CopyEnd { landed, silent: None, is_last: true };
        writes.ended(id, ticket, end, &Policy::default(), now_ms)
    }

    fn look(writes: &mut Writes, id: &Rc<WriteId>, now_ms: u64) -> Look {
        writes.look(id, Waits { since_ms: now_ms, ticket: None }, &Policy::default(), now_ms)
    }

    fn look_waiting(writes: &mut Writes, id: &Rc<WriteId>, ticket: u64, now_ms: u64) -> Look {
        let waits = Waits { since_ms: now_ms, ticket: Some(ticket) };
        writes.look(id, waits, &Policy::default(), now_ms)
    }

    fn doubt_since(look: &Look) -> Option<u64> {
        if let Look::InDoubt { doubt, .. } = look { Some(doubt.since_ms) } else { None }
    }

    #[test]
    fn a_copy_in_flight_blocks_until_its_deadline_and_is_in_doubt_from_the_first_look_after_it() {
        let (mut writes, id) = (Writes::default(), id("k", "f"));
        let ticket = send(&mut writes, &id, 100).number;
        assert_eq!(look(&mut writes, &id, 10_099), Look::InFlight { ticket });
        assert_eq!(doubt_since(&look(&mut writes, &id, 15_000)), Some(15_000));
    }

    #[test]
    fn a_doubt_is_not_forgotten_under_a_call_that_waits_for_it() {
        let (mut writes, id) = (Writes::default(), id("k", "f"));
        let ticket = send(&mut writes, &id, 100);
        end(&mut writes, &id, &ticket, Landed::Maybe, 200);
        let forgotten_at_ms = 10_100 + REMEMBERED_MS;
        assert_eq!(doubt_since(&look(&mut writes, &id, forgotten_at_ms - 1)), Some(200));
        assert_eq!(doubt_since(&look(&mut writes, &id, forgotten_at_ms + 900)), Some(200));
        assert_eq!(look(&mut writes, &id, forgotten_at_ms + 3_000), Look::Free);
    }

    #[test]
    fn an_adopted_copy_is_newer_than_what_is_known_of_older_ones() {
        let (mut writes, id) = (Writes::default(), id("k", "f"));
        let ticket = send(&mut writes, &id, 100);
        end(&mut writes, &id, &ticket, Landed::Maybe, 200);
        let edge = edge(&mut writes);
        let adopted = |token| Adopted { edge, token, hears: true };
        writes.adopt(&id, adopted(7), &Policy::default(), 30_000);
        assert_eq!(doubt_since(&look(&mut writes, &id, 30_000)), Some(30_000));
        writes.adopt(&id, adopted(7), &Policy::default(), 31_000);
        assert_eq!(doubt_since(&look(&mut writes, &id, 31_000)), Some(30_000));
    }

    #[test]
    fn a_nonce_belongs_to_one_request_of_one_owner() {
        let mut writes = Writes::default();
        send(&mut writes, &id("k", "f"), 100);
        assert_eq!(look(&mut writes, &id("k", "g"), 200), Look::Conflict);
        assert_eq!(look(&mut writes, &id("other", "g"), 200), Look::Free);
        let asked = asked("g");
        assert!(
            matches!(look(&mut writes, &asked, 200), Look::InFlight { .. }),
            "nobody can tell whose it is"
        );
    }

    #[test]
    fn nonces_of_one_hash_are_two_writes() {
        let mut writes = Writes::default();
        let [first, second] = ["declinate", "macallums"].map(|nonce| {
            let id = Rc::into_inner(id("k", "f")).expect("nobody else has it");
            Rc::new(WriteId { nonce: nonce.into(), ..id })
        });
        let ticket = send(&mut writes, &first, 100);
        assert_eq!(look(&mut writes, &second, 150), Look::Free);
        let other = send(&mut writes, &second, 160);
        assert_eq!(look(&mut writes, &first, 170), Look::InFlight { ticket: ticket.number });
        end(&mut writes, &first, &ticket, Landed::No, 200);
        assert_eq!(look(&mut writes, &first, 210), Look::Free);
        assert_eq!(look(&mut writes, &second, 210), Look::InFlight { ticket: other.number });
    }

    #[test]
    fn a_refusal_after_doubt_leaves_the_doubt() {
        let (mut writes, id) = (Writes::default(), id("k", "f"));
        let first = send(&mut writes, &id, 100);
        assert_eq!(end(&mut writes, &id, &first, Landed::Maybe, 900), Landed::Maybe);
        let second = send(&mut writes, &id, 2_000);
        assert_eq!(end(&mut writes, &id, &second, Landed::No, 2_100), Landed::Maybe);
        assert_eq!(doubt_since(&look(&mut writes, &id, 2_100)), Some(900));
    }

    #[test]
    fn a_late_end_ends_no_later_copy() {
        let (mut writes, id) = (Writes::default(), id("k", "f"));
        let late = send(&mut writes, &id, 100);
        let next = send(&mut writes, &id, 12_000).number;
        end(&mut writes, &id, &late, Landed::Maybe, 12_100);
        assert_eq!(look(&mut writes, &id, 12_200), Look::InFlight { ticket: next });
    }

    #[test]
    fn an_answer_is_for_its_owner_and_a_refusal_for_those_that_waited() {
        let (mut writes, id) = (Writes::default(), id("k", "f"));
        let edge = edge(&mut writes);
        let ticket = send(&mut writes, &id, 100);
        end(&mut writes, &id, &ticket, Landed::No, 150);
        writes.keep(ticket.number, edge, 10, &Policy::default(), 150);
        assert_eq!(look(&mut writes, &id, 160), Look::Free);
        let waited = look_waiting(&mut writes, &id, ticket.number, 160);
        assert_eq!(waited, Look::Answered { ticket: ticket.number, landed: Landed::No });
        let next = send(&mut writes, &id, 200);
        end(&mut writes, &id, &next, Landed::Yes, 250);
        writes.keep(next.number, edge, 10, &Policy::default(), 250);
        let shared = Look::Answered { ticket: next.number, landed: Landed::Yes };
        assert_eq!(look_waiting(&mut writes, &id, next.number, 260), shared);
        let earlier = Waits { since_ms: 240, ticket: None };
        assert_eq!(writes.look(&id, earlier, &Policy::default(), 260), shared);
        assert_eq!(
            look(&mut writes, &id, 260),
            Look::Applied { until_ms: 1_250 },
            "who comes later asks the ledger"
        );
        let asked = asked("f");
        assert_eq!(look(&mut writes, &asked, 260), Look::Applied { until_ms: 1_250 });
    }
}
