//! Runs one call: does what the engine says, and tells it what came of it. Decides nothing.

mod credentials;
mod ending;
mod record;
mod request;
mod response;
mod station;

use std::any::Any;
use std::rc::Rc;

use crate::api::Operation;
use crate::durable::{Held, Note, RecordedAnswer, StoreError};
use crate::engine::{Action, Call, End, Input, Orders, Shared};
use crate::error::ShardError;
use crate::flights::{Abort, Flight, Flights, Landing};
use crate::platform::Response;
use crate::reading::Given;
use crate::reply::Answer;

pub(crate) use credentials::{Credentials, ownerless};
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
    let credentials = if operation.authorized { station.credentials_at_hand() } else { None };
    let request = request::of(station, operation, &controls, credentials.is_some());
    let call = Call::new(request, station.platform.now_ms());
    let flights = Flights::new(&*station.platform, &station.closing, controls.abort, call.deadline_ms());
    let mut drive = Drive {
        station,
        operation,
        call,
        flights,
        credentials,
        note: station.journal.as_ref().and_then(|_| Note::of(operation)),
        held: None,
        body: None,
        sent_at_ms: 0,
        sent_to: None,
        response: None,
        last: None,
        landed: None,
        read: None,
        replay: None,
        reason: None,
        key_error: None,
        store_error: None,
    };
    let end = drive.run().await;
    let result = drive.conclude(end);
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
    call: Call,
    flights: Flights<'a>,
    credentials: Option<Credentials>,
    /// What the record of the write says, where there is a store.
    note: Option<Note>,
    held: Option<Held>,
    /// The body of every copy, computed once.
    body: Option<Rc<str>>,
    /// When the last attempt left.
    sent_at_ms: u64,
    /// The base URL of its edge.
    sent_to: Option<Rc<str>>,
    /// The answer that came last, for the other calls of this write.
    response: Option<Response>,
    /// What the last attempt gave.
    last: Option<Given>,
    /// What the ledger said, for the record of the write.
    landed: Option<(u16, Vec<u8>)>,
    /// The last answer that did not show the event.
    read: Option<Rc<str>>,
    /// The answer that an earlier call got.
    replay: Option<RecordedAnswer>,
    /// Why the caller gave up.
    reason: Option<Rc<dyn Any>>,
    key_error: Option<ShardError>,
    store_error: Option<StoreError>,
}

impl Drive<'_> {
    async fn run(&mut self) -> End {
        // What was given up before it began sends nothing, not even a probe.
        let mut orders = match self.flights.aborted().await {
            Some(reason) => {
                self.reason = reason;
                self.step(Input::Abort)
            }
            None => self.step(Input::Begin),
        };
        loop {
            if let Some(end) = self.follow(orders) {
                return end;
            }
            orders = match self.flights.landing(self.call.wake_at_ms()).await {
                Landing::Tick => self.step(Input::Tick),
                Landing::Recorded(recorded) => self.record_landed(recorded),
                Landing::Fetched(Flight::Probe(probe), fetched) => {
                    self.step(Input::Probe(probe, response::health(fetched)))
                }
                Landing::Fetched(Flight::Directory, fetched) => {
                    self.station.merge_directory(fetched);
                    Orders::default()
                }
                Landing::Fetched(Flight::Attempt, fetched) => self.attempt_landed(fetched),
                Landing::Key(Ok(credentials)) => {
                    let principal = credentials.principal.clone();
                    self.credentials = Some(credentials);
                    self.step(Input::Key(Some(&principal)))
                }
                Landing::Key(Err(error)) => {
                    self.key_error = Some(error);
                    self.step(Input::Key(None))
                }
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
        let mut edges = self.station.edges.borrow_mut();
        let mut writes = self.station.module.writes.borrow_mut();
        let ledger = &self.station.ledger;
        let mut shared = Shared { edges: &mut edges, writes: &mut writes, ledger };
        self.call.step(input, &mut shared, platform.now_ms(), &random, &mut orders);
        orders
    }

    fn follow(&mut self, orders: Orders) -> Option<End> {
        for event in &orders.events {
            self.station.observe(event);
        }
        for action in orders.actions {
            match action {
                Action::Probe { probe, edge } => self.start(Flight::Probe(probe), edge),
                Action::CutProbe(probe) => self.flights.cut(Flight::Probe(probe)),
                Action::Discover(edge) => self.start(Flight::Directory, edge),
                Action::Send(edge) => {
                    self.sent_at_ms = self.station.platform.now_ms();
                    self.start(Flight::Attempt, edge);
                }
                Action::CutAttempt => self.cut_attempt(),
                Action::AskKey => self.flights.ask_for_key(self.station.ask_for_credentials()),
                Action::Claim { watched, resumes, limit_ms } => self.claim(watched, resumes, limit_ms),
                Action::Touch { edge, hears } => self.touch(edge, hears),
                Action::Keep(ticket) => self.share(ticket),
                Action::Close(close) => self.close(close),
                Action::End(end) => return Some(end),
            }
        }
        None
    }
}
