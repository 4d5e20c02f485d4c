//! Runs one call: does what the engine says, and tells it what came of it. Owns no policy.

use std::any::Any;
use std::cell::RefCell;
use std::rc::Rc;

use crate::api::Operation;
use crate::engine::{Action, Call, End, Event, Health, Input, Kind, Orders, Policy, Shared};
use crate::error::{Code, Outcome, ShardError};
use crate::flights::{Abort, Fetched, Flight, Flights, Landing};
use crate::json::{Integers, Scalar, pick};
use crate::observe::Observer;
use crate::platform::{Platform, Request};
use crate::reading::{Given, Reading};
use crate::reply::{Answer, deletion, is_deleted};
use crate::text::decimal;

/// A health answer is half a kilobyte; more is not one.
const PROBE_BODY_MAX_BYTES: u64 = 64 * 1024;

/// What every call of a client has at hand.
#[derive(Clone)]
pub(crate) struct Station {
    pub(crate) platform: Rc<dyn Platform>,
    pub(crate) shared: Rc<RefCell<Shared>>,
    pub(crate) edges: Rc<[Rc<str>]>,
    pub(crate) authorization: Rc<str>,
    pub(crate) policy: Policy,
    pub(crate) integers: Integers,
    pub(crate) max_body_bytes: u64,
    pub(crate) observer: Option<Observer>,
}

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
    station: &Station,
    operation: &Operation,
    controls: Controls,
) -> Result<Answer, ShardError> {
    let timeout_ms = controls.timeout_ms.unwrap_or(station.policy.timeout_ms);
    let policy = Policy { timeout_ms, ..station.policy };
    let kind = operation.write.as_ref().map_or(Kind::Read, |write| Kind::Write {
        nonce: write.nonce.clone(),
        fingerprint: write.fingerprint.clone(),
        moves: policy.ambiguous_writes_move && write.replayable,
    });
    let call = Call::new(kind, controls.only, policy, station.platform.now_ms());
    let call = call.needing_clock(operation.hold_ttl_ms.is_some());
    let flights = Flights::new(&*station.platform, controls.abort);
    Drive { station, operation, call, flights, body: None, last: None, reason: None }.run().await
}

struct Drive<'a> {
    station: &'a Station,
    operation: &'a Operation,
    call: Call,
    flights: Flights<'a>,
    /// The body of every copy, computed once.
    body: Option<Rc<str>>,
    /// What the last attempt gave.
    last: Option<Given>,
    /// Why the caller gave up.
    reason: Option<Rc<dyn Any>>,
}

impl Drive<'_> {
    async fn run(mut self) -> Result<Answer, ShardError> {
        let mut orders = self.step(Input::Tick);
        loop {
            if let Some(end) = self.follow(&mut orders) {
                return self.conclude(end);
            }
            orders = match self.flights.landing(self.call.wake_at_ms()).await {
                Landing::Tick => self.step(Input::Tick),
                Landing::Fetched(Flight::Probe(edge), fetched) => {
                    self.step(Input::Probe(edge, health(fetched)))
                }
                Landing::Fetched(Flight::Attempt, fetched) => self.attempt_landed(fetched),
                Landing::Aborted(reason) => {
                    self.reason = reason;
                    self.step(Input::Abort)
                }
            };
        }
    }

    /// The one place that borrows what calls share: synchronous, and left before anybody else is called.
    fn step(&mut self, input: Input<'_>) -> Orders {
        let mut orders = Orders::default();
        let platform = &*self.station.platform;
        let random = || {
            platform.random().map_or(0, |bytes| bytes.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)))
        };
        let mut shared = self.station.shared.borrow_mut();
        self.call.step(input, &mut shared, platform.now_ms(), &random, &mut orders);
        orders
    }

    fn follow(&mut self, orders: &mut Orders) -> Option<End> {
        for event in orders.events.drain(..) {
            self.observe(&event);
        }
        for action in orders.actions.drain(..) {
            match action {
                Action::Probe(edge) => self.start(Flight::Probe(edge), edge),
                Action::CutProbe(edge) => self.flights.cut(Flight::Probe(edge)),
                Action::Send(edge) => self.start(Flight::Attempt, edge),
                Action::CutAttempt => {
                    self.flights.cut(Flight::Attempt);
                    self.last = Some(Err(ShardError::new(
                        Code::Timeout,
                        "The edge did not answer in time: retry with the same idempotencyNonce.",
                    )));
                }
                Action::End(end) => return Some(end),
            }
        }
        None
    }

    fn observe(&self, event: &Event) {
        if let Some(observer) = &self.station.observer {
            observer(event, &self.station.edges);
        }
    }

    fn start(&mut self, flight: Flight, edge: usize) {
        let url = self.station.edges.get(edge).cloned().unwrap_or_default();
        let request = match flight {
            Flight::Probe(_) => Request {
                method: "GET",
                url: [&*url, "/gateway/health"].concat(),
                authorization: None,
                body: None,
                max_body_bytes: PROBE_BODY_MAX_BYTES,
            },
            Flight::Attempt => Request {
                method: self.operation.method,
                url: [&*url, &*self.operation.path].concat(),
                authorization: self.operation.authorized.then(|| self.station.authorization.clone()),
                body: self.body(edge),
                max_body_bytes: self.station.max_body_bytes,
            },
        };
        self.flights.start(flight, self.station.platform.fetch(request));
    }

    /// The body, with the end of a hold by the clock of the edge that the first copy goes to.
    fn body(&mut self, edge: usize) -> Option<Rc<str>> {
        let (Some(ttl_ms), None) = (self.operation.hold_ttl_ms, &self.body) else {
            return self.body.clone().or_else(|| self.operation.body.clone());
        };
        let now_ms = self.station.platform.now_ms();
        let shared = self.station.shared.borrow();
        // An edge that will not tell its time leaves only the device's.
        let clock_ms = shared.edges.get(edge).and_then(|edge| edge.unix_ms(now_ms));
        let ends_ms = clock_ms.unwrap_or_else(|| self.station.platform.unix_ms()).saturating_add(ttl_ms);
        let rest = self.operation.body.as_deref().and_then(|body| body.strip_prefix('{'))?;
        let body = ["{\"hold_expires_at_unix_ms\":", &decimal(ends_ms as i64), ",", rest].concat();
        self.body = Some(body.into());
        self.body.clone()
    }

    fn attempt_landed(&mut self, fetched: Fetched) -> Orders {
        let unix_ms = self.station.platform.unix_ms();
        let reading = Reading::of(fetched, self.operation, self.station.integers, unix_ms);
        let orders = self.step(Input::Ended(reading.ending(), reading.retry_after_ms));
        if self.station.observer.is_some() && reading.is_replay() {
            self.call.edge().inspect(|edge| self.observe(&Event::Replay { edge: *edge }));
        }
        self.last = Some(reading.given);
        orders
    }

    fn conclude(self, end: End) -> Result<Answer, ShardError> {
        let edge = self.call.edge().and_then(|edge| self.station.edges.get(edge)).cloned();
        let elapsed_ms = self.station.platform.now_ms().saturating_sub(self.call.started_at_ms());
        let attempts = self.call.attempts();
        let mut error = match (end, self.last) {
            (End::Answered, Some(Ok((status, json)))) => {
                let edge = edge.unwrap_or_default();
                return Ok(Answer { json, status, edge, attempts, elapsed_ms }.shaped_for(self.operation));
            }
            // The deletion before this one landed, and only its answer was lost.
            (End::Failed, Some(Err(error))) if self.call.in_doubt() && is_deleted(self.operation, &error) => {
                let json = deletion(self.operation.bucket.as_deref().unwrap_or(""));
                let (status, edge) = (error.status.unwrap_or(200), edge.unwrap_or_default());
                return Ok(Answer { json, status, edge, attempts, elapsed_ms }.shaped_for(self.operation));
            }
            (End::Failed, Some(Err(error))) => error,
            (End::Conflict, _) => ShardError::new(
                Code::Conflict,
                "This idempotencyNonce belongs to another request: use a new one for a new request.",
            ),
            (End::Aborted, _) => {
                let mut error = ShardError::new(Code::Aborted, "The call was aborted.");
                error.cause = self.reason;
                error
            }
            (End::Deadline, last) => {
                let mut error = ShardError::new(
                    Code::Timeout,
                    "The call did not end within its timeoutMs: retry with the same idempotencyNonce.",
                );
                // What the attempts before met with helps more than the bare fact.
                error.status = last.and_then(Result::err).and_then(|last| last.status);
                error
            }
            (End::Answered | End::Failed, _) => ShardError::new(Code::Internal, "The call lost its answer."),
        };
        let write = self.operation.write.as_ref();
        let nonce = write.filter(|write| write.replayable).map(|write| write.nonce.clone());
        let outcome = match error.outcome {
            _ if write.is_none() => Outcome::Rejected,
            Outcome::Applied => Outcome::Applied,
            _ if self.call.in_doubt() => Outcome::Unknown,
            _ => Outcome::Rejected,
        };
        error.edge = edge;
        error.attempts = attempts;
        error.idempotency_nonce = nonce;
        error.outcome = outcome;
        Err(error)
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
