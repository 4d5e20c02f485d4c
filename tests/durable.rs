//! Durable writes in virtual time: processes that die at any moment, stores that fail, several finders of one record.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, missing_docs)]

use std::cell::{Cell, RefCell};
use std::future::ready;
use std::rc::Rc;

use shardd_local::{Cluster, Config as LedgerConfig, EventKind};
use shardd_wasm::api::Operation;
use shardd_wasm::durable::{ByteStep, Hold, Note, Row, Store, StoreError, StoreFailure};
use shardd_wasm::engine::Event;
use shardd_wasm::platform::sim::{Homecoming, Journey, Network, Random, START_UNIX_MS, Sim, SimPlatform};
use shardd_wasm::platform::{LocalFuture, Platform, Request, Response};
use shardd_wasm::protocol::CreateEventOptions;
use shardd_wasm::{Abort, Answer, Client, Code, Config, Controls, Outcome, ShardError};

#[path = "simulation/device.rs"]
mod device;
use device::Device;

const RTT_MS: u64 = 20;
const STORE_MS: u64 = 2;

struct Regions {
    cluster: Cluster,
    /// Writes to the first region arrive, and nothing comes back.
    mute: bool,
    writes: usize,
}

impl Network for Regions {
    fn depart(&mut self, request: &Request, _: u64) -> Journey {
        let write = request.body.is_some();
        self.writes += usize::from(write);
        let silent = self.mute && write && request.url.contains(":8081");
        let returns_after_ms = (!silent).then_some(RTT_MS);
        Journey { arrives_after_ms: Some(RTT_MS / 2), returns_after_ms, homecoming: Homecoming::Answer }
    }

    fn arrive(&mut self, request: &Request, now_ms: u64) -> Response {
        let region = usize::from(request.url.contains(":8082"));
        let path = &request.url["http://127.0.0.1:8081".len()..];
        let wire = match &request.body {
            Some(body) => shardd_local::Request::post(path, body.as_bytes().to_vec()),
            None => shardd_local::Request::new(request.method, path),
        };
        let answer = self.cluster.handle(region, &wire, START_UNIX_MS + now_ms);
        Response { status: answer.status, body: answer.body, ..Response::default() }
    }
}

/// A store that all processes of a device share.
#[derive(Clone)]
struct Disk {
    platform: SimPlatform,
    device: Device,
    broken: Rc<Cell<bool>>,
    /// How the step with this number fares.
    mood: Rc<Cell<Option<Mood>>>,
    /// Every step is written, and taken once more, as by a store that did not hear that it was.
    twice: Rc<Cell<bool>>,
    /// It compares and sets, with a way between the two.
    crowded: Rc<Cell<bool>>,
}

#[derive(Clone, Copy)]
struct Mood {
    at: usize,
    answers: Answers,
    /// Whether what the step says is written all the same.
    writes: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answers {
    Late,
    Never,
    Failed,
    /// Nothing was written, and the store says so.
    FailedForCertain,
}

impl Disk {
    fn new(sim: &Sim) -> Disk {
        let platform = sim.platform(1);
        Disk {
            platform,
            device: Device::new(false),
            broken: Rc::default(),
            mood: Rc::default(),
            twice: Rc::default(),
            crowded: Rc::default(),
        }
    }

    /// The mood of the step that is taken now, if it has one.
    fn mood(&self) -> Option<Mood> {
        let mood = self.mood.get()?;
        let next = mood.at.checked_sub(1).map(|at| Mood { at, ..mood });
        self.mood.set(next);
        next.is_none().then_some(mood)
    }

    fn turn(&self, name: &str, step: &mut ByteStep) {
        self.device.turn(name, step, self.platform.world_ms());
    }

    async fn compare_and_set(&self, name: &str, step: &mut ByteStep) {
        loop {
            let found = self.device.find(name);
            let update = step(found.as_deref(), START_UNIX_MS + self.platform.world_ms());
            self.platform.sleep(STORE_MS).await;
            if self.device.find(name) == found {
                return self.device.change(name, update.change);
            }
        }
    }
}

impl Store for Disk {
    fn update(&self, name: &str, mut step: ByteStep) -> LocalFuture<Result<(), StoreError>> {
        let (disk, name) = (self.clone(), name.to_owned());
        Box::pin(async move {
            disk.platform.sleep(STORE_MS / 2).await;
            if disk.broken.get() {
                return Err(StoreError::default());
            }
            if disk.crowded.get() {
                disk.compare_and_set(&name, &mut step).await;
                return Ok(());
            }
            let mood = disk.mood();
            if let Some(Mood { answers: Answers::FailedForCertain, .. }) = mood {
                drop(step(None, START_UNIX_MS + disk.platform.world_ms()));
                return Err(StoreError { is_unwritten: true, ..StoreError::default() });
            }
            if mood.is_none_or(|mood| mood.writes) {
                disk.turn(&name, &mut step);
            }
            if disk.twice.get() {
                disk.turn(&name, &mut step);
            }
            match mood.map(|mood| mood.answers) {
                Some(Answers::Late) => disk.platform.sleep(20_000).await,
                Some(Answers::Never) => std::future::pending().await,
                Some(_) => return Err(StoreError::default()),
                None => {}
            }
            disk.platform.sleep(STORE_MS / 2).await;
            Ok(())
        })
    }

    fn list(&self, prefix: &str) -> LocalFuture<Result<Vec<Row>, StoreError>> {
        Box::pin(ready(Ok(self.device.list(prefix))))
    }

    fn hold(&self, name: &str) -> LocalFuture<Result<Hold, StoreError>> {
        Box::pin(ready(Ok(self.device.hold(name))))
    }
}

struct Stage {
    sim: Sim,
    regions: Rc<RefCell<Regions>>,
    disk: Disk,
    failure: StoreFailure,
    events: Rc<RefCell<Vec<Event>>>,
    processes: Cell<u64>,
}

type Ended<T = Answer> = Result<T, ShardError>;
type Place<T> = Rc<RefCell<Option<T>>>;

impl Stage {
    fn new() -> Stage {
        let cluster = Cluster::new(LedgerConfig { regions: 2, ..LedgerConfig::default() });
        let regions = Rc::new(RefCell::new(Regions { cluster, mute: false, writes: 0 }));
        let sim = Sim::new(regions.clone());
        let disk = Disk::new(&sim);
        Stage {
            sim,
            regions,
            disk,
            failure: StoreFailure::Closed,
            events: Rc::default(),
            processes: Cell::new(0),
        }
    }

    /// A client in a process of its own.
    fn process(&self) -> Client {
        let mut config = Config::new("key");
        config.edges = vec!["http://127.0.0.1:8081".into(), "http://127.0.0.1:8082".into()];
        config.store = Some(Rc::new(self.disk.clone()));
        config.store_failure = self.failure;
        let seen = self.events.clone();
        config.observer = Some(Rc::new(move |event: &Event, _: &[Rc<str>]| seen.borrow_mut().push(*event)));
        // Each has randomness of its own, as in the world.
        self.processes.set(self.processes.get() + 1);
        Client::from_config(config, Rc::new(self.sim.platform(6 + self.processes.get()))).unwrap()
    }

    fn begin<T: 'static>(&mut self, call: impl Future<Output = T> + 'static) -> (usize, Place<T>) {
        let place: Place<T> = Rc::default();
        let ended = place.clone();
        let task = self.sim.spawn(async move { *ended.borrow_mut() = Some(call.await) });
        (task, place)
    }

    fn run_for(&mut self, ms: u64) {
        self.sim.run_until(self.sim.now_ms() + ms);
        let now_ms = START_UNIX_MS + self.sim.now_ms();
        self.regions.borrow_mut().cluster.advance(now_ms);
    }

    fn end<T: 'static>(&mut self, call: impl Future<Output = T> + 'static) -> T {
        let (_, place) = self.begin(call);
        self.run_for(40_000);
        place.take().expect("the call ended")
    }

    fn charge(&mut self, client: &Client, nonce: &str, amount: i64) -> (usize, Place<Ended>) {
        let (client, operation) = (client.clone(), charge(nonce, amount));
        self.begin(async move { client.run(&operation, Controls::default()).await })
    }

    fn resume(&mut self, client: &Client) -> Vec<(Note, Ended)> {
        let client = client.clone();
        self.end(async move { client.resume().await }).unwrap()
    }

    fn pending(&mut self, client: &Client) -> Vec<Note> {
        let client = client.clone();
        self.end(async move { client.pending().await }).unwrap()
    }

    /// The events of this nonce in all regions, by their ids, once all is replicated.
    fn booked(&mut self, nonce: &str) -> usize {
        self.run_for(60_000);
        let regions = self.regions.borrow();
        let events = (0..2).flat_map(|at| regions.cluster.events(at));
        let mine =
            events.filter(|event| event.idempotency_nonce == nonce && event.kind == EventKind::Standard);
        let ids: std::collections::BTreeSet<String> = mine.map(|event| event.event_id.to_string()).collect();
        ids.len()
    }

    fn writes(&self) -> usize {
        self.regions.borrow().writes
    }
}

fn charge(nonce: &str, amount: i64) -> Operation {
    let options = CreateEventOptions {
        idempotency_nonce: Some(nonce.into()),
        max_overdraft: Some(1_000),
        ..CreateEventOptions::default()
    };
    Operation::create_event("bucket", "account", -amount, &options, &|| unreachable!()).unwrap()
}

#[test]
fn a_charge_whose_process_dies_at_any_moment_is_booked_once() {
    for dies_after_ms in 0..120 {
        let mut stage = Stage::new();
        let first = stage.process();
        let (task, place) = stage.charge(&first, "n", 5);
        stage.run_for(dies_after_ms);
        stage.sim.kill(task);
        let answered = place.borrow().is_some();
        stage.run_for(30);
        let second = stage.process();
        let resumed = stage.resume(&second);
        for (_, result) in &resumed {
            assert!(result.is_ok(), "{dies_after_ms} ms: {result:?}");
        }
        let booked = stage.booked("n");
        assert!(booked <= 1, "{dies_after_ms} ms: booked {booked} times");
        // What was not recorded yet was not sent either.
        assert_eq!(
            booked,
            usize::from(answered || !resumed.is_empty() || stage.writes() > 0),
            "{dies_after_ms} ms"
        );
        assert!(stage.pending(&second).is_empty(), "{dies_after_ms} ms");
        assert_eq!(stage.regions.borrow().cluster.storms().len(), 0, "{dies_after_ms} ms");
    }
}

#[test]
fn two_processes_that_resume_at_once_send_it_once_and_both_know() {
    resumed_by_two(false);
}

/// Whoever loses a compare-and-set must not take the winner's claim for its own: both would send.
#[test]
fn two_processes_that_resume_at_once_from_a_store_of_compare_and_set_send_it_once() {
    resumed_by_two(true);
}

fn resumed_by_two(crowded: bool) {
    let mut stage = Stage::new();
    stage.disk.crowded.set(crowded);
    let first = stage.process();
    let (task, _) = stage.charge(&first, "n", 5);
    stage.run_for(RTT_MS + STORE_MS);
    stage.sim.kill(task);
    let before = stage.writes();
    let (left, right) = (stage.process(), stage.process());
    let (_, one) = stage.begin(async move { left.resume().await });
    let (_, other) = stage.begin(async move { right.resume().await });
    stage.run_for(40_000);
    for resumed in [one, other] {
        let resumed = resumed.take().unwrap().unwrap();
        assert_eq!(resumed.len(), 1);
        assert!(resumed[0].1.is_ok(), "{:?}", resumed[0].1);
    }
    assert_eq!(stage.writes() - before, 1);
    assert_eq!(stage.booked("n"), 1);
}

#[test]
fn a_finished_write_is_replayed_without_a_request_and_another_under_its_nonce_refused() {
    let mut stage = Stage::new();
    let first = stage.process();
    let (_, place) = stage.charge(&first, "n", 5);
    stage.run_for(1_000);
    let answer = place.take().unwrap().unwrap();
    assert!(answer.json.contains("\"deduplicated\":false"));
    let second = stage.process();
    let (_, again) = stage.charge(&second, "n", 5);
    let (_, other) = stage.charge(&second, "n", 6);
    stage.run_for(1_000);
    let again = again.take().unwrap().unwrap();
    assert!(again.json.contains("\"deduplicated\":true") && again.attempts == 0 && again.edge == answer.edge);
    let error = other.take().unwrap().unwrap_err();
    assert_eq!((error.code, error.attempts), (Code::Conflict, 0));
    assert_eq!(stage.writes(), 1);
}

#[test]
fn a_refused_write_frees_its_record() {
    let mut stage = Stage::new();
    let client = stage.process();
    let (_, refused) = stage.charge(&client, "n", 5_000);
    stage.run_for(1_000);
    let error = refused.take().unwrap().unwrap_err();
    assert_eq!((error.code, error.outcome), (Code::InsufficientFunds, Outcome::Rejected));
    assert!(stage.disk.device.list("").is_empty());
    let (_, other) = stage.charge(&client, "n", 6);
    stage.run_for(1_000);
    assert!(other.take().unwrap().is_ok(), "the nonce is free again");
}

#[test]
fn a_write_given_up_before_it_was_sent_is_never_resumed() {
    for given_up_after_ms in 0..=RTT_MS + 2 * STORE_MS {
        let mut stage = Stage::new();
        let client = stage.process();
        let clock = stage.sim.platform(3);
        let abort: Abort = Box::pin(async move {
            clock.sleep(given_up_after_ms).await;
            None
        });
        let (run, operation) = (client.clone(), charge("n", 5));
        let result = stage.end(async move {
            run.run(&operation, Controls { abort: Some(abort), ..Controls::default() }).await
        });
        let outcome = result.unwrap_err().outcome;
        if outcome == Outcome::Rejected {
            assert!(stage.pending(&client).is_empty(), "{given_up_after_ms} ms");
            assert_eq!(stage.booked("n"), 0, "{given_up_after_ms} ms");
        } else {
            assert_eq!(stage.writes(), 1, "{given_up_after_ms} ms");
        }
    }
}

#[test]
fn a_process_that_slept_over_its_lease_sends_no_second_copy() {
    let mut stage = Stage::new();
    stage.regions.borrow_mut().mute = true;
    let sleeper = stage.process();
    let (task, place) = stage.charge(&sleeper, "n", 5);
    stage.run_for(300);
    // The other process is another device; here only the sleeper stands still.
    stage.sim.kill(task);
    let finder = stage.process();
    let resumed = stage.resume(&finder);
    assert!(resumed[0].1.is_ok());
    let writes = stage.writes();
    // It wakes up with its lease long gone.
    stage.sim.revive(task);
    stage.run_for(40_000);
    assert_eq!(stage.writes(), writes, "it may not send");
    assert_ne!(place.take().unwrap().unwrap_err().outcome, Outcome::Rejected);
    assert_eq!(stage.booked("n"), 1);
}

#[test]
fn a_store_that_fails_keeps_the_write_from_being_sent_unless_it_may() {
    let mut stage = Stage::new();
    stage.disk.broken.set(true);
    let client = stage.process();
    let (_, place) = stage.charge(&client, "n", 5);
    stage.run_for(10_000);
    let error = place.take().unwrap().unwrap_err();
    assert_eq!(
        (error.code, error.reason, error.outcome),
        (Code::ServiceUnavailable, Some("store"), Outcome::Rejected)
    );
    assert_eq!(stage.writes(), 0);

    stage.failure = StoreFailure::Open;
    let client = stage.process();
    let (_, place) = stage.charge(&client, "n", 5);
    stage.run_for(10_000);
    assert!(place.take().unwrap().is_ok());
    assert!(stage.events.borrow().contains(&Event::StoreFailed));
}

#[test]
fn a_reservation_is_resumed_with_the_end_it_was_sent_with() {
    let mut stage = Stage::new();
    stage.regions.borrow_mut().mute = true;
    let options = CreateEventOptions {
        idempotency_nonce: Some("r".into()),
        max_overdraft: Some(1_000),
        ..CreateEventOptions::default()
    };
    let operation = Operation::reserve("bucket", "account", 5, 60_000, &options, &|| unreachable!()).unwrap();
    let client = stage.process();
    let (task, _) = stage.begin(async move { client.run(&operation, Controls::default()).await });
    stage.run_for(200);
    stage.sim.kill(task);
    let finder = stage.process();
    let resumed = stage.resume(&finder);
    let (note, result) = &resumed[0];
    let json = &result.as_ref().unwrap().json;
    assert!(json.starts_with("{\"reservationId\":"), "{json}");
    let bodies: std::collections::BTreeSet<_> =
        stage.sim.passages().into_iter().filter_map(|passage| passage.body).collect();
    assert_eq!(bodies.len(), 1, "every copy is the same bytes");
    assert_eq!(note.member("hold_amount"), Some("5"));
}

/// What the first process leaves when it dies just after its only copy has left; the region had it, and nobody heard.
fn left_in_doubt(stage: &mut Stage) {
    stage.regions.borrow_mut().mute = true;
    let first = stage.process();
    let (task, _) = stage.charge(&first, "n", 5);
    stage.run_for(RTT_MS + 5 * STORE_MS);
    stage.sim.kill(task);
    assert_eq!(stage.writes(), 1);
    // Its lease ends.
    stage.run_for(6_000);
}

#[test]
fn the_last_copy_is_still_known_when_its_finder_dies_too() {
    let mut stage = Stage::new();
    left_in_doubt(&mut stage);
    let finder = stage.process();
    let (task, _) = stage.charge(&finder, "n", 5);
    stage.run_for(2 * STORE_MS);
    stage.sim.kill(task);
    assert_eq!(stage.writes(), 1, "it died before it sent");
    stage.run_for(6_000);
    let last = stage.process();
    let pending = stage.pending(&last);
    assert!(pending[0].copy.is_some(), "{:?}", pending[0]);
}

#[test]
fn who_gives_up_while_it_claims_takes_nothing_of_what_another_left() {
    for given_up_after_ms in 0..=4 * STORE_MS {
        let mut stage = Stage::new();
        left_in_doubt(&mut stage);
        let finder = stage.process();
        let clock = stage.sim.platform(3);
        let abort: Abort = Box::pin(async move {
            clock.sleep(given_up_after_ms).await;
            None
        });
        let operation = charge("n", 5);
        let run = finder.clone();
        let result = stage.end(async move {
            run.run(&operation, Controls { abort: Some(abort), ..Controls::default() }).await
        });
        let error = result.unwrap_err();
        assert_eq!(stage.disk.device.list("").len(), 1, "{given_up_after_ms} ms: the record is still there");
        assert_eq!(error.outcome, Outcome::Unknown, "{given_up_after_ms} ms");
        let resumed = stage.resume(&finder);
        assert!(resumed[0].1.is_ok(), "{given_up_after_ms} ms");
        assert_eq!(stage.booked("n"), 1, "{given_up_after_ms} ms");
    }
}

#[test]
fn who_gives_up_before_the_call_begins_says_what_the_store_knows() {
    for (nonce, wanted) in [("n", Outcome::Unknown), ("fresh", Outcome::Rejected)] {
        let mut stage = Stage::new();
        left_in_doubt(&mut stage);
        let (client, operation) = (stage.process(), charge(nonce, 5));
        let abort: Abort = Box::pin(async { None });
        let controls = Controls { abort: Some(abort), ..Controls::default() };
        let result = stage.end(async move { client.run(&operation, controls).await });
        let error = result.unwrap_err();
        assert_eq!((error.code, error.outcome), (Code::Aborted, wanted), "{nonce}");
        assert_eq!((stage.disk.device.list("").len(), stage.writes()), (1, 1), "{nonce}");
    }
}

#[test]
fn a_record_that_may_be_there_is_not_called_rejected() {
    for (answers, writes, wanted) in [
        (Answers::Late, true, Outcome::Unknown),
        (Answers::Never, true, Outcome::Unknown),
        (Answers::Never, false, Outcome::Rejected),
        (Answers::Failed, true, Outcome::Unknown),
        (Answers::FailedForCertain, true, Outcome::Rejected),
    ] {
        let mut stage = Stage::new();
        stage.disk.mood.set(Some(Mood { at: 0, answers, writes }));
        let client = stage.process();
        let (_, place) = stage.charge(&client, "n", 5);
        stage.run_for(30_000);
        let error = place.take().unwrap().unwrap_err();
        assert_eq!((error.code, error.reason), (Code::ServiceUnavailable, Some("store")));
        assert_eq!((error.outcome, stage.writes()), (wanted, 0), "{answers:?}");
        // And what may be there is finished, where it is there.
        let is_there = writes && answers != Answers::FailedForCertain;
        assert_eq!(stage.resume(&client).len(), usize::from(is_there), "{answers:?}");
        assert_eq!(stage.booked("n"), usize::from(is_there), "{answers:?}");
    }
}

#[test]
fn a_refusal_after_the_store_has_failed_takes_the_record_back_or_is_none() {
    for (recovers, wanted) in [(true, Outcome::Rejected), (false, Outcome::Unknown)] {
        let mut stage = Stage::new();
        stage.failure = StoreFailure::Open;
        // The first step is the claim, the second would note that a copy leaves.
        stage.disk.mood.set(Some(Mood { at: 1, answers: Answers::Failed, writes: false }));
        let client = stage.process();
        let (_, place) = stage.charge(&client, "n", 5_000);
        stage.run_for(RTT_MS / 2);
        stage.disk.broken.set(!recovers);
        stage.run_for(10_000);
        stage.disk.broken.set(false);
        let error = place.take().unwrap().unwrap_err();
        assert_eq!((error.code, error.outcome), (Code::InsufficientFunds, wanted));
        assert!(stage.events.borrow().contains(&Event::StoreFailed));
        assert_eq!(stage.disk.device.list("").is_empty(), recovers);
    }
}

#[test]
fn what_one_has_found_refused_is_not_sent_by_another_that_found_it_too() {
    let mut stage = Stage::new();
    let first = stage.process();
    let (task, _) = stage.charge(&first, "n", 5_000);
    // Recorded, and nothing sent.
    stage.run_for(STORE_MS);
    stage.sim.kill(task);
    stage.run_for(6_000);
    let (left, right) = (stage.process(), stage.process());
    let (_, one) = stage.begin(async move { left.resume().await });
    let (_, other) = stage.begin(async move { right.resume().await });
    stage.run_for(40_000);
    let mut ends: Vec<_> = [one, other]
        .into_iter()
        .map(|place| place.take().unwrap().unwrap().remove(0).1.unwrap_err())
        .map(|error| (error.code, error.outcome))
        .collect();
    ends.sort_by_key(|(code, _)| *code != Code::InsufficientFunds);
    assert_eq!(ends, [(Code::InsufficientFunds, Outcome::Rejected), (Code::Conflict, Outcome::Unknown)]);
    assert_eq!(stage.writes(), 1);
}

#[test]
fn a_step_that_is_taken_twice_is_one() {
    let mut stage = Stage::new();
    stage.disk.twice.set(true);
    let client = stage.process();
    let (_, charged) = stage.charge(&client, "n", 5);
    let (_, refused) = stage.charge(&client, "m", 5_000);
    stage.run_for(1_000);
    assert!(charged.take().unwrap().is_ok());
    let error = refused.take().unwrap().unwrap_err();
    assert_eq!((error.code, error.outcome), (Code::InsufficientFunds, Outcome::Rejected));
    assert_eq!(stage.disk.device.list("").len(), 1);
}

/// Everything at random: processes that die and come back, regions and a store that fail, several finders at once.
mod chaos {
    use super::*;

    const SEEDS: u64 = 1_000;

    /// Three regions, each request of which fares as the dice will until the calm.
    struct Weather {
        cluster: Cluster,
        dice: Random,
        calm: bool,
    }

    impl Network for Weather {
        fn depart(&mut self, request: &Request, _: u64) -> Journey {
            let there_ms = 1 + self.dice.between(0, 39);
            let back_ms = there_ms + 1 + self.dice.between(0, 39);
            let fine = Journey {
                arrives_after_ms: Some(there_ms),
                returns_after_ms: Some(back_ms),
                homecoming: Homecoming::Answer,
            };
            if self.calm || (request.body.is_none() && self.dice.chance(60)) {
                return fine;
            }
            match self.dice.between(0, 10) {
                // On its way for nearly as long as copies keep apart.
                10 => Journey {
                    arrives_after_ms: Some(400 + self.dice.between(0, 400)),
                    returns_after_ms: None,
                    ..fine
                },
                0 => Journey { arrives_after_ms: None, returns_after_ms: None, ..fine },
                1 => Journey { returns_after_ms: None, ..fine },
                2 => Journey { arrives_after_ms: None, homecoming: Homecoming::Failure, ..fine },
                3 => Journey { homecoming: Homecoming::Failure, ..fine },
                4 => Journey {
                    arrives_after_ms: Some(there_ms + 600),
                    returns_after_ms: Some(back_ms + 700),
                    ..fine
                },
                5 => {
                    let body = br#"{"error":"no libp2p nodes discovered"}"#.to_vec();
                    let homecoming =
                        Homecoming::Instead(Response { status: 503, body, ..Response::default() });
                    Journey { arrives_after_ms: None, homecoming, ..fine }
                }
                _ => fine,
            }
        }

        fn arrive(&mut self, request: &Request, now_ms: u64) -> Response {
            let region = (0..3).find(|at| request.url.contains(&format!(":808{}", at + 1))).unwrap();
            let path = &request.url["http://127.0.0.1:8081".len()..];
            let wire = match &request.body {
                Some(body) => shardd_local::Request::post(path, body.as_bytes().to_vec()),
                None => shardd_local::Request::new(request.method, path),
            };
            let answer = self.cluster.handle(region, &wire, START_UNIX_MS + now_ms);
            Response { status: answer.status, body: answer.body, ..Response::default() }
        }
    }

    struct World {
        sim: Sim,
        weather: Rc<RefCell<Weather>>,
        disk: Disk,
        processes: u64,
        seed: u64,
    }

    impl World {
        fn new(seed: u64) -> World {
            let cluster = Cluster::new(LedgerConfig { regions: 3, ..LedgerConfig::default() });
            let weather = Rc::new(RefCell::new(Weather { cluster, dice: Random::new(seed), calm: false }));
            let sim = Sim::new(weather.clone());
            let disk = Disk { device: Device::new(seed % 2 == 1), ..Disk::new(&sim) };
            World { sim, weather, disk, processes: 0, seed }
        }

        /// A process, and the device as this process sees it.
        fn process(&mut self) -> (Client, Device) {
            self.processes += 1;
            let device = self.disk.device.of_process();
            let disk = Disk { device: device.clone(), ..self.disk.clone() };
            let mut config = Config::new("key");
            config.edges = (1..=3).map(|at| format!("http://127.0.0.1:808{at}")).collect();
            config.store = Some(Rc::new(disk));
            config.policy.timeout_ms = 12_000;
            config.policy.attempt_timeout_ms = 3_000;
            let platform = Rc::new(self.sim.platform(self.seed * 100 + self.processes));
            (Client::from_config(config, platform).unwrap(), device)
        }

        fn kill(&mut self, (task, device): &(usize, Device)) {
            self.sim.kill(*task);
            device.die();
        }

        fn run_for(&mut self, ms: u64) {
            self.sim.run_until(self.sim.now_ms() + ms);
            let now_ms = START_UNIX_MS + self.sim.now_ms();
            self.weather.borrow_mut().cluster.advance(now_ms);
        }

        fn booked(&self, nonce: &str) -> usize {
            let weather = self.weather.borrow();
            let events = (0..3).flat_map(|at| weather.cluster.events(at));
            let mine =
                events.filter(|event| event.idempotency_nonce == nonce && event.kind == EventKind::Standard);
            mine.map(|event| event.event_id.to_string()).collect::<std::collections::BTreeSet<_>>().len()
        }
    }

    type Outcomes = Rc<RefCell<Vec<(String, Ended)>>>;

    fn play(seed: u64) {
        let mut world = World::new(seed);
        let mut dice = Random::new(seed ^ 0xd1ce);
        let outcomes: Outcomes = Rc::default();
        let mut recorded = std::collections::BTreeSet::new();
        let mut tasks = Vec::new();
        for round in 0..4 {
            // Some processes, each with a charge of its own; and those that come back resume, perhaps two at once.
            for process in 0..1 + dice.between(0, 1) {
                let (client, device) = world.process();
                let (nonce, outcomes) = (format!("n-{round}-{process}"), outcomes.clone());
                let resumes = dice.chance(70);
                let task = world.sim.spawn(async move {
                    if resumes && let Ok(resumed) = client.resume().await {
                        for (note, result) in resumed {
                            outcomes.borrow_mut().push((note.nonce.to_string(), result));
                        }
                    }
                    let result = client.run(&charge(&nonce, 1), Controls::default()).await;
                    outcomes.borrow_mut().push((nonce, result));
                });
                tasks.push((task, device));
            }
            world.disk.broken.set(dice.chance(10));
            world.run_for(dice.between(0, 399));
            world.disk.broken.set(false);
            let pause_ms = if dice.chance(50) { 600 } else { 9_000 };
            world.run_for(dice.between(0, pause_ms));
            recorded.extend(world.disk.device.list("").into_iter().map(|(name, _)| name));
            // Most processes die before they are done.
            for task in &tasks {
                if dice.chance(60) {
                    world.kill(task);
                }
            }
        }
        tasks.iter().for_each(|task| world.kill(task));
        world.weather.borrow_mut().calm = true;
        for _ in 0..3 {
            let (last, _) = world.process();
            let outcomes = outcomes.clone();
            world.sim.spawn(async move {
                for (note, result) in last.resume().await.unwrap() {
                    outcomes.borrow_mut().push((note.nonce.to_string(), result));
                }
            });
        }
        world.run_for(120_000);
        let (reader, _) = world.process();
        let left: Place<usize> = Rc::default();
        let place = left.clone();
        world.sim.spawn(async move { *place.borrow_mut() = Some(reader.pending().await.unwrap().len()) });
        world.run_for(60_000);
        assert_eq!(left.take(), Some(0), "seed {seed}: nothing is left unfinished");
        let storms = world.weather.borrow().cluster.storms().len();
        if storms > 0 {
            let passages = world.sim.passages();
            let writes = passages.iter().filter(|passage| passage.body.is_some());
            writes.for_each(|passage| println!("{passage:?}"));
        }
        assert_eq!(storms, 0, "seed {seed}: two copies met");
        for name in &recorded {
            let nonce = name.rsplit(':').next().unwrap();
            let booked = world.booked(nonce);
            let fate: Vec<_> =
                outcomes.borrow().iter().filter(|(of, _)| of == nonce).map(|(_, end)| fate(end)).collect();
            assert!(booked <= 1, "seed {seed}: {nonce} is booked {booked} times");
            // What one was told for certain, no other may undo: there is nothing to resume any more.
            if fate.contains(&"rejected") {
                assert_eq!(booked, 0, "seed {seed}: {nonce} was rejected for certain: {fate:?}");
            } else if fate.contains(&"resolved") {
                assert_eq!(booked, 1, "seed {seed}: {nonce} resolved");
            } else {
                assert_eq!(
                    booked, 1,
                    "seed {seed}: {nonce} was recorded, and somebody had to finish it: {fate:?}"
                );
            }
        }
    }

    fn fate(end: &Ended) -> &'static str {
        match end {
            Ok(_) => "resolved",
            Err(error) => error.outcome.as_str(),
        }
    }

    #[test]
    fn every_recorded_charge_is_booked_once_in_the_end() {
        let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
        let (from, seeds) = (number("DURABLE_FROM").unwrap_or(0), number("DURABLE_SEEDS").unwrap_or(SEEDS));
        println!("seeds {from}..{}", from + seeds);
        (from..from + seeds).for_each(play);
    }
}
