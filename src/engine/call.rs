//! One call, from its first step to its last: a state machine that is told what happened and when, and says what
//! to do. It does no I/O, has no clock and draws no random numbers.

use std::rc::Rc;

use super::copies::{Copies, Departure, Gate, Ticket};
use super::edge::{EdgeState, Health};
use super::edges::{Choice, EdgeTable};
use super::event::Event;
use super::policy::{Policy, Rule};
use super::verdict::{Ending, Landed, Next, Row, judge};
use super::watch::{Alarm, Watch};
use super::{backoff_ms, policy::RANKING_STALE_MS};

/// How often a call looks whether another call's copy of its nonce has ended.
const COPY_POLL_MS: u64 = 20;
/// The first look at another call's race; later looks are a quarter of the time spent apart.
const RACE_POLL_MIN_MS: u64 = 4;
const RACE_POLL_MAX_MS: u64 = 25;

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
    /// The caller gave up.
    Abort,
}

/// What to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Send a health probe to this edge.
    Probe(usize),
    /// Cut the probe of this edge.
    CutProbe(usize),
    /// Send the request to this edge.
    Send(usize),
    /// Cut the attempt.
    CutAttempt,
    /// The call is over.
    End(End),
}

/// How a call ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// With the answer of the last attempt.
    Answered,
    /// With the error of the last attempt.
    Failed,
    /// The deadline passed, or a wait would have passed it.
    Deadline,
    /// The nonce belongs to another request; nothing was sent.
    Conflict,
    /// The caller gave up.
    Aborted,
}

/// What one step asks for.
#[derive(Debug, Default)]
pub struct Orders {
    /// In this order.
    pub actions: Vec<Action>,
    /// For `onEvent`.
    pub events: Vec<Event>,
}

#[derive(Debug)]
struct Probe {
    edge: usize,
    sent_at_ms: u64,
    until_ms: u64,
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
    started_at_ms: u64,
    deadline_ms: u64,
    attempts: u32,
    retries: u32,
    left: Vec<usize>,
    retried_same: Vec<usize>,
    probes: Vec<Probe>,
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
    waiting_since_ms: Option<u64>,
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
            started_at_ms: now_ms,
            deadline_ms: now_ms.saturating_add(policy.timeout_ms + late_ms),
            attempts: 0,
            retries: 0,
            left: Vec::new(),
            retried_same: Vec::new(),
            probes: Vec::new(),
            phase: Phase::Heading { target, not_before_ms: now_ms },
            wake_at_ms: now_ms,
            ticket: None,
            own: Landed::No,
            others: Landed::No,
            last: None,
            waiting_since_ms: None,
            scouted: false,
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
            let rtt_ms = shared.edges.get(edge).and_then(super::Edge::rtt_ms);
            orders.events.push(Event::Pin { edge, rtt_ms });
        }
    }

    fn standing(&self) -> Landed {
        self.own.and(self.others)
    }

    fn is_write(&self) -> bool {
        matches!(self.kind, Kind::Write { .. })
    }

    /// Whether the call may go on at another edge after an attempt that may have landed.
    fn can_move(&self) -> bool {
        self.only.is_none() && !matches!(self.kind, Kind::Write { moves: false, .. })
    }
}

/// One step of a call, with all it needs at hand.
struct Step<'a> {
    call: &'a mut Call,
    shared: &'a mut Shared,
    now_ms: u64,
    random: &'a dyn Fn() -> u64,
    orders: &'a mut Orders,
}

impl Step<'_> {
    fn take(&mut self, input: Input<'_>) {
        match input {
            Input::Tick => {}
            Input::Probe(edge, health) => self.probe_ended(edge, health),
            Input::Ended(ending, retry_after_ms) => self.attempt_ended(ending, retry_after_ms),
            Input::Abort => {
                self.cut_attempt();
                self.end(End::Aborted);
            }
        }
    }

    /// Does everything that is due, until only time or an input can help.
    fn advance(&mut self) {
        self.expire_probes();
        while !matches!(self.call.phase, Phase::Done) {
            if self.now_ms >= self.call.deadline_ms {
                self.cut_attempt();
                self.end(End::Deadline);
                return;
            }
            if let Some(wake_at_ms) = self.phase() {
                let probes = self.call.probes.iter().map(|probe| probe.until_ms).min();
                self.call.wake_at_ms =
                    wake_at_ms.min(self.call.deadline_ms).min(probes.unwrap_or(u64::MAX)).max(self.now_ms);
                return;
            }
        }
    }

    /// One look at the phase: `None` when it changed, else when to look again.
    fn phase(&mut self) -> Option<u64> {
        match &mut self.call.phase {
            Phase::Heading { target, not_before_ms } => {
                let (target, not_before_ms) = (*target, *not_before_ms);
                self.head_for(target, not_before_ms)
            }
            Phase::Racing { field, since_ms, until_ms } => {
                let (since_ms, until_ms) = (*since_ms, *until_ms);
                let pending = self.call.probes.iter().any(|probe| field.contains(&probe.edge));
                if pending && self.now_ms < until_ms {
                    return Some(until_ms);
                }
                // The field may have changed since: another call may have left some of it.
                let field = self.shared.edges.field(&self.call.left, self.now_ms);
                let resort = self.shared.edges.last_resort(&field, since_ms);
                self.shared.edges.end_race(None);
                let target = resort.map_or(Target::Any, Target::Resort);
                self.head(target, self.now_ms);
                None
            }
            Phase::Sending { until_ms, .. } if self.now_ms >= *until_ms => {
                self.cut_and_judge(Ending::TimedOut);
                None
            }
            Phase::Sending { .. } => self.watch(),
            Phase::Done => Some(u64::MAX),
        }
    }

    // ---- towards an attempt -------------------------------------------------------------------------

    fn head(&mut self, target: Target, not_before_ms: u64) {
        self.call.phase = Phase::Heading { target, not_before_ms };
    }

    fn head_for(&mut self, target: Target, not_before_ms: u64) -> Option<u64> {
        if self.now_ms < not_before_ms {
            return Some(not_before_ms);
        }
        let target = match self.pass_gate(target) {
            Ok(target) => target,
            Err(wake_at_ms) => {
                // After a wait, who is best is a new question.
                if let Phase::Heading { target: target @ Target::Resort(_), .. } = &mut self.call.phase {
                    *target = Target::Any;
                }
                return wake_at_ms;
            }
        };
        match target {
            Target::Fixed(edge) | Target::Resort(edge) => self.send(edge),
            // Taken over from an earlier call, and left by yet another meanwhile.
            Target::IfAlive { edge, .. } if self.call.attempts == 0 && self.rests(edge) => {
                self.head(Target::Any, self.now_ms);
            }
            Target::IfAlive { edge, alive: true, .. } => self.send(edge),
            Target::IfAlive { edge, asked_at_ms, .. } => return self.await_sign_of_life(edge, asked_at_ms),
            Target::Any => match self.shared.edges.choose(&self.call.left, &self.call.policy, self.now_ms) {
                Choice::Send(edge) => self.send(edge),
                Choice::Race => self.race(),
                Choice::WaitForRace => return Some(self.race_poll_at_ms()),
            },
        }
        None
    }

    /// The settle rule. `Err` says when to look again, or `Err(None)` that the phase changed.
    fn pass_gate(&mut self, target: Target) -> Result<Target, Option<u64>> {
        let Kind::Write { nonce, fingerprint, .. } = &self.call.kind else { return Ok(target) };
        let gate = self.shared.copies.gate(nonce, fingerprint, &self.call.policy, self.now_ms);
        let last_edge = self.shared.copies.last_edge(nonce);
        match gate {
            Gate::Conflict => {
                self.end(End::Conflict);
                Err(None)
            }
            Gate::InFlight => {
                self.call.others = Landed::Maybe;
                self.announce_settle(0);
                Err(Some(self.now_ms + COPY_POLL_MS))
            }
            Gate::Settling { until_ms, standing } => {
                self.call.others = standing;
                Err(self.wait_to_settle(target, until_ms))
            }
            Gate::Open { standing } => {
                self.call.others = standing;
                Ok(self.take_over(target, last_edge.filter(|_| standing == Landed::Maybe)))
            }
        }
    }

    fn wait_to_settle(&mut self, target: Target, until_ms: u64) -> Option<u64> {
        // A wait that would end after the deadline is not begun.
        if until_ms >= self.call.deadline_ms {
            self.end(if self.call.last.is_some() { End::Failed } else { End::Deadline });
            return None;
        }
        self.announce_settle(until_ms - self.now_ms);
        self.scout(target);
        Some(until_ms)
    }

    /// A copy of an earlier call may have landed at `last_edge`: that edge comes first.
    fn take_over(&mut self, target: Target, last_edge: Option<usize>) -> Target {
        let Some(edge) = last_edge.filter(|_| self.call.attempts == 0) else { return target };
        let rests = self.rests(edge);
        match target {
            Target::Any if !self.call.can_move() => Target::Fixed(edge),
            Target::Any if !rests && !self.call.retried_same.contains(&edge) => {
                self.call.retried_same.push(edge);
                let target = Target::IfAlive { edge, asked_at_ms: None, alive: false };
                self.head(target, self.now_ms);
                target
            }
            _ => target,
        }
    }

    fn rests(&self, edge: usize) -> bool {
        self.shared.edges.get(edge).is_none_or(|known| known.state(self.now_ms) == EdgeState::Cooling)
    }

    /// While the settle rule holds the call anyway, find out who is alive.
    fn scout(&mut self, target: Target) {
        // After a success nobody needs finding: the pinned edge serves the replay too.
        if self.call.scouted || self.call.only.is_some() || self.call.others == Landed::Yes {
            return;
        }
        self.call.scouted = true;
        if let Target::IfAlive { edge, asked_at_ms: None, alive } = target {
            self.probe(edge);
            let target = Target::IfAlive { edge, asked_at_ms: Some(self.now_ms), alive };
            self.head(target, self.now_ms);
        }
        if !matches!(target, Target::Fixed(_)) {
            self.probe_unheard();
        }
    }

    fn await_sign_of_life(&mut self, edge: usize, asked_at_ms: Option<u64>) -> Option<u64> {
        let Some(asked_at_ms) = asked_at_ms else {
            self.probe(edge);
            self.head(Target::IfAlive { edge, asked_at_ms: Some(self.now_ms), alive: false }, self.now_ms);
            return None;
        };
        // The same patience as the watch has with a suspect.
        let rtt_ms = self.shared.edges.get(edge).and_then(super::Edge::rtt_ms);
        let until_ms = asked_at_ms + rtt_ms.map_or(1_000, |rtt_ms| 200.max(6 * rtt_ms));
        if self.now_ms < until_ms {
            return Some(until_ms);
        }
        self.leave(edge, "no sign of life");
        self.head(Target::Any, self.now_ms);
        None
    }

    fn race(&mut self) {
        let field = self.shared.edges.field(&self.call.left, self.now_ms);
        for edge in &field {
            self.probe(*edge);
        }
        let until_ms = self.now_ms + self.call.policy.probe_timeout_ms;
        self.call.phase = Phase::Racing { field, since_ms: self.now_ms, until_ms };
    }

    fn race_poll_at_ms(&mut self) -> u64 {
        let since_ms = *self.call.waiting_since_ms.get_or_insert(self.now_ms);
        let waited_ms = self.now_ms.saturating_sub(since_ms);
        self.now_ms + (waited_ms / 4).clamp(RACE_POLL_MIN_MS, RACE_POLL_MAX_MS)
    }

    fn announce_settle(&mut self, wait_ms: u64) {
        if !self.call.scouted && self.call.waiting_since_ms.is_none() {
            self.call.waiting_since_ms = Some(self.now_ms);
            self.orders.events.push(Event::Settle { wait_ms });
        }
    }

    fn send(&mut self, edge: usize) {
        let policy = self.call.policy;
        let until_ms = self.now_ms.saturating_add(policy.attempt_timeout_ms).min(self.call.deadline_ms);
        if let Kind::Write { nonce, fingerprint, .. } = &self.call.kind {
            let standing = self.call.standing();
            let departure = Departure { edge, sent_at_ms: self.now_ms, deadline_ms: until_ms, standing };
            self.call.ticket = Some(self.shared.copies.sent(nonce, fingerprint, departure, &policy));
        }
        let call = &mut *self.call;
        call.attempts += 1;
        call.scouted = false;
        call.waiting_since_ms = None;
        if let Some((from, row)) = call.last.filter(|(from, _)| *from != edge) {
            self.orders.events.push(Event::Failover { from, to: edge, reason: row.reason });
        }
        self.orders.events.push(Event::Attempt { edge, attempt: call.attempts });
        self.orders.actions.push(Action::Send(edge));
        let watched = call.can_move() && self.shared.edges.len() > 1;
        let watch = watched.then(|| Watch::new(self.shared.edges.get(edge), self.now_ms));
        call.phase = Phase::Sending { edge, sent_at_ms: self.now_ms, until_ms, watch };
        for due in self.shared.edges.due_probes(edge, &policy, self.now_ms) {
            self.probe(due);
        }
    }

    // ---- an attempt in flight -----------------------------------------------------------------------

    /// The watch over the attempt in flight.
    fn watch(&mut self) -> Option<u64> {
        let Phase::Sending { edge, until_ms, watch, .. } = &mut self.call.phase else { return None };
        let (edge, until_ms) = (*edge, *until_ms);
        let Some(watch) = watch else { return Some(until_ms) };
        let (alarm, silent_ms) = (watch.tick(self.now_ms), watch.silent_ms(self.now_ms));
        let wake_at_ms = watch.wake_at_ms().unwrap_or(until_ms).min(until_ms);
        match alarm {
            Alarm::None => {}
            Alarm::Suspect => {
                self.orders.events.push(Event::Suspect { edge, silent_ms });
                self.probe(edge);
                self.probe_unheard();
            }
            Alarm::Dead => {
                let mut left = self.call.left.clone();
                left.push(edge);
                // With nowhere better to go, waiting is all that is left.
                if self.shared.edges.has_fit(&left, &self.call.policy, self.now_ms) {
                    self.cut_and_judge(Ending::Silent);
                    return None;
                }
            }
        }
        Some(wake_at_ms)
    }

    fn cut_and_judge(&mut self, ending: Ending<'_>) {
        self.orders.actions.push(Action::CutAttempt);
        self.attempt_ended(ending, None);
    }

    /// Cuts the attempt without a verdict: nobody will hear of it, so it may have landed.
    fn cut_attempt(&mut self) {
        if let Phase::Sending { edge, .. } = self.call.phase {
            self.orders.actions.push(Action::CutAttempt);
            self.close_copy(Landed::Maybe);
            self.call.last = Some((edge, judge(Ending::TimedOut)));
        }
    }

    fn close_copy(&mut self, landed: Landed) {
        let Kind::Write { nonce, fingerprint, .. } = &self.call.kind else { return };
        let Some(ticket) = self.call.ticket.take() else { return };
        let copies = &mut self.shared.copies;
        self.call.own = self.call.own.and(landed);
        self.call.others = copies.ended(nonce, fingerprint, ticket, landed, &self.call.policy, self.now_ms);
    }

    fn attempt_ended(&mut self, ending: Ending<'_>, retry_after_ms: Option<u64>) {
        let Phase::Sending { edge, sent_at_ms, .. } = self.call.phase else { return };
        let row = judge(ending);
        let next = if self.call.is_write() { row.write } else { row.read };
        self.close_copy(row.landed);
        self.call.last = Some((edge, row));
        if matches!(next, Next::Answer | Next::Surface | Next::SameLater | Next::SameOnce) {
            self.shared.edges.record_answer(edge, sent_at_ms, self.now_ms);
        }
        let spent = self.call.attempts >= self.call.policy.max_attempts;
        match next {
            Next::Answer => self.end(End::Answered),
            Next::Surface => self.end(End::Failed),
            Next::SameOnce if self.call.retried_same.contains(&edge) => self.end(End::Failed),
            Next::SameLater | Next::SameOnce if spent => self.end(End::Failed),
            Next::SameLater => self.retry_same(edge, retry_after_ms, row.reason),
            Next::SameOnce => {
                self.call.retried_same.push(edge);
                self.retry_same(edge, retry_after_ms, row.reason);
            }
            Next::OtherNow | Next::SettleSame | Next::SettleOther => {
                self.move_on(edge, next, spent, retry_after_ms, row.reason);
            }
        }
    }

    fn retry_same(&mut self, edge: usize, retry_after_ms: Option<u64>, reason: &'static str) {
        let wait_ms = retry_after_ms.unwrap_or_else(|| self.backoff_ms());
        self.wait(Target::Fixed(edge), wait_ms, Some((edge, reason)));
    }

    fn move_on(
        &mut self,
        edge: usize,
        next: Next,
        spent: bool,
        retry_after_ms: Option<u64>,
        reason: &'static str,
    ) {
        if !self.call.can_move() {
            if spent {
                return self.end(End::Failed);
            }
            return self.retry_same(self.call.only.unwrap_or(edge), retry_after_ms, reason);
        }
        // An edge that asks for more patience than the settle rule has is better left.
        let patient = retry_after_ms.is_none_or(|wait_ms| wait_ms <= self.call.policy.settle_ms);
        let same_first = next == Next::SettleSame && patient && !self.call.retried_same.contains(&edge);
        if same_first && !spent && self.shared.edges.len() > 1 {
            self.call.retried_same.push(edge);
            let target = Target::IfAlive { edge, asked_at_ms: None, alive: false };
            return self.wait(target, retry_after_ms.unwrap_or(0), Some((edge, reason)));
        }
        self.leave(edge, reason);
        if spent {
            return self.end(End::Failed);
        }
        // Once every edge has been left, the next round is not begun in a hurry.
        let wait_ms = if self.call.left.len() >= self.shared.edges.len() { self.backoff_ms() } else { 0 };
        self.wait(Target::Any, wait_ms, None);
    }

    fn wait(&mut self, target: Target, wait_ms: u64, retry: Option<(usize, &'static str)>) {
        let not_before_ms = self.now_ms.saturating_add(wait_ms);
        if not_before_ms >= self.call.deadline_ms {
            return self.end(End::Failed);
        }
        if let Some((edge, reason)) = retry {
            self.orders.events.push(Event::Retry { edge, wait_ms, reason });
        }
        self.head(target, not_before_ms);
    }

    fn backoff_ms(&mut self) -> u64 {
        self.call.retries += 1;
        backoff_ms(self.call.retries - 1, (self.random)())
    }

    fn leave(&mut self, edge: usize, reason: &'static str) {
        if !self.call.left.contains(&edge) {
            self.call.left.push(edge);
        }
        self.shared.edges.cool(edge, &self.call.policy, self.now_ms);
        let cooldown_ms = self.call.policy.cooldown_ms;
        self.orders.events.push(Event::Cooldown { edge, cooldown_ms, reason });
    }

    // ---- probes -------------------------------------------------------------------------------------

    fn probe(&mut self, edge: usize) {
        if self.call.probes.iter().any(|probe| probe.edge == edge) {
            return;
        }
        let until_ms = self.now_ms.saturating_add(self.call.policy.probe_timeout_ms);
        self.call.probes.push(Probe { edge, sent_at_ms: self.now_ms, until_ms });
        self.shared.edges.record_probe_sent(edge, self.now_ms);
        self.orders.actions.push(Action::Probe(edge));
    }

    /// Probes every edge that could take over and has not answered lately.
    fn probe_unheard(&mut self) {
        let now_ms = self.now_ms;
        let unheard = |(_, edge): &(usize, &super::Edge)| {
            edge.state(now_ms) != EdgeState::Cooling
                && edge.answered_at_ms.is_none_or(|at_ms| now_ms.saturating_sub(at_ms) >= RANKING_STALE_MS)
        };
        let edges: Vec<usize> =
            self.shared.edges.iter().enumerate().filter(unheard).map(|(at, _)| at).collect();
        for edge in edges {
            self.probe(edge);
        }
    }

    fn expire_probes(&mut self) {
        let now_ms = self.now_ms;
        while let Some(late) = self.call.probes.iter().find(|probe| now_ms >= probe.until_ms) {
            let edge = late.edge;
            self.orders.actions.push(Action::CutProbe(edge));
            self.probe_ended(edge, None);
        }
    }

    fn probe_ended(&mut self, edge: usize, health: Option<Health>) {
        let Some(at) = self.call.probes.iter().position(|probe| probe.edge == edge) else { return };
        let rtt_ms = self.now_ms.saturating_sub(self.call.probes.swap_remove(at).sent_at_ms);
        let fit = health.is_some_and(|health| health.qualifies());
        match &health {
            Some(health) => {
                self.shared.edges.record_probe(edge, rtt_ms, health, &self.call.policy, self.now_ms);
            }
            None => self.shared.edges.record_probe_failed(edge),
        }
        let rtt_ms = health.map(|_| rtt_ms);
        self.orders.events.push(Event::Probe { edge, rtt_ms, fit });
        self.heed_probe(edge, health.is_some(), fit);
    }

    /// What a probe's end means for the phase.
    fn heed_probe(&mut self, probed: usize, answered: bool, fit: bool) {
        let now_ms = self.now_ms;
        match &mut self.call.phase {
            Phase::Racing { field, .. } if fit && field.contains(&probed) => {
                self.shared.edges.end_race(Some(probed));
                self.head(Target::Any, now_ms);
            }
            Phase::Heading { target: Target::IfAlive { edge, alive, .. }, .. }
                if *edge == probed && answered =>
            {
                *alive = true;
            }
            Phase::Heading { target: Target::IfAlive { edge, .. }, not_before_ms } if *edge == probed => {
                let not_before_ms = *not_before_ms;
                self.leave(probed, "no sign of life");
                self.head(Target::Any, not_before_ms);
            }
            Phase::Sending { edge, watch: Some(watch), .. } if *edge == probed => {
                if answered {
                    watch.alive(now_ms);
                } else {
                    watch.unreachable();
                }
            }
            _ => {}
        }
    }

    fn end(&mut self, end: End) {
        for probe in std::mem::take(&mut self.call.probes) {
            self.orders.actions.push(Action::CutProbe(probe.edge));
            let elapsed_ms = self.now_ms.saturating_sub(probe.sent_at_ms);
            self.shared.edges.record_probe_cut(probe.edge, elapsed_ms, self.now_ms);
        }
        self.call.phase = Phase::Done;
        self.orders.actions.push(Action::End(end));
    }
}
