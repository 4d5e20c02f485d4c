//! Runs one call: does what the engine says, and tells it what came of it. Owns no policy.

mod credentials;
mod ending;
mod record;
mod request;
mod round;
mod sharing;
mod station;

use std::any::Any;
use std::rc::Rc;

use crate::api::Operation;
use crate::durable::RecordedAnswer;
use crate::engine::{Action, Call, End, Event, Health, Input, Orders, Policy, Shared};
use crate::error::{Code, ShardError};
use crate::flights::{Abort, Fetched, Flight, Flights, Landing};
use crate::json::{Scalar, pick};
use crate::reading::{Given, Reading};
use crate::refusal::again;
use crate::reply::Answer;

pub(crate) use credentials::{Credentials, ownerless};
use record::Record;
use round::{Key, Past, Plan};
pub(crate) use station::Station;

/// What one call may say of itself.
#[derive(Default)]
pub struct Controls {
    /// Resolves when the caller gives up, with its reason.
    pub abort: Option<Abort>,
    /// The deadline of this call, in milliseconds.
    pub timeout_ms: Option<u64>,
    /// The index of the one edge to use.
    pub only: Option<usize>,
}

impl std::fmt::Debug for Controls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Controls").field("timeout_ms", &self.timeout_ms).finish_non_exhaustive()
    }
}

/// Runs `operation` to its end, which comes by the deadline.
pub(crate) async fn drive(
    station: &Rc<Station>,
    operation: &Operation,
    controls: Controls,
) -> Result<Answer, ShardError> {
    let timeout_ms = controls.timeout_ms.unwrap_or(station.policy.timeout_ms);
    let plan = Plan { policy: Policy { timeout_ms, ..station.policy }, only: controls.only };
    let past = Past::new(station.platform.now_ms(), operation.in_doubt);
    let key = Key::of(station, operation);
    let record = Record::of(station.journal.as_ref(), operation);
    let call = plan.call(operation, &past, key.is_awaited() || record.is_awaited());
    let call = call.needing_permits(record.needs_permits());
    let flights = Flights::new(&*station.platform, &station.closing, controls.abort, call.deadline_ms());
    let mut drive = Drive {
        station,
        operation,
        plan,
        call,
        flights,
        key,
        record,
        past,
        body: None,
        sent_at_ms: 0,
        touched_at_ms: 0,
        last: None,
        landed: None,
        reason: None,
        given_up: None,
        replay: None,
    };
    let mut result = drive.run().await;
    drive.close_record(&mut result).await;
    if result.is_ok()
        && let Some(directory) = drive.flights.release(Flight::Directory)
    {
        station.platform.afterwards(Station::clone(station).hear_directory(directory));
    }
    result
}

struct Drive<'a> {
    station: &'a Rc<Station>,
    operation: &'a Operation,
    plan: Plan,
    call: Call,
    flights: Flights<'a>,
    key: Key,
    record: Record,
    past: Past,
    /// The body of every copy, computed once.
    body: Option<Rc<str>>,
    /// When the last attempt left.
    sent_at_ms: u64,
    /// When the store was last told that a copy is about to leave.
    touched_at_ms: u64,
    /// What the last attempt gave.
    last: Option<Given>,
    /// Why the caller gave up.
    reason: Option<Rc<dyn Any>>,
    /// Why the call cannot go on, though nobody gave it up.
    given_up: Option<ShardError>,
    /// What the ledger said, for the record of the write.
    landed: Option<(u16, Vec<u8>)>,
    /// The answer that an earlier call got.
    replay: Option<RecordedAnswer>,
}

impl Drive<'_> {
    async fn run(&mut self) -> Result<Answer, ShardError> {
        // What was given up before it began sends nothing, not even a probe.
        if let Some(reason) = self.flights.aborted().await {
            self.reason = reason;
            if let Some(principal) = self.station.principal_at_hand() {
                self.call.belong_to(&self.station.ledger, &principal);
            }
            self.step(Input::Abort);
            return self.conclude(End::Aborted);
        }
        self.ask_for_key();
        self.claim_record();
        let mut orders = self.begin();
        loop {
            if let Some(end) = self.follow(&mut orders) {
                let Some(end) = self.unless_another_round(end) else {
                    orders = self.begin();
                    continue;
                };
                return self.conclude(end);
            }
            self.tend_record();
            let record_at_ms = if self.flights.is_recording() { u64::MAX } else { self.record.wake_at_ms() };
            let wake_at_ms = record_at_ms.min(self.call.wake_at_ms());
            orders = match self.flights.landing(wake_at_ms).await {
                Landing::Tick => self.step(Input::Tick),
                Landing::Recorded(recorded) => self.record_landed(recorded),
                Landing::Fetched(Flight::Probe(probe), fetched) => {
                    self.step(Input::Probe(probe, health(fetched)))
                }
                Landing::Fetched(Flight::Directory, fetched) => {
                    self.station.merge_directory(fetched);
                    continue;
                }
                Landing::Fetched(Flight::Attempt, fetched) => self.attempt_landed(fetched),
                Landing::Key(given) => self.key_landed(given),
                Landing::Aborted(reason) => {
                    self.reason = reason;
                    self.step(Input::Abort)
                }
            };
        }
    }

    /// The first step of a round: whose the call is, where that is known already.
    fn begin(&mut self) -> Orders {
        match self.key.at_hand().map(|credentials| credentials.principal.clone()) {
            Some(principal) => self.step(Input::Owner(&principal)),
            None => self.step(Input::Tick),
        }
    }

    /// Ends the call, though nobody gave it up.
    fn give_up(&mut self, code: Code, message: &str) -> Orders {
        self.given_up = Some(ShardError::new(code, message));
        self.step(Input::Abort)
    }

    /// The one place that borrows what calls share: synchronous, and left before anybody else is called.
    fn step(&mut self, input: Input<'_>) -> Orders {
        let mut orders = Orders::default();
        let platform = &*self.station.platform;
        let random = || {
            platform.random().map_or(0, |bytes| bytes.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)))
        };
        let mut edges = self.station.edges.borrow_mut();
        let mut writes = self.station.module.writes.borrow_mut();
        let ledger = &self.station.ledger;
        let mut shared = Shared { edges: &mut edges, writes: &mut writes, ledger };
        self.call.step(input, &mut shared, platform.now_ms(), &random, &mut orders);
        orders
    }

    fn follow(&mut self, orders: &mut Orders) -> Option<End> {
        for event in orders.events.drain(..) {
            self.station.observe(&event);
        }
        for action in orders.actions.drain(..) {
            match action {
                Action::Probe { probe, edge } => self.start(Flight::Probe(probe), edge),
                Action::CutProbe(probe) => self.flights.cut(Flight::Probe(probe)),
                Action::Ask(edge) => self.ask_for_permit(edge),
                Action::Send(edge) => {
                    self.sent_at_ms = self.station.platform.now_ms();
                    self.discover(edge);
                    self.start(Flight::Attempt, edge);
                }
                Action::CutAttempt => {
                    self.flights.cut(Flight::Attempt);
                    let parts = ["The edge did not answer in time: ", again(self.operation)];
                    self.last = Some(Err(ShardError::of(Code::Timeout, &parts)));
                }
                Action::End(end) => return Some(end),
            }
        }
        None
    }

    fn attempt_landed(&mut self, fetched: Fetched) -> Orders {
        let unix_ms = self.station.platform.unix_ms();
        if let (Record::Held { .. }, Ok(response)) = (&self.record, &fetched)
            && (200..300).contains(&response.status)
        {
            self.landed = Some((response.status, response.body.clone()));
        }
        let kept = self.answer_to_share(&fetched);
        let after_ms = self.station.platform.now_ms().saturating_sub(self.sent_at_ms);
        let reading = Reading::of(fetched, self.operation, self.station.integers, unix_ms);
        let orders = self.step(Input::Ended(reading.ending(after_ms), reading.retry_after_ms));
        self.share(kept);
        if self.station.observer.is_some() && reading.is_replay() {
            self.call.edge().inspect(|edge| self.station.observe(&Event::Replay { edge: *edge }));
        }
        self.last = Some(reading.given);
        orders
    }
}

/// What a probe brought home. Any answer shows that the edge lives; one that is no health answer does not make it
/// fit to serve.
fn health(fetched: Fetched) -> Option<Health> {
    let response = fetched.ok()?;
    let mut health = Health::default();
    let read = pick(&response.body, &mut |key, value| match (key, value) {
        ("ready", Scalar::Flag(ready)) => health.ready = ready,
        ("overloaded", Scalar::Flag(overloaded)) => health.overloaded = overloaded,
        ("sync_gap", Scalar::Whole(gap)) => health.sync_gap = u64::try_from(gap).unwrap_or(0),
        ("observed_at_unix_ms", Scalar::Whole(at)) => {
            health.observed_at_unix_ms = u64::try_from(at).unwrap_or(0)
        }
        _ => {}
    });
    health.ready &= read.is_some() && response.status == 200;
    Some(health)
}
