//! One round of a call: from the search for an edge to the end of its last attempt. Nearly every call has one.

mod heading;
mod next_copy;
mod orders;
mod probing;
mod sending;
mod step;
mod watching;

use std::rc::Rc;

use super::call::Shared;
use super::code::Code;
use super::edge::Health;
use super::edge_set::EdgeSet;
use super::event::Event;
use super::ledger::Ledger;
use super::policy::{Policy, Rule};
use super::principal::Principal;
use super::verdict::{Ending, Landed, Row};
use super::watch::Watch;
use super::writes::{Ticket, WriteId};
pub use orders::{RoundAction, RoundEnd};
use step::Step;

/// Whether a call writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It only reads: any edge, at once.
    Read,
    /// It writes: its copies keep their distance.
    Write {
        /// What all its copies carry.
        nonce: Rc<str>,
        /// What the nonce stands for.
        fingerprint: Rc<str>,
        /// Whether a copy may go to another edge after one that may have landed.
        moves: bool,
        /// Whether the wire carries the nonce: then an answer to one call of this write is the answer to all of them. Of a write
        /// without one, as a deletion, nobody else's copies say anything, and in doubt it is tried once more and not again.
        replayable: bool,
    },
}

/// What happened.
#[derive(Clone, Copy, Debug)]
pub enum RoundInput<'a> {
    /// Time passed, or the call begins.
    Tick,
    /// The probe with this number ended; `None` when it failed.
    Probe(u32, Option<Health>),
    /// The attempt ended, with its `Retry-After` in milliseconds.
    Ended(Ending<'a>, Option<u64>),
    /// Whose the call is: known from the beginning, or with the key that a function gives.
    Owner(&'a Principal),
    /// What the request is sent with is at hand, see [`Round::awaiting_key`].
    Key,
    /// What [`RoundAction::Ask`] asked for this edge was granted.
    Permit(usize),
    /// The caller gave up.
    Abort,
}

#[derive(Debug)]
struct Probe {
    number: u32,
    edge: usize,
    sent_at_ms: u64,
    until_ms: u64,
}

/// Whether the next attempt may leave, where attempts are recorded before.
#[derive(Clone, Copy, Debug)]
enum Permit {
    Needless,
    Wanted,
    Asked {
        edge: usize,
        at_ms: u64,
    },
    /// What was recorded a while ago may be somebody else's by now.
    Granted {
        edge: usize,
        until_ms: u64,
    },
}

#[derive(Debug)]
enum Phase {
    /// On the way to the next attempt.
    Heading { target: Target, not_before_ms: u64 },
    /// The first fit edge of the field gets the request.
    Racing { field: EdgeSet, since_ms: u64, until_ms: u64 },
    /// An attempt is in flight.
    Sending { edge: usize, sent_at_ms: u64, until_ms: u64, watch: Option<Watch> },
    /// Over.
    Done,
}

#[derive(Clone, Copy, Debug)]
enum Target {
    /// Whoever is best.
    Any,
    /// This one.
    Fixed(usize),
    /// This one, since nobody better was found just now.
    Resort(usize),
    /// This one if it answers a probe, else another.
    IfAlive { edge: usize, asked_at_ms: Option<u64>, alive: bool },
}

/// One call.
#[derive(Debug)]
pub struct Round {
    policy: Policy,
    kind: Kind,
    /// What the table of writes knows the write by, once its owner is known.
    id: Option<Rc<WriteId>>,
    /// Under which the call holds the record of its write.
    token: Option<u64>,
    only: Option<usize>,
    /// The request needs the time of the edge it goes to.
    needs_clock: bool,
    /// The edge that was asked for its time.
    clock_asked: Option<usize>,
    /// No request leaves before [`RoundInput::Key`].
    awaits_key: bool,
    /// See [`Round::probing`].
    is_probe: bool,
    permit: Permit,
    started_at_ms: u64,
    deadline_ms: u64,
    attempts: u32,
    retries: u32,
    left: EdgeSet,
    retried_same: EdgeSet,
    /// Edges that get the next copy of a write only if no other one can.
    put_last: EdgeSet,
    probes: Vec<Probe>,
    probes_sent: u32,
    /// When the probes leave that are due beside the attempt in flight.
    beside_at_ms: Option<u64>,
    phase: Phase,
    wake_at_ms: u64,
    /// The copy in flight.
    ticket: Option<Ticket>,
    /// The copy of another call that this one last waited for.
    waited_for: Option<u64>,
    /// The final round of probes before the next copy: when it began.
    round_at_ms: Option<u64>,
    /// When the network has had time to tell what a late timer kept it from telling.
    excused_until_ms: u64,
    /// Whether the last timer was late too.
    is_excused: bool,
    /// What is known of this call's copies.
    own: Landed,
    /// What the table says of the nonce's copies; it forgets, and other calls come and go.
    others: Landed,
    /// The attempt before, for the failover event: its edge and why it ended.
    last: Option<(usize, &'static Row)>,
    /// Since when it looks at another call's race.
    waiting_since_ms: Option<u64>,
    /// The wait that was last told of.
    settle_told: Option<u64>,
}

impl Round {
    /// A call that begins at `now_ms`; `only` binds it to one edge.
    pub fn new(kind: Kind, only: Option<usize>, policy: Policy, now_ms: u64) -> Self {
        let target = only.map_or(Target::Any, Target::Fixed);
        let late_ms = if policy.keeps(Rule::Deadline) { 0 } else { 1_000 };
        Round {
            policy,
            kind,
            id: None,
            token: None,
            only,
            needs_clock: false,
            clock_asked: None,
            awaits_key: false,
            is_probe: false,
            permit: Permit::Needless,
            started_at_ms: now_ms,
            deadline_ms: now_ms.saturating_add(policy.timeout_ms + late_ms),
            attempts: 0,
            retries: 0,
            left: EdgeSet::EMPTY,
            retried_same: EdgeSet::EMPTY,
            put_last: EdgeSet::EMPTY,
            probes: Vec::new(),
            probes_sent: 0,
            beside_at_ms: None,
            phase: Phase::Heading { target, not_before_ms: now_ms },
            wake_at_ms: now_ms,
            ticket: None,
            waited_for: None,
            round_at_ms: None,
            excused_until_ms: 0,
            is_excused: false,
            own: Landed::No,
            others: Landed::No,
            last: None,
            waiting_since_ms: None,
            settle_told: None,
        }
    }

    /// The first copy is made with the clock of the edge it goes to: one that is not known is asked for first.
    pub fn needing_clock(&mut self, needs_clock: bool) {
        self.needs_clock = needs_clock;
    }

    /// No request leaves before [`RoundInput::Key`]; a race is run in the meantime.
    pub fn awaiting_key(&mut self, awaits_key: bool) {
        self.awaits_key = awaits_key;
    }

    /// It asks how the edge is that it is bound to, and so is a probe itself: sent once, waited for no longer than other probes, and
    /// with none beside it.
    pub fn probing(&mut self, is_probe: bool) {
        if is_probe {
            self.is_probe = true;
            self.policy.attempt_timeout_ms = self.policy.probe_timeout_ms;
            self.policy.max_attempts = 1;
        }
    }

    /// Each attempt is recorded before it leaves: [`RoundAction::Ask`] comes first, and [`RoundInput::Permit`] lets it go.
    pub fn needing_permits(&mut self, needs_permits: bool) {
        self.permit = if needs_permits { Permit::Wanted } else { Permit::Needless };
    }

    /// Nothing leaves before `at_ms`; for a call that has not begun.
    pub fn wait_until(&mut self, at_ms: u64) {
        if let Phase::Heading { not_before_ms, .. } = &mut self.phase {
            *not_before_ms = at_ms;
        }
    }

    /// The record of this write is the call's, under `token`.
    pub fn hold(&mut self, token: u64) {
        self.token = Some(token);
    }

    /// Whose the call is: by this the table of writes knows a write.
    pub fn belong_to(&mut self, ledger: &Rc<Ledger>, principal: &Principal) {
        let Kind::Write { nonce, fingerprint, .. } = &self.kind else { return };
        self.id = Some(Rc::new(WriteId {
            ledger: ledger.clone(),
            principal: principal.clone(),
            nonce: nonce.clone(),
            fingerprint: fingerprint.clone(),
        }));
    }

    /// What the table of writes knows this write by, once its owner is known.
    pub fn write_id(&self) -> Option<&Rc<WriteId>> {
        self.id.as_ref()
    }

    /// Attempts made so far.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// When the call has to be over.
    pub fn deadline_ms(&self) -> u64 {
        self.deadline_ms
    }

    /// What is known of the write, over all its copies.
    pub fn landed(&self) -> Landed {
        self.standing()
    }

    /// Whether some copy of the write may be in the ledger.
    pub fn in_doubt(&self) -> bool {
        self.standing() != Landed::No && self.policy.keeps(Rule::Outcome)
    }

    /// The copy in flight, for the answer that other calls of its write may be given.
    pub fn ticket(&self) -> Option<u64> {
        self.ticket.as_ref().map(|ticket| ticket.number)
    }

    /// The edge of the attempt in flight, or of the last one.
    pub fn edge(&self) -> Option<usize> {
        match self.phase {
            Phase::Sending { edge, .. } => Some(edge),
            _ => self.last.map(|(edge, _)| edge),
        }
    }

    /// What the end of the last attempt comes to, where it is an error.
    pub fn code(&self) -> Option<Code> {
        self.last.and_then(|(_, row)| row.code)
    }

    /// When to step again with [`RoundInput::Tick`] if nothing happens before.
    pub fn wake_at_ms(&self) -> u64 {
        self.wake_at_ms
    }

    /// Takes what happened at `now_ms` and appends what to do to `actions`, and what is to be told of it to `events`. `random` draws a uniform number.
    /// `shared` is borrowed for this step only.
    pub fn step(
        &mut self,
        input: RoundInput<'_>,
        shared: &mut Shared<'_>,
        now_ms: u64,
        random: &dyn Fn() -> u64,
        actions: &mut Vec<RoundAction>,
        events: &mut Vec<Event>,
    ) {
        if matches!(self.phase, Phase::Done) {
            return;
        }
        let pinned = shared.edges.pinned();
        let mut step = Step { round: self, shared, now_ms, random, actions, events };
        step.excuse_late_timer(&input);
        step.take(input);
        step.advance();
        if let Some(edge) = shared.edges.pinned().filter(|edge| Some(*edge) != pinned) {
            let rtt_ms = shared.edges[edge].rtt_ms();
            events.push(Event::Pin { edge, rtt_ms });
        }
    }

    fn standing(&self) -> Landed {
        if self.lacks_nonce() { self.own } else { self.own.and(self.others) }
    }

    /// Whether the attempts are used up when one more has ended, after a call of this standing.
    fn is_spent(&self, before: Landed) -> bool {
        let retried_in_doubt = self.lacks_nonce() && before == Landed::Maybe;
        retried_in_doubt || self.attempts >= self.policy.max_attempts
    }

    /// Whether it writes.
    pub(crate) fn is_write(&self) -> bool {
        matches!(self.kind, Kind::Write { .. })
    }

    fn lacks_nonce(&self) -> bool {
        matches!(self.kind, Kind::Write { replayable: false, .. })
    }

    /// Whether the call may go on at another edge after an attempt that may have landed.
    fn can_move(&self) -> bool {
        self.only.is_none() && !matches!(self.kind, Kind::Write { moves: false, .. })
    }
}
