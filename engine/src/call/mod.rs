//! One call, from its first race to its outcome: a state machine that is told what happened and when, and says what to do. It does no
//! I/O, has no clock and draws no random numbers.
//!
//! A [`Round`] finds an edge, sends, watches and judges. Around the rounds stand what a call has to have before anything leaves (its key,
//! the record of its write) and what its end means.

mod ending;
mod input;
mod key;
mod orders;
mod record;
mod request;
mod rounds;

use std::rc::Rc;

use crate::edges::EdgeTable;
use crate::ledger::Ledger;
use crate::round::{Round, RoundAction, RoundInput};
use crate::verdict::{Body, Ending};
use crate::writes::Writes;
pub use input::{Claimed, Ended, Input, Left, Touched};
use key::Key;
pub use orders::{Action, Close, End, Orders, Outcome, Reason};
use record::{Asked, Record};
pub use request::{KeyNeed, Recording, Request, StoreFailure};
use rounds::Carried;

/// What calls share: plain data, borrowed for one step at a time.
#[derive(Debug)]
pub struct Shared<'a> {
    /// The edges of the client.
    pub edges: &'a mut EdgeTable,
    /// The writes of the module.
    pub writes: &'a mut Writes,
    /// The ledger of the client.
    pub ledger: &'a Rc<Ledger>,
}

impl Shared<'_> {
    /// Whether an edge of this client has ever answered a probe of the module.
    pub(super) fn has_heard(&self) -> bool {
        self.edges.iter().any(|edge| self.writes.edge_ids.has_heard(edge.id))
    }
}

/// One call.
#[derive(Debug)]
pub struct Call {
    request: Request,
    round: Round,
    key: Key,
    record: Record,
    /// What the store was asked and has not answered.
    asked: Asked,
    carried: Carried,
    /// What the last attempt gave.
    last: Option<Last>,
    /// Whether an answer is there that the record of the write can be completed with.
    has_answer: bool,
    /// Why the call cannot go on, though nobody gave it up.
    given_up: Option<Reason>,
    phase: Phase,
}

#[derive(Clone, Copy, Debug)]
enum Phase {
    Running,
    /// It ends so, once that is written down.
    Concluding(End),
    Over,
}

/// What the last attempt gave, as far as the end of the call depends on it.
#[derive(Clone, Copy, Debug)]
struct Last {
    body: Option<Body>,
    is_behind: bool,
    is_deleted: bool,
}

impl Last {
    fn of(ended: &Ended<'_>) -> Last {
        let body = match ended.ending {
            Ending::Status { body, .. } => Some(body),
            _ => None,
        };
        Last { body, is_behind: ended.is_behind, is_deleted: ended.is_deleted }
    }
}

impl Call {
    /// A call that begins at `now_ms`. The first input is [`Input::Begin`]; or [`Input::Abort`], where the caller gave up before.
    pub fn new(request: Request, now_ms: u64) -> Call {
        let key = Key::of(request.key);
        let record = Record::of(request.recording.as_ref());
        let awaits = key.is_awaited() || record.is_claiming();
        Call {
            round: request.round(now_ms, awaits, record.needs_permits()),
            carried: Carried::new(now_ms, request.in_doubt),
            key,
            record,
            request,
            asked: Asked::Nothing,
            last: None,
            has_answer: false,
            given_up: None,
            phase: Phase::Running,
        }
    }

    /// When the call has to be over, but for what is written down of it.
    pub fn deadline_ms(&self) -> u64 {
        self.round.deadline_ms()
    }

    /// When to step again with [`Input::Tick`] if nothing happens before.
    pub fn wake_at_ms(&self) -> u64 {
        match self.phase {
            Phase::Running => self.round.wake_at_ms().min(self.record_wake_at_ms()),
            Phase::Concluding(_) | Phase::Over => u64::MAX,
        }
    }

    /// Takes what happened at `now_ms` and appends what to do to `orders`, which has been done with before. `random` draws a uniform
    /// number. `shared` is borrowed for this step only.
    pub fn step(
        &mut self,
        input: Input<'_>,
        shared: &mut Shared<'_>,
        now_ms: u64,
        random: &dyn Fn() -> u64,
        orders: &mut Orders,
    ) {
        debug_assert!(orders.actions.is_empty() && orders.events.is_empty(), "told, drained, told");
        let mut step = Step { call: self, shared, now_ms, random, orders };
        step.take(input);
        if matches!(step.call.phase, Phase::Running) {
            step.tend_record();
        }
    }
}

/// One step of a call, with all it needs at hand.
struct Step<'a, 'b> {
    call: &'a mut Call,
    shared: &'a mut Shared<'b>,
    now_ms: u64,
    random: &'a dyn Fn() -> u64,
    orders: &'a mut Orders,
}

impl Step<'_, '_> {
    fn take(&mut self, input: Input<'_>) {
        match self.call.phase {
            Phase::Running => self.go_on(input),
            Phase::Concluding(_) => match input {
                Input::Claimed(claimed) if matches!(self.call.asked, Asked::Claim | Asked::Look) => {
                    self.claimed_late(claimed);
                }
                Input::Closed(is_written) => self.closed(is_written),
                _ => {}
            },
            Phase::Over => {}
        }
    }

    fn go_on(&mut self, input: Input<'_>) {
        match input {
            Input::Begin => {
                if self.call.key.is_awaited() {
                    self.orders.actions.push(Action::AskKey);
                }
                self.claim();
                self.enter_round();
            }
            Input::Tick => self.run(RoundInput::Tick),
            Input::Probe(probe, health) => self.run(RoundInput::Probe(probe, health)),
            Input::Ended(ended) => self.attempt_ended(ended),
            Input::Key(given) => self.key_given(given),
            Input::Claimed(claimed) if self.call.asked == Asked::Claim => {
                self.call.asked = Asked::Nothing;
                self.claimed(claimed);
            }
            Input::Touched(touched) => {
                if let Asked::Touch { edge, at_ms } = self.call.asked {
                    self.call.asked = Asked::Nothing;
                    self.touched(edge, at_ms, touched);
                }
            }
            Input::Abort => self.abort(),
            Input::Claimed(_) | Input::Closed(_) => {}
        }
    }

    /// One step of the round, and what follows from it.
    fn run(&mut self, input: RoundInput<'_>) {
        let mut said = Vec::new();
        let events = &mut self.orders.events;
        self.call.round.step(input, self.shared, self.now_ms, self.random, &mut said, events);
        for action in said {
            let action = match action {
                RoundAction::Probe { probe, edge } => Action::Probe { probe, edge },
                RoundAction::CutProbe(probe) => Action::CutProbe(probe),
                RoundAction::Send(edge) => {
                    if self.call.request.discovers && self.shared.edges.directory_is_due(self.now_ms) {
                        self.orders.actions.push(Action::Discover(edge));
                    }
                    Action::Send(edge)
                }
                RoundAction::CutAttempt => {
                    self.call.last = None;
                    Action::CutAttempt
                }
                RoundAction::Ask(edge) => {
                    self.ask_permit(edge);
                    continue;
                }
                RoundAction::End(end) => {
                    self.round_ended(end);
                    continue;
                }
            };
            self.orders.actions.push(action);
        }
    }
}
