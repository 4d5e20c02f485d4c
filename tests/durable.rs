//! Durable writes in virtual time: processes that die at any moment, stores that fail, several finders of one record.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, missing_docs)]

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use shardd_local::{Cluster, Config as LedgerConfig, EventKind};
use shardd_wasm::api::{CreateEventOptions, Operation};
use shardd_wasm::durable::{ByteStep, Note, Store, StoreError, StoreFailure};
use shardd_wasm::engine::Event;
use shardd_wasm::idempotency::step::Change;
use shardd_wasm::platform::sim::{Homecoming, Journey, Network, START_UNIX_MS, Sim, SimPlatform};
use shardd_wasm::platform::{LocalFuture, Platform, Request, Response};
use shardd_wasm::{Abort, Answer, Client, Code, Config, Controls, Outcome, ShardError};

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
        Response { status: answer.status, retry_after: None, body: answer.body }
    }
}

/// A store that all processes of a device share.
#[derive(Clone)]
struct Disk {
    platform: SimPlatform,
    bytes: Rc<RefCell<BTreeMap<String, Vec<u8>>>>,
    broken: Rc<Cell<bool>>,
}

impl Store for Disk {
    fn update(&self, name: &str, mut step: ByteStep) -> LocalFuture<Result<(), StoreError>> {
        let (disk, name) = (self.clone(), name.to_owned());
        Box::pin(async move {
            disk.platform.sleep(STORE_MS / 2).await;
            if disk.broken.get() {
                return Err(StoreError::default());
            }
            let now_ms = START_UNIX_MS + disk.platform.world_ms();
            let found = disk.bytes.borrow().get(&name).cloned();
            match step(found.as_deref(), now_ms).change {
                Change::Keep => {}
                Change::Put(bytes) => drop(disk.bytes.borrow_mut().insert(name, bytes)),
                Change::Delete => drop(disk.bytes.borrow_mut().remove(&name)),
            }
            disk.platform.sleep(STORE_MS / 2).await;
            Ok(())
        })
    }

    fn list(&self, prefix: &str) -> LocalFuture<Result<Vec<(String, Vec<u8>)>, StoreError>> {
        let rows =
            self.bytes.borrow().clone().into_iter().filter(|(name, _)| name.starts_with(prefix)).collect();
        Box::pin(std::future::ready(Ok(rows)))
    }
}

struct Stage {
    sim: Sim,
    regions: Rc<RefCell<Regions>>,
    disk: Disk,
    failure: StoreFailure,
    events: Rc<RefCell<Vec<Event>>>,
}

type Ended<T = Answer> = Result<T, ShardError>;
type Place<T> = Rc<RefCell<Option<T>>>;

impl Stage {
    fn new() -> Stage {
        let cluster = Cluster::new(LedgerConfig { regions: 2, ..LedgerConfig::default() });
        let regions = Rc::new(RefCell::new(Regions { cluster, mute: false, writes: 0 }));
        let sim = Sim::new(regions.clone());
        let disk = Disk { platform: sim.platform(1), bytes: Rc::default(), broken: Rc::default() };
        Stage { sim, regions, disk, failure: StoreFailure::Closed, events: Rc::default() }
    }

    /// A client in a process of its own.
    fn process(&self) -> Client {
        let mut config = Config::new("key");
        config.edges = vec!["http://127.0.0.1:8081".into(), "http://127.0.0.1:8082".into()];
        config.store = Some(Rc::new(self.disk.clone()));
        config.store_failure = self.failure;
        let seen = self.events.clone();
        config.observer = Some(Rc::new(move |event: &Event, _: &[Rc<str>]| seen.borrow_mut().push(*event)));
        Client::from_config(config, Rc::new(self.sim.platform(7))).unwrap()
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
    let mut stage = Stage::new();
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
    assert!(stage.disk.bytes.borrow().is_empty());
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
