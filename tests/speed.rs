//! How long things take, in virtual time: exact, the same on every machine. (Real sockets: `cargo xtask bench`.)
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, missing_docs)]

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use shardd_local::{Cluster, Config as LedgerConfig};
use shardd_wasm::api::Operation;
use shardd_wasm::engine::Event;
use shardd_wasm::platform::sim::{Homecoming, Journey, Network, START_UNIX_MS, Sim};
use shardd_wasm::platform::{Request, Response};
use shardd_wasm::protocol::CreateEventOptions;
use shardd_wasm::{Answer, Client, Code, Config, Controls, Outcome, ShardError};

const RTTS_MS: [u64; 3] = [5, 40, 120];

/// How an edge behaves from a moment on.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Mood {
    Fine,
    Silent,
    Refusing,
    /// It stands still until then, and goes on.
    PausedUntil(u64),
    /// Writes take this much longer; probes do not.
    SlowWrites(u64),
    /// 429 with this `Retry-After` until then.
    Limited {
        until_ms: u64,
        retry_after: &'static str,
    },
}

struct Regions {
    cluster: Cluster,
    moods: [Mood; 3],
    probes: [u32; 3],
}

fn region(url: &str) -> usize {
    (0..3).find(|at| url.starts_with(&url_of(*at))).unwrap()
}

fn url_of(at: usize) -> String {
    format!("http://127.0.0.1:{}", 8081 + at)
}

impl Network for Regions {
    fn depart(&mut self, request: &Request, now_ms: u64) -> Journey {
        let at = region(&request.url);
        let probe = request.url.ends_with("/gateway/health");
        self.probes[at] += u32::from(probe);
        let fine = Journey {
            arrives_after_ms: Some(RTTS_MS[at] / 2),
            returns_after_ms: Some(RTTS_MS[at]),
            homecoming: Homecoming::Answer,
        };
        match self.moods[at] {
            Mood::Silent => Journey { arrives_after_ms: None, returns_after_ms: None, ..fine },
            Mood::Refusing => Journey { arrives_after_ms: None, homecoming: Homecoming::Failure, ..fine },
            Mood::PausedUntil(until_ms) if now_ms < until_ms => {
                let held_ms = until_ms - now_ms;
                Journey {
                    arrives_after_ms: Some(held_ms),
                    returns_after_ms: Some(held_ms + RTTS_MS[at] / 2),
                    ..fine
                }
            }
            Mood::Limited { until_ms, retry_after } if !probe && now_ms < until_ms => {
                let retry_after = Some(retry_after.into());
                let response = Response { status: 429, retry_after, body: b"{}".to_vec(), read: None };
                Journey { arrives_after_ms: None, homecoming: Homecoming::Instead(response), ..fine }
            }
            Mood::SlowWrites(ms) if !probe => Journey { returns_after_ms: Some(RTTS_MS[at] + ms), ..fine },
            _ => fine,
        }
    }

    fn arrive(&mut self, request: &Request, now_ms: u64) -> Response {
        let at = region(&request.url);
        let target = request.url[url_of(at).len()..].to_owned();
        let request = match &request.body {
            Some(body) => shardd_local::Request::post(&target, body.as_bytes().to_vec()),
            None => shardd_local::Request::new(request.method, &target),
        };
        let answer = self.cluster.handle(at, &request, START_UNIX_MS + now_ms);
        Response { status: answer.status, body: answer.body, ..Response::default() }
    }
}

struct Stage {
    sim: Sim,
    regions: Rc<RefCell<Regions>>,
    client: Client,
    events: Rc<RefCell<Vec<Event>>>,
    /// How long after the next call began the process stands still, and for how long.
    pause: Option<(u64, u64)>,
}

type Result = std::result::Result<Answer, ShardError>;

impl Stage {
    fn new() -> Stage {
        let cluster = Cluster::new(LedgerConfig { regions: 3, ..LedgerConfig::default() });
        let regions = Rc::new(RefCell::new(Regions { cluster, moods: [Mood::Fine; 3], probes: [0; 3] }));
        let sim = Sim::new(regions.clone());
        let events = Rc::new(RefCell::new(Vec::new()));
        let mut config = Config::new("key");
        config.edges = (0..3).map(url_of).collect();
        let seen = events.clone();
        config.observer = Some(Rc::new(move |event: &Event, _: &[Rc<str>]| seen.borrow_mut().push(*event)));
        let client = Client::from_config(config, Rc::new(sim.platform(7))).unwrap();
        Stage { sim, regions, client, events, pause: None }
    }

    /// A stage on which the nearest edge is pinned.
    fn warm() -> Stage {
        let mut stage = Stage::new();
        stage.read().0.unwrap();
        stage.sim.run_until(stage.sim.now_ms() + 1_000);
        stage.events.borrow_mut().clear();
        stage
    }

    fn mood(&self, at: usize, mood: Mood) {
        self.regions.borrow_mut().moods[at] = mood;
    }

    /// Runs a call to its end: what came of it, and after how many milliseconds.
    fn time<F: Future<Output = Result> + 'static>(&mut self, call: F) -> (Result, u64) {
        let begun_ms = self.sim.now_ms();
        let ended: Rc<RefCell<Option<(Result, u64)>>> = Rc::default();
        let place = ended.clone();
        let clock = self.sim.platform(0);
        self.sim.spawn(async move {
            let result = call.await;
            *place.borrow_mut() = Some((result, clock.world_ms() - begun_ms));
        });
        while ended.borrow().is_none() && self.sim.now_ms() < begun_ms + 60_000 {
            let since_ms = self.sim.now_ms() - begun_ms;
            if let Some((_, for_ms)) = self.pause.take_if(|(after_ms, _)| *after_ms == since_ms) {
                self.sim.pause(for_ms);
            }
            self.sim.run_until(self.sim.now_ms() + 1);
        }
        ended.take().expect("every call ends")
    }

    fn run(&mut self, operation: std::result::Result<Operation, ShardError>) -> (Result, u64) {
        let (client, operation) = (self.client.clone(), operation.unwrap());
        self.time(async move { client.run(&operation, Controls::default()).await })
    }

    fn read(&mut self) -> (Result, u64) {
        self.run(Operation::get_balances("bucket"))
    }

    fn charge(&mut self) -> (Result, u64) {
        let options = CreateEventOptions { max_overdraft: Some(1_000), ..CreateEventOptions::default() };
        let client = self.client.clone();
        let nonce = &|| client.fresh_nonce();
        self.run(Operation::create_event("bucket", "account", -1, &options, nonce))
    }

    fn abandonments(&self) -> usize {
        let left = |event: &&Event| matches!(event, Event::Failover { .. } | Event::Cooldown { .. });
        self.events.borrow().iter().filter(left).count()
    }
}

#[test]
fn the_first_call_waits_for_the_nearest_probe_alone() {
    for (mood, silent, floor_ms) in [
        (Mood::Fine, 0, 10),
        (Mood::Silent, 1, 10),
        (Mood::Silent, 2, 10),
        (Mood::Silent, 0, 80),
        (Mood::Refusing, 0, 80),
    ] {
        let mut stage = Stage::new();
        stage.mood(silent, mood);
        let (result, took_ms) = stage.charge();
        assert!(result.is_ok());
        assert_eq!(took_ms, floor_ms, "edge {silent} {mood:?}");
    }
}

#[test]
fn a_silent_edge_costs_a_read_a_third_of_a_second_and_a_write_one() {
    let mut stage = Stage::warm();
    stage.mood(0, Mood::Silent);
    let (result, took_ms) = stage.read();
    // Suspect after 100 ms, another edge answers 40 ms later, as long again, and the read there.
    assert_eq!((result.unwrap().attempts, took_ms), (2, 2 * (100 + 40) + 40));

    let mut stage = Stage::warm();
    stage.mood(0, Mood::Silent);
    let (result, took_ms) = stage.charge();
    assert_eq!((result.unwrap().attempts, took_ms), (2, 1_000 + 40));
}

/// Of many calls that leave one edge, the work of the first ones holds up the timers of the last ones.
#[test]
fn a_late_timer_costs_as_long_again_at_most() {
    for late_ms in [51, 60, 90] {
        let mut stage = Stage::warm();
        stage.mood(0, Mood::Silent);
        stage.pause = Some((2 * (100 + 40) - 1, late_ms + 1));
        let (result, took_ms) = stage.read();
        assert_eq!((result.unwrap().attempts, took_ms), (2, 2 * (100 + 40) + 2 * late_ms + 40));
    }
}

#[test]
fn after_the_cooldown_nobody_pays_for_an_edge_that_is_still_silent() {
    let mut stage = Stage::warm();
    stage.mood(0, Mood::Silent);
    stage.read().0.unwrap();
    for _ in 0..20 {
        stage.sim.run_until(stage.sim.now_ms() + 30_000);
        let (result, took_ms) = stage.read();
        assert!(result.is_ok() && took_ms <= 40, "{took_ms} ms");
    }
}

#[test]
fn a_pause_of_the_edge_is_no_failover() {
    for pause_ms in [50, 120, 200, 250] {
        let mut stage = Stage::warm();
        stage.mood(0, Mood::PausedUntil(stage.sim.now_ms() + pause_ms));
        let (result, took_ms) = stage.charge();
        assert_eq!((result.unwrap().attempts, stage.abandonments()), (1, 0), "a pause of {pause_ms} ms");
        assert!(took_ms <= pause_ms + 5);
    }
}

#[test]
fn an_edge_that_is_only_slow_is_given_its_time() {
    let mut stage = Stage::warm();
    stage.mood(0, Mood::SlowWrites(9_000));
    let (result, took_ms) = stage.charge();
    assert_eq!((result.unwrap().attempts, took_ms, stage.abandonments()), (1, 9_005, 0));
}

#[test]
fn a_limited_edge_is_waited_for_as_it_asks_and_not_left() {
    let mut stage = Stage::warm();
    stage.mood(0, Mood::Limited { until_ms: stage.sim.now_ms() + 1_500, retry_after: "2" });
    let (result, took_ms) = stage.charge();
    assert_eq!((result.unwrap().attempts, took_ms, stage.abandonments()), (2, 5 + 2_000 + 5, 0));
}

#[test]
fn a_wait_beyond_the_deadline_is_not_begun() {
    let mut stage = Stage::warm();
    stage.mood(0, Mood::Limited { until_ms: u64::MAX, retry_after: "31" });
    let (result, took_ms) = stage.charge();
    let error = result.unwrap_err();
    assert_eq!((error.code, error.retry_after_ms, took_ms), (Code::RateLimited, Some(31_000), 5));
    assert_eq!(error.outcome, Outcome::Rejected);
}

#[test]
fn with_nobody_to_turn_to_a_call_waits_out_its_attempt() {
    let mut stage = Stage::warm();
    (0..3).for_each(|at| stage.mood(at, Mood::Silent));
    let (result, took_ms) = stage.read();
    assert!(result.is_err() && took_ms <= 30_000, "{took_ms} ms");
}

#[test]
fn sixty_four_first_calls_are_one_round_of_probes() {
    let mut stage = Stage::new();
    let done = Rc::new(Cell::new(0));
    for _ in 0..64 {
        let (client, done) = (stage.client.clone(), done.clone());
        stage.sim.spawn(async move {
            client.get_balances("bucket").await.unwrap();
            done.set(done.get() + 1);
        });
    }
    stage.sim.run_until(1_000);
    assert_eq!((done.get(), stage.regions.borrow().probes), (64, [1, 1, 1]));
}
