//! What a run leaves for the checkers: what was called and what came of it, what left the client and what became of that,
//! what the ledgers hold in the end.

use std::collections::BTreeMap;

use shardd_wasm::engine::Event;
use shardd_wasm::platform::sim::Passage;
use shardd_wasm::{Answer, Code, Outcome, ShardError};

use crate::plan::{CallPlan, ClientPlan};
use crate::regions::Voyage;

/// A write, as the ledgers tell them apart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Write {
    pub ledger: usize,
    pub owner: usize,
    pub nonce: String,
}

impl Write {
    /// The write with this nonce by this client.
    pub fn of(client: &ClientPlan, nonce: String) -> Write {
        Write { ledger: client.ledger, owner: client.owner, nonce }
    }
}

/// The nonce that the ledger knows a call by.
pub fn nonce_of(client: &ClientPlan, call: &CallPlan) -> String {
    format!("nonce-{}-{}", client.nonces, call.nonce)
}

#[derive(Clone, Debug)]
pub struct CallRecord {
    pub client: usize,
    pub task: usize,
    pub plan: CallPlan,
    /// When it really began, by the world's clock.
    pub began_ms: u64,
    /// By the client's clock.
    pub deadline_ms: u64,
    /// The end: the world's time, the client's time, and what it was.
    pub ended: Option<(u64, u64, Ended)>,
    /// What became of the writes that it resumed, by nonce.
    pub resumed: Vec<(String, Ended)>,
    /// Fetches and timers still held when it had ended.
    pub left_behind: (usize, usize),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    Resolved { attempts: u32, event_id: Option<String> },
    Rejected { code: Code, outcome: Outcome },
}

impl Ended {
    pub fn of(result: Result<Answer, ShardError>) -> Ended {
        match result {
            Ok(answer) => Ended::Resolved {
                attempts: answer.attempts,
                event_id: text_after(&answer.json, r#""eventId":""#).map(str::to_owned),
            },
            Err(error) => Ended::Rejected { code: error.code, outcome: error.outcome },
        }
    }

    pub fn is_resolved(&self) -> bool {
        matches!(self, Ended::Resolved { .. })
    }
}

#[derive(Debug)]
pub struct Evidence {
    pub calls: Vec<CallRecord>,
    pub passages: Vec<Passage>,
    /// What became of each passage on its way.
    pub voyages: Vec<Voyage>,
    /// The client of each task.
    pub client_of: BTreeMap<usize, usize>,
    /// Decisions of each client: the world's time, the task that made it, the decision.
    pub decisions: Vec<Vec<(u64, usize, Event)>>,
    /// The ids of each write's standard events that are not lost, in any region.
    pub written: BTreeMap<Write, Vec<String>>,
    pub voids: usize,
    pub storms: usize,
    /// The edge that each client ends up pinned to; none for a process that has died.
    pub pinned: Vec<Option<Option<usize>>>,
    /// How many recorded writes are unfinished in the end.
    pub unfinished: usize,
}

/// The nonce in the body of a request.
pub fn nonce_in(body: &str) -> Option<&str> {
    text_after(body, r#""idempotency_nonce":""#)
}

fn text_after<'a>(json: &'a str, head: &str) -> Option<&'a str> {
    json.split_once(head)?.1.split('"').next()
}
