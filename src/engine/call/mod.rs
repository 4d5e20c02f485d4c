//! One call, from its first step to its last: a state machine that is told what happened and when, and says what
//! to do. It does no I/O, has no clock and draws no random numbers.

mod heading;
mod orders;
mod probing;
mod sending;
mod step;
mod watching;

use std::rc::Rc;

use super::copies::{Copies, Ticket};
use super::edge::{Edge, Health};
use super::edges::EdgeTable;
use super::event::Event;
use super::policy::{Policy, Rule};
use super::verdict::{Ending, Landed, Row};
use super::watch::Watch;
pub use orders::{Action, End, Orders};
use step::Step;

/// What all calls of a client share: plain data, borrowed for one step at a time.
#[derive(Clone, Debug)]
pub struct Shared {
    /// The edges.
    pub edges: EdgeTable,
    /// The copies of writes.
    pub copies: Copies,
}

/// Whether a call writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It only reads: any edge, at once.
    Read,
    /// It writes: the settle rule holds between its copies.
    Write {
        /// What all its copies carry.
        nonce: Rc<str>,
        /// What the nonce stands for.
        fingerprint: Rc<str>,
        /// Whether a copy may go to another edge after one that may have landed.
        moves: bool,
    },
}

/// What happened.
#[derive(Clone, Copy, Debug)]
pub enum Input<'a> {
    /// Time passed, or the call begins.
    Tick,
    /// A probe of this edge ended; `None` when it failed.
    Probe(usize, Option<Health>),
    /// The attempt ended, with its `Retry-After` in milliseconds.
    Ended(Ending<'a>, Option<u64>),
    /// What the request is sent with is at hand, see [`Call::awaiting_key`].
    Key,
    /// What [`Action::Ask`] asked for this edge was granted.
    Permit(usize),
    /// The caller gave up.
    Abort,
}

#[derive(Debug)]
struct Probe {
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
    Racing { field: Vec<usize>, since_ms: u64, until_ms: u64 },
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
pub struct Call {
    policy: Policy,
    kind: Kind,
    only: Option<usize>,
    /// The request needs the time of the edge it goes to.
    needs_clock: bool,
    /// The edge that was asked for its time.
    clock_asked: Option<usize>,
    /// No request leaves before [`Input::Key`].
    awaits_key: bool,
    /// See [`Call::without_nonce`].
    lacks_nonce: bool,
    /// See [`Call::as_probe`].
    is_probe: bool,
    permit: Permit,
    started_at_ms: u64,
    deadline_ms: u64,
    attempts: u32,
    retries: u32,
    left: Vec<usize>,
    retried_same: Vec<usize>,
    probes: Vec<Probe>,
    /// When the probes leave that are due beside the attempt in flight.
    beside_at_ms: Option<u64>,
    phase: Phase,
    wake_at_ms: u64,
    /// The copy in flight, or the last one.
    ticket: Option<Ticket>,
    /// What is known of this call's copies.
    own: Landed,
    /// What the table says of the nonce's copies; it forgets, and other calls come and go.
    others: Landed,
    /// The attempt before, for the failover event: its edge and why it ended.
    last: Option<(usize, Row)>,
    /// Since when it looks at another call's race.
    waiting_since_ms: Option<u64>,
    settle_told: bool,
    scouted: bool,
}

impl Call {
    /// A call that begins at `now_ms`; `only` binds it to one edge.
    pub fn new(kind: Kind, only: Option<usize>, policy: Policy, now_ms: u64) -> Self {
        let target = only.map_or(Target::Any, Target::Fixed);
        let late_ms = if policy.keeps(Rule::Deadline) { 0 } else { 1_000 };
        Call {
            policy,
            kind,
            only,
            needs_clock: false,
            clock_asked: None,
            awaits_key: false,
            lacks_nonce: false,
            is_probe: false,
            permit: Permit::Needless,
            started_at_ms: now_ms,
            deadline_ms: now_ms.saturating_add(policy.timeout_ms + late_ms),
            attempts: 0,
            retries: 0,
            left: Vec::new(),
            retried_same: Vec::new(),
            probes: Vec::new(),
            beside_at_ms: None,
            phase: Phase::Heading { target, not_before_ms: now_ms },
            wake_at_ms: now_ms,
            ticket: None,
            own: Landed::No,
            others: Landed::No,
            last: None,
            waiting_since_ms: None,
            settle_told: false,
            scouted: false,
        }
    }

    /// The first copy is made with the clock of the edge it goes to: one that is not known is asked for first.
    #[must_use]
    pub fn needing_clock(mut self, needs_clock: bool) -> Self {
        self.needs_clock = needs_clock;
        self
    }

    /// No request leaves before [`Input::Key`]; a race is run in the meantime.
    #[must_use]
    pub fn awaiting_key(mut self, awaits_key: bool) -> Self {
        self.awaits_key = awaits_key;
        self
    }

    /// The write carries no nonce, as a deletion: nobody else's copies say anything of this call's, and in doubt it is tried once
    /// more and not again.
    #[must_use]
    pub fn without_nonce(mut self, lacks_nonce: bool) -> Self {
        self.lacks_nonce = lacks_nonce;
        self
    }

    /// It asks how the edge is that it is bound to, and so is a probe itself: sent once, waited for no longer than other probes, and
    /// with none beside it.
    #[must_use]
    pub fn as_probe(mut self, is_probe: bool) -> Self {
        if is_probe {
            self.is_probe = true;
            self.policy.attempt_timeout_ms = self.policy.probe_timeout_ms;
            self.policy.max_attempts = 1;
        }
        self
    }

    /// Each attempt is recorded before it leaves: [`Action::Ask`] comes first, and [`Input::Permit`] lets it go.
    #[must_use]
    pub fn needing_permits(mut self, needs_permits: bool) -> Self {
        self.permit = if needs_permits { Permit::Wanted } else { Permit::Needless };
        self
    }

    /// Nothing leaves before `at_ms`; for a call that has not begun.
    pub fn wait_until(&mut self, at_ms: u64) {
        if let Phase::Heading { not_before_ms, .. } = &mut self.phase {
            *not_before_ms = at_ms;
        }
    }

    /// Attempts made so far.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// When the call began.
    pub fn started_at_ms(&self) -> u64 {
        self.started_at_ms
    }

    /// When the call has to be over.
    pub fn deadline_ms(&self) -> u64 {
        self.deadline_ms
    }

    /// Whether some copy of the write may be in the ledger.
    pub fn in_doubt(&self) -> bool {
        self.standing() != Landed::No && self.policy.keeps(Rule::Outcome)
    }

    /// The edge of the attempt in flight, or of the last one.
    pub fn edge(&self) -> Option<usize> {
        match self.phase {
            Phase::Sending { edge, .. } => Some(edge),
            _ => self.last.map(|(edge, _)| edge),
        }
    }

    /// When to step again with [`Input::Tick`] if nothing happens before.
    pub fn wake_at_ms(&self) -> u64 {
        self.wake_at_ms
    }

    /// Takes what happened at `now_ms` and appends what to do to `orders`. `random` draws a uniform number.
    /// `shared` is borrowed for this step only.
    pub fn step(
        &mut self,
        input: Input<'_>,
        shared: &mut Shared,
        now_ms: u64,
        random: &dyn Fn() -> u64,
        orders: &mut Orders,
    ) {
        if matches!(self.phase, Phase::Done) {
            return;
        }
        let pinned = shared.edges.pinned();
        let mut step = Step { call: self, shared, now_ms, random, orders };
        step.take(input);
        step.advance();
        if let Some(edge) = shared.edges.pinned().filter(|edge| Some(*edge) != pinned) {
            let rtt_ms = shared.edges.get(edge).and_then(Edge::rtt_ms);
            orders.events.push(Event::Pin { edge, rtt_ms });
        }
    }

    fn standing(&self) -> Landed {
        if self.lacks_nonce { self.own } else { self.own.and(self.others) }
    }

    /// Whether the attempts are used up when one more has ended, after a call of this standing.
    fn is_spent(&self, before: Landed) -> bool {
        let retried_in_doubt = self.lacks_nonce && before == Landed::Maybe;
        retried_in_doubt || self.attempts >= self.policy.max_attempts
    }

    fn is_write(&self) -> bool {
        matches!(self.kind, Kind::Write { .. })
    }

    /// Whether the call may go on at another edge after an attempt that may have landed.
    fn can_move(&self) -> bool {
        self.only.is_none() && !matches!(self.kind, Kind::Write { moves: false, .. })
    }
}
