//! One call of the client against an edge that gives the answers it is told to give.

use std::cell::RefCell;
use std::rc::Rc;

use shardd_wasm::api::Operation;
use shardd_wasm::json::Integers;
use shardd_wasm::platform::sim::{Homecoming, Journey, Network, Sim};
use shardd_wasm::platform::{Request, Response};
use shardd_wasm::protocol::CreateEventOptions;
use shardd_wasm::{Answer, Client, Config, Controls, ShardError};

/// Never to be seen in a message.
pub const KEY: &str = "sk_live_never_shown";
pub const HEALTHY: &[u8] = br#"{"observed_at_unix_ms":1795000000000,"edge_id":"e","region":"r","base_url":"http://127.0.0.1:8081","ready":true,"discovered_nodes":3,"healthy_nodes":3,"best_node_rtt_ms":1,"sync_gap":0,"overloaded":false,"auth_enabled":true}"#;
/// What tells a probe from a call of `health()`: nothing else reads so little.
const PROBE_BODY_MAX_BYTES: u64 = 64 * 1024;

/// How a call is made.
pub struct Stage {
    pub integers: Integers,
    pub max_attempts: u32,
    pub max_body_bytes: u64,
    /// What probes are answered with.
    pub health: Response,
}

impl Default for Stage {
    fn default() -> Self {
        Stage {
            integers: Integers::Number,
            max_attempts: 1,
            max_body_bytes: 1 << 20,
            health: answer(200, HEALTHY),
        }
    }
}

pub fn answer(status: u16, body: &[u8]) -> Response {
    Response { status, body: body.to_vec(), ..Response::default() }
}

struct Edge {
    health: Response,
    /// The last one again and again.
    answers: Vec<Response>,
    given: usize,
}

impl Network for Edge {
    fn depart(&mut self, _: &Request, _: u64) -> Journey {
        Journey { arrives_after_ms: Some(5), returns_after_ms: Some(10), homecoming: Homecoming::Answer }
    }

    fn arrive(&mut self, request: &Request, _: u64) -> Response {
        if request.max_body_bytes == PROBE_BODY_MAX_BYTES {
            return self.health.clone();
        }
        self.given += 1;
        self.answers[(self.given - 1).min(self.answers.len() - 1)].clone()
    }
}

impl Stage {
    /// Runs `operation` against an edge that gives these answers.
    pub fn run(&self, operation: &Operation, answers: &[Response]) -> Result<Answer, ShardError> {
        let edge = Edge { health: self.health.clone(), answers: answers.to_vec(), given: 0 };
        let mut sim = Sim::new(Rc::new(RefCell::new(edge)));
        let mut config = Config::new(KEY);
        config.edges = vec!["http://127.0.0.1:8081".into()];
        config.integers = self.integers;
        config.policy.max_attempts = self.max_attempts;
        config.max_body_bytes = self.max_body_bytes;
        let client = Client::from_config(config, Rc::new(sim.platform(1))).unwrap();
        let place: Rc<RefCell<Option<Result<Answer, ShardError>>>> = Rc::default();
        let (ended, operation) = (place.clone(), operation.clone());
        sim.spawn(async move {
            *ended.borrow_mut() = Some(client.run(&operation, Controls::default()).await);
        });
        sim.run_until(60_000);
        place.take().expect("the call ended")
    }
}

/// A read of one bucket.
pub fn read() -> Operation {
    Operation::get_balances("mine").unwrap()
}

/// A write to one bucket.
pub fn write() -> Operation {
    create(-5, &CreateEventOptions::default())
}

pub fn create(amount: i64, options: &CreateEventOptions) -> Operation {
    Operation::create_event("mine", "alice", amount, options, &|| Ok("nonce-1".into())).unwrap()
}
