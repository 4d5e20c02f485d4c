//! A client, two or three regions with keys on, and what may go wrong between them, in virtual time.

use std::cell::RefCell;
use std::rc::Rc;

use shardd_local::{Auth, Cluster, Config as LedgerConfig, Key};
use shardd_wasm::platform::sim::{Homecoming, Journey, Network, START_UNIX_MS, Sim, SimPlatform};
use shardd_wasm::platform::{Request, Response};
use shardd_wasm::{Client, ClientBuilder, CreateEventOptions, CreateEventResult, Reservation, ShardError};

/// The regions, told apart by the port of their URLs: 8081, 8082, …
pub struct Regions {
    pub cluster: Cluster,
    /// These neither hear nor answer.
    pub silent: Vec<usize>,
    /// So many requests are still served without their client hearing of it, probes aside.
    pub answers_to_lose: usize,
    /// The same for probes, and for calls of health.
    pub probes_to_lose: usize,
    /// What requests are answered with instead, probes aside.
    pub instead: Option<Response>,
    /// The value of `Authorization` of every request that arrived with one.
    pub keys_seen: Vec<String>,
}

fn region(url: &str) -> usize {
    (0..3).find(|at| url.contains(&format!(":{}", 8081 + at))).expect("a region's URL")
}

impl Network for Regions {
    fn depart(&mut self, request: &Request, _: u64) -> Journey {
        let heard = !self.silent.contains(&region(&request.url));
        let probe = request.url.ends_with("/gateway/health");
        let to_lose = if probe { &mut self.probes_to_lose } else { &mut self.answers_to_lose };
        let lost = heard && *to_lose > 0;
        *to_lose -= usize::from(lost);
        Journey {
            arrives_after_ms: heard.then_some(5),
            returns_after_ms: heard.then_some(10 * (1 + region(&request.url) as u64)),
            homecoming: match &self.instead {
                _ if lost => Homecoming::Failure,
                Some(response) if !probe => Homecoming::Instead(response.clone()),
                _ => Homecoming::Answer,
            },
        }
    }

    fn arrive(&mut self, request: &Request, now_ms: u64) -> Response {
        let (_, rest) = request.url.split_once("://").unwrap();
        let mut wire = shardd_local::Request::new(request.method, &rest[rest.find('/').unwrap()..]);
        if let Some(key) = &request.authorization {
            self.keys_seen.push(key.to_string());
            wire = wire.with("authorization", key);
        }
        if let Some(body) = &request.body {
            wire = wire.with("content-type", "application/json");
            wire.body = body.as_bytes().to_vec();
        }
        let answer = self.cluster.handle(region(&request.url), &wire, START_UNIX_MS + now_ms);
        Response { status: answer.status, body: answer.body, ..Response::default() }
    }
}

/// Where a call leaves its end.
pub type Place<T> = Rc<RefCell<Option<Result<T, ShardError>>>>;

pub struct Stage {
    pub sim: Sim,
    pub regions: Rc<RefCell<Regions>>,
    pub platform: SimPlatform,
    pub client: Client,
}

impl Stage {
    pub fn new() -> Stage {
        Stage::of(2, |builder| builder.edges(["http://127.0.0.1:8081", "http://127.0.0.1:8082"]))
    }

    /// So many regions, and a client that is set up like this; its key, if it needs none other, is a good one.
    pub fn of(regions: usize, set_up: impl FnOnce(ClientBuilder) -> ClientBuilder) -> Stage {
        let auth = Some(Auth { keys: vec![Key::new("sk_test"), Key::new("sk_other")] });
        let cluster = Cluster::new(LedgerConfig { regions, auth, ..LedgerConfig::default() });
        let regions = Regions {
            cluster,
            silent: Vec::new(),
            answers_to_lose: 0,
            probes_to_lose: 0,
            instead: None,
            keys_seen: Vec::new(),
        };
        let regions = Rc::new(RefCell::new(regions));
        let sim = Sim::new(regions.clone());
        let platform = sim.platform(1);
        let builder = Client::builder().api_key("sk_test").platform(Rc::new(platform.clone()));
        let client = set_up(builder).build().unwrap();
        Stage { sim, regions, platform, client }
    }

    /// Runs a call to its end and leaves the ledger time to replicate and to store.
    pub fn call<T: 'static>(
        &mut self,
        call: impl Future<Output = Result<T, ShardError>> + 'static,
    ) -> Result<T, ShardError> {
        self.call_for(5_000, call)
    }

    /// The same for a call that takes longer.
    pub fn call_for<T: 'static>(
        &mut self,
        ms: u64,
        call: impl Future<Output = Result<T, ShardError>> + 'static,
    ) -> Result<T, ShardError> {
        let place = self.begin(call);
        self.sim.run_until(self.sim.now_ms() + ms);
        place.take().expect("the call ended")
    }

    /// Begins a call; its end comes to the place.
    pub fn begin<T: 'static>(
        &mut self,
        call: impl Future<Output = Result<T, ShardError>> + 'static,
    ) -> Place<T> {
        let place: Place<T> = Rc::default();
        let ended = place.clone();
        self.sim.spawn(async move { *ended.borrow_mut() = Some(call.await) });
        place
    }

    pub fn credit(&mut self, amount: i64) -> CreateEventResult {
        self.call(self.client.credit("app", "alice", amount, Default::default())).unwrap()
    }

    pub fn reserve(&mut self, amount: i64, nonce: &str) -> Result<Reservation, ShardError> {
        self.call(self.client.reserve("app", "alice", amount, 60_000, with_nonce(nonce)))
    }

    /// Requests that left, probes aside.
    pub fn sent(&self) -> usize {
        self.sim.passages().iter().filter(|passage| !passage.url.ends_with("/gateway/health")).count()
    }
}

pub fn with_nonce(nonce: &str) -> CreateEventOptions {
    CreateEventOptions { idempotency_nonce: Some(nonce.into()), ..Default::default() }
}
