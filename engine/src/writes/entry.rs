//! One write of the table: its copies by edge, what is known of them, and the phase of the last one.

use std::rc::Rc;

use super::{CopyEnd, Departure, Look, REMEMBERED_MS, Ticket, Waits, WriteId};
use crate::doubt::Doubt;
use crate::edge_ids::EdgeId;
use crate::policy::{Policy, Rule};
use crate::principal::Relation;
use crate::verdict::Landed;

/// A write, and how its last copy stands.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) id: Rc<WriteId>,
    pub(super) settle_ms: u64,
    pub(super) moves: bool,
    /// Under which the call of the last copy held the write's record.
    pub(super) token: Option<u64>,
    /// The edges of its copies.
    pub(super) copies: Vec<EdgeId>,
    /// What is known of the write: once a copy may have landed, no later refusal proves that nothing was written.
    pub(super) standing: Landed,
    pub(super) phase: Phase,
    /// The last refusal that ended a call: for the calls that waited when it came.
    pub(super) refused: Option<u64>,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Phase {
    InFlight {
        ticket: u64,
        edge: EdgeId,
        sent_at_ms: u64,
        deadline_ms: u64,
        before: Option<Doubt>,
        /// What its edge last answered to anybody in the module: when that left, and when the answer came.
        own_heard_ms: Option<(u64, u64)>,
    },
    InDoubt {
        doubt: Doubt,
        forgotten_at_ms: u64,
    },
    Applied {
        ticket: u64,
        at_ms: u64,
    },
    Refused {
        at_ms: u64,
    },
}

impl Entry {
    pub(super) fn new(id: &Rc<WriteId>, policy: &Policy) -> Self {
        Entry {
            id: id.clone(),
            settle_ms: policy.settle_ms,
            moves: true,
            token: None,
            copies: Vec::new(),
            standing: Landed::No,
            phase: Phase::Refused { at_ms: 0 },
            refused: None,
        }
    }

    pub(super) fn relation(&self, id: &WriteId, policy: &Policy) -> Relation {
        if !self.id.ledger.is_same(&id.ledger) {
            return Relation::Different;
        }
        if policy.keeps(Rule::Owner) { self.id.principal.relation(&id.principal) } else { Relation::Same }
    }

    /// Whether this is the entry of `id`, which has no other.
    pub(super) fn is_of(&self, id: &WriteId, policy: &Policy) -> bool {
        self.relation(id, policy) == Relation::Same && self.id.fingerprint == id.fingerprint
    }

    pub(super) fn look(
        &mut self,
        waits: Waits,
        is_answer: &dyn Fn(u64) -> bool,
        policy: &Policy,
        now_ms: u64,
    ) -> Look {
        let has_seen = |ticket: u64| waits.ticket.is_some_and(|seen| seen <= ticket);
        if let Some(ticket) = self.refused.filter(|ticket| has_seen(*ticket))
            && is_answer(ticket)
        {
            return Look::Answered { ticket, landed: self.standing };
        }
        if let Phase::InFlight { edge, sent_at_ms, deadline_ms, .. } = &self.phase
            && (now_ms >= *deadline_ms || !policy.keeps(Rule::OneCopy))
        {
            // Its call is dead, or the whole process stood still past the deadline and the copy is cut only now.
            let doubt = Doubt::new(*edge, *sent_at_ms, now_ms);
            let forgotten_at_ms = deadline_ms.saturating_add(REMEMBERED_MS);
            self.standing = self.standing.and(Landed::Maybe);
            self.phase = Phase::InDoubt { doubt, forgotten_at_ms };
        }
        // The call that looks waits for no longer than the distance between copies before it looks again.
        if let Phase::InDoubt { forgotten_at_ms, .. } = &mut self.phase {
            *forgotten_at_ms = (*forgotten_at_ms).max(now_ms + 2 * self.settle_ms);
        }
        match &self.phase {
            Phase::InFlight { ticket, .. } => Look::InFlight { ticket: *ticket },
            Phase::InDoubt { doubt, .. } => {
                Look::InDoubt { doubt: *doubt, settle_ms: self.settle_ms, moves: self.moves }
            }
            Phase::Applied { ticket, at_ms }
                if is_answer(*ticket) && (has_seen(*ticket) || waits.since_ms < *at_ms) =>
            {
                Look::Answered { ticket: *ticket, landed: Landed::Yes }
            }
            Phase::Applied { at_ms, .. } => Look::Applied { until_ms: at_ms + self.settle_ms },
            Phase::Refused { .. } => Look::Free,
        }
    }

    /// The copy with this ticket has ended. `is_known`: the table had this entry.
    pub(super) fn ended(&mut self, ticket: &Ticket, end: CopyEnd, is_known: bool, now_ms: u64) {
        self.standing = self.standing.and(end.landed);
        let Departure { edge, sent_at_ms, deadline_ms, .. } = ticket.departure;
        let own_heard_ms = match &self.phase {
            Phase::InFlight { own_heard_ms, .. } => *own_heard_ms,
            _ => None,
        };
        let before = match &self.phase {
            Phase::InFlight { ticket: current, before, .. } if *current == ticket.number => *before,
            // Another call took the deadline for the end of this copy, which ends only now.
            Phase::InDoubt { doubt, .. }
                if end.landed != Landed::No && doubt.edge == edge && doubt.sent_at_ms == sent_at_ms =>
            {
                None
            }
            // A process that stood still past the deadline ends its copy late. By then the table may have forgotten the copy, or
            // may hold the next one, of another call, which is still in flight.
            _ if is_known => return,
            _ => None,
        };
        let (since_ms, other_heard_at_ms) = end.silent.unwrap_or((now_ms, None));
        let forgotten_at_ms = deadline_ms.saturating_add(REMEMBERED_MS).max(now_ms + self.settle_ms);
        let in_doubt = |doubt| Phase::InDoubt { doubt, forgotten_at_ms };
        self.phase = match (end.landed, before) {
            (Landed::Yes, _) => Phase::Applied { ticket: ticket.number, at_ms: now_ms },
            (Landed::Maybe, _) => in_doubt(Doubt {
                is_silent: end.silent.is_some(),
                own_heard_at_ms: own_heard_ms
                    .filter(|(left_ms, _)| *left_ms >= since_ms)
                    .map(|(_, at_ms)| at_ms),
                other_heard_at_ms,
                ..Doubt::new(edge, sent_at_ms, since_ms)
            }),
            // A proof that this copy wrote nothing leaves the doubt of the copies before it.
            (Landed::No, Some(before)) => in_doubt(before),
            // A replay was refused, of a write that is in the ledger.
            (Landed::No, None) if self.standing == Landed::Yes => {
                Phase::Applied { ticket: ticket.number, at_ms: now_ms }
            }
            (Landed::No, None) => Phase::Refused { at_ms: now_ms },
        };
        // What leaves the write in doubt is no answer for those that wait: the next of them sends.
        if end.is_last && self.standing == Landed::No {
            self.refused = Some(ticket.number);
        }
    }

    /// Whether `edge` had two copies already.
    pub(super) fn had_two(&self, edge: EdgeId) -> bool {
        self.copies.iter().filter(|each| **each == edge).count() >= 2
    }

    pub(super) fn forgotten_at_ms(&self) -> u64 {
        match &self.phase {
            Phase::InFlight { deadline_ms, .. } => deadline_ms.saturating_add(REMEMBERED_MS),
            Phase::InDoubt { forgotten_at_ms, .. } => *forgotten_at_ms,
            Phase::Applied { at_ms, .. } | Phase::Refused { at_ms } => at_ms + self.settle_ms,
        }
    }
}
