//! Clients: what is known of their edges.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::prelude::*;

use super::words::{word, word_or_none};
use super::{Kernel, enter};
use crate::engine::{EdgeId, EdgeState, EdgeTable, Ledger, Policy};
use crate::protocol::effect::edge_state;

/// What the calls of a client share.
pub(super) struct Core {
    pub(super) edges: RefCell<EdgeTable>,
    pub(super) ledger: Rc<Ledger>,
    pub(super) policy: Policy,
}

/// A client. The input is the ledger's name, where `ledger_len` is not negative, and the edges' base URLs, a line each.
#[wasm_bindgen]
#[allow(clippy::too_many_arguments)] // numbers: an object of them would be a crossing for each
pub fn open(
    ledger_len: i32,
    edges_len: u32,
    timeout_ms: f64,
    attempt_timeout_ms: f64,
    probe_timeout_ms: f64,
    cooldown_ms: f64,
    settle_ms: f64,
    max_attempts: u32,
    moves: bool,
) -> i32 {
    enter(|kernel| {
        let name_len = usize::try_from(ledger_len).unwrap_or(0);
        let name = (ledger_len >= 0).then(|| kernel.text(0, name_len));
        let policy = Policy {
            timeout_ms: timeout_ms as u64,
            attempt_timeout_ms: attempt_timeout_ms as u64,
            probe_timeout_ms: probe_timeout_ms as u64,
            cooldown_ms: cooldown_ms as u64,
            settle_ms: settle_ms as u64,
            max_attempts,
            ambiguous_writes_move: moves,
        };
        let edges = kernel.bytes(name_len, edges_len as usize);
        let ledger = Rc::new(Ledger::new(name, lines(edges)));
        let ids = kernel.edge_ids(name_len, edges_len as usize);
        let edges = RefCell::new(EdgeTable::new(&ids));
        kernel.clients.insert(Rc::new(Core { edges, ledger, policy })).map_or(-1, |handle| handle as i32)
    })
}

fn lines(text: &[u8]) -> impl Iterator<Item = &str> {
    let lines = text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    lines.map(|line| std::str::from_utf8(line).unwrap_or_default())
}

impl Kernel {
    /// What the module calls the edges whose base URLs stand in the input, a line each.
    fn edge_ids(&mut self, from: usize, len: usize) -> Vec<EdgeId> {
        let text = self.input.get(from..from.saturating_add(len)).unwrap_or_default();
        let mut ids = Vec::new();
        for url in lines(text) {
            ids.push(self.writes.edge_ids.of(url));
        }
        ids
    }
}

/// Gives a client back. Its calls go on.
#[wasm_bindgen]
pub fn drop_client(client: u32) {
    enter(|kernel| drop(kernel.clients.remove(client)));
}

/// The edge that served last, as an earlier client told.
#[wasm_bindgen]
pub fn remember(client: u32, len: u32) {
    enter(|kernel| {
        let id = kernel.writes.edge_ids.find(kernel.text(0, len as usize));
        if let (Some(core), Some(id)) = (kernel.clients.get(client), id) {
            let mut edges = core.edges.borrow_mut();
            if let Some(at) = edges.at(id) {
                edges.remember(at);
            }
        }
    });
}

/// Adds the edges that a directory named, a line each; how many there are now.
#[wasm_bindgen]
pub fn merge(client: u32, len: u32, now_ms: f64) -> u32 {
    enter(|kernel| {
        let ids = kernel.edge_ids(0, len as usize);
        let Some(core) = kernel.clients.get(client) else { return 0 };
        let mut edges = core.edges.borrow_mut();
        edges.merge(&ids, now_ms as u64);
        edges.len() as u32
    })
}

/// Where the URL of an edge is, and how many bytes it has.
#[wasm_bindgen]
pub fn url(client: u32, edge: u32) -> u32 {
    enter(|kernel| {
        kernel.words.begin();
        let core = kernel.clients.get(client);
        let Some(id) = core.and_then(|core| Some(core.edges.borrow().get(edge as usize)?.id)) else {
            return 0;
        };
        kernel.words.push_bytes(kernel.writes.edge_ids.url(id).as_bytes().to_vec());
        kernel.words.place()
    })
}

/// What is known of an edge: its round-trip time or -1, its state, what is left of its cooldown, and whether it is pinned.
#[wasm_bindgen]
pub fn edge(client: u32, edge: u32, now_ms: f64) -> u32 {
    enter(|kernel| {
        kernel.words.begin();
        let (at, now_ms) = (edge as usize, now_ms as u64);
        let Some(core) = kernel.clients.get(client) else { return 0 };
        let edges = core.edges.borrow();
        let Some(edge) = edges.get(at) else { return 0 };
        let state = match edge.state(now_ms) {
            EdgeState::Up => edge_state::UP,
            EdgeState::Cooling => edge_state::COOLING,
            EdgeState::HalfOpen => edge_state::HALF_OPEN,
        };
        let cooldown_left_ms = word(edge.cooldown_left_ms(now_ms));
        kernel.words.push(&[
            word_or_none(edge.rtt_ms()),
            state,
            cooldown_left_ms,
            i32::from(edges.pinned() == Some(at)),
        ]);
        kernel.words.place()
    })
}

/// What the clock of an edge shows, in Unix milliseconds; 0 where that is not known.
#[wasm_bindgen]
pub fn clock(client: u32, edge: u32, now_ms: f64) -> f64 {
    enter(|kernel| {
        let core = kernel.clients.get(client);
        let unix_ms = core.and_then(|core| core.edges.borrow().get(edge as usize)?.unix_ms(now_ms as u64));
        unix_ms.unwrap_or(0) as f64
    })
}
