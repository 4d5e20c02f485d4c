//! Calls: told what happened, and what they say in words.

use std::rc::Rc;

use wasm_bindgen::prelude::*;

use super::durable::Durable;
use super::words::{Words, word, word_or_none};
use super::{Kernel, Running, enter};
use crate::engine::{
    Action, Body, Call, Close, End, Ended, Ending, Event, Health, Input, KeyNeed, Kind, Orders, Policy,
    Principal, Reason, Recording, Request, Shared, StoreFailure,
};
use crate::protocol::effect::{self, action, body, close, ended, flag, health, input, reason};

/// Begins a call. The input is the nonce, the fingerprint, the key and the owner, one after another.
#[wasm_bindgen]
#[allow(clippy::too_many_arguments)] // numbers: an object of them would be a crossing for each
pub fn begin(
    client: u32,
    flags: u32,
    nonce_len: u32,
    print_len: u32,
    key_len: u32,
    owner_len: i32,
    timeout_ms: f64,
    only: i32,
    store_timeout_ms: f64,
    now_ms: f64,
    random: f64,
) -> u32 {
    enter(|kernel| {
        let has = |flag: u32| flags & flag != 0;
        let Some(core) = kernel.clients.get(client).cloned() else { return 0 };
        let (nonce_len, print_len, key_len) = (nonce_len as usize, print_len as usize, key_len as usize);
        let nonce: Rc<str> = kernel.text(0, nonce_len).into();
        let fingerprint: Rc<str> = kernel.text(nonce_len, print_len).into();
        let principal = kernel.principal(nonce_len + print_len, key_len, owner_len, false);
        let timeout_ms = if timeout_ms > 0.0 { timeout_ms as u64 } else { core.policy.timeout_ms };
        let policy = Policy { timeout_ms, ..core.policy };
        let replayable = has(flag::REPLAYABLE);
        let kind = if has(flag::WRITES) {
            let moves = policy.ambiguous_writes_move && replayable;
            Kind::Write { nonce: nonce.clone(), fingerprint: fingerprint.clone(), moves, replayable }
        } else {
            Kind::Read
        };
        let recording = has(flag::RECORDED).then(|| Recording {
            resumes: has(flag::RESUMES),
            failure: if has(flag::OPEN) { StoreFailure::Open } else { StoreFailure::Closed },
            timeout_ms: store_timeout_ms as u64,
        });
        let request = Request {
            kind,
            only: usize::try_from(only).ok(),
            policy,
            needs_clock: has(flag::NEEDS_CLOCK),
            is_probe: has(flag::IS_PROBE),
            key: match () {
                () if has(flag::KEY_NEEDLESS) => KeyNeed::Needless,
                () if has(flag::KEY_ASKED) => KeyNeed::Asked { renews: has(flag::RENEWS) },
                () => KeyNeed::AtHand,
            },
            principal: has(flag::KNOWN).then_some(principal),
            recording,
            in_doubt: has(flag::IN_DOUBT),
            discovers: has(flag::DISCOVERS),
        };
        let running = Running {
            call: Call::new(request, now_ms as u64),
            core,
            sent_at_ms: 0,
            durable: recording.map(|_| Durable::new(nonce, fingerprint)),
        };
        let Some(call) = kernel.calls.insert(running) else { return 0 };
        let first = if has(flag::ABORTED) { Input::Abort } else { Input::Begin };
        kernel.step(call, first, now_ms as u64, random)
    })
}

/// Something happened to a call.
#[wasm_bindgen]
#[allow(clippy::too_many_arguments, clippy::many_single_char_names)] // what they say depends on `what`
pub fn told(
    call: u32,
    what: u32,
    a: i32,
    b: i32,
    c: i32,
    d: i32,
    figure: f64,
    len: u32,
    now_ms: f64,
    random: f64,
) -> u32 {
    enter(|kernel| {
        let now = now_ms as u64;
        match what {
            input::TICK => kernel.step(call, Input::Tick, now, random),
            input::PROBE => {
                let health = (b >= 0).then(|| Health {
                    ready: b & health::READY != 0,
                    overloaded: b & health::OVERLOADED != 0,
                    sync_gap: u64::try_from(c).unwrap_or(0),
                    observed_at_unix_ms: figure as u64,
                });
                kernel.step(call, Input::Probe(a as u32, health), now, random)
            }
            input::ENDED => {
                let text = kernel.text(0, len as usize).to_owned();
                let sent_at_ms = kernel.calls.get(call).map_or(now, |running| running.sent_at_ms);
                let after_ms = now.saturating_sub(sent_at_ms);
                let told = Ended {
                    ending: ending(a, b, &text, after_ms),
                    retry_after_ms: (figure >= 0.0).then_some(figure as u64),
                    is_behind: c & ended::BEHIND != 0,
                    is_replay: c & ended::REPLAY != 0,
                    is_deleted: c & ended::DELETED != 0,
                    shareable_bytes: usize::try_from(d).ok(),
                };
                kernel.step(call, Input::Ended(told), now, random)
            }
            input::KEY => {
                let given = (a == 1).then(|| kernel.principal(0, b as usize, c, d == 1));
                kernel.step(call, Input::Key(given.as_ref()), now, random)
            }
            input::STORED => kernel.stored(call, a, now, random),
            _ => kernel.step(call, Input::Abort, now, random),
        }
    })
}

/// The hands of a call cannot go on: what it has in flight is in doubt, and the call is given back.
#[wasm_bindgen]
pub fn give_up(call: u32, now_ms: f64, random: f64) {
    enter(|kernel| {
        kernel.step(call, Input::Abort, now_ms as u64, random);
        drop(kernel.calls.remove(call));
    });
}

fn ending(status: i32, told: i32, text: &str, after_ms: u64) -> Ending<'_> {
    let Ok(status) = u16::try_from(status) else {
        return if status == effect::status::NETWORK { Ending::Network } else { Ending::NoResponse };
    };
    if i32::from(status) == effect::status::REDIRECT {
        return Ending::Redirect;
    }
    let body = match told {
        body::PROMISED => Body::Promised,
        body::UNREADABLE => Body::Unreadable,
        body::TOO_LARGE => Body::TooLarge,
        body::FOREIGN => Body::Foreign,
        body::INSUFFICIENT_FUNDS => Body::InsufficientFunds,
        _ => Body::Other,
    };
    Ending::Status { status, body, text, after_ms }
}

impl Kernel {
    /// Whose a call is: key and owner stand in the input from `at` on.
    pub(super) fn principal(
        &self,
        at: usize,
        key_len: usize,
        owner_len: i32,
        from_function: bool,
    ) -> Principal {
        let key: Rc<str> = self.text(at, key_len).into();
        match usize::try_from(owner_len) {
            Ok(len) => Principal::Named { owner: self.text(at + key_len, len).into(), key },
            Err(_) if from_function => Principal::Asked(key),
            Err(_) => Principal::Key(key),
        }
    }

    /// One step of a call; the place of what the call says.
    pub(super) fn step(&mut self, call: u32, input: Input<'_>, now_ms: u64, random: f64) -> u32 {
        self.begin_words();
        self.go_on(call, input, now_ms, random)
    }

    /// Leaves place for the words that [`go_on`](Kernel::go_on) says first.
    pub(super) fn begin_words(&mut self) {
        self.words.begin();
        self.words.push(&[0, 0]);
    }

    /// The same after words that stand before.
    pub(super) fn go_on(&mut self, call: u32, input: Input<'_>, now_ms: u64, random: f64) -> u32 {
        let drawn = self.draw(random);
        let token = self.draw(random);
        let Kernel { calls, writes, words, .. } = self;
        let Some(running) = calls.get_mut(call) else { return 0 };
        let core = running.core.clone();
        let mut orders = Orders::default();
        {
            let mut edges = core.edges.borrow_mut();
            let mut shared = Shared { edges: &mut edges, writes, ledger: &core.ledger };
            running.call.step(input, &mut shared, now_ms, &|| drawn, &mut orders);
        }
        for event in &orders.events {
            say_event(words, event);
        }
        let mut is_over = false;
        for action in orders.actions {
            if let Action::Send(_) = action {
                running.sent_at_ms = now_ms;
            }
            if let Action::End(_) = action {
                is_over = true;
            }
            if let Some(durable) = &mut running.durable {
                durable.ordered(action, token);
            }
            let oldest =
                if let Action::Keep(ticket) = action { writes.oldest_kept().unwrap_or(ticket) } else { 0 };
            say(words, action, oldest);
        }
        words.push(&[action::NOTHING]);
        let wake_in_ms = match running.call.wake_at_ms() {
            u64::MAX => -1,
            at_ms => word(at_ms.saturating_sub(now_ms)),
        };
        if is_over {
            drop(calls.remove(call));
        }
        words.head(call as i32, if is_over { -1 } else { wake_in_ms })
    }
}

/// An action in words. `oldest` is the oldest answer that is kept.
fn say(words: &mut Words, ordered: Action, oldest: u64) {
    match ordered {
        Action::Probe { probe, edge } => words.push(&[action::PROBE, probe as i32, edge as i32]),
        Action::CutProbe(probe) => words.push(&[action::CUT_PROBE, probe as i32]),
        Action::Send(edge) => words.push(&[action::SEND, edge as i32]),
        Action::CutAttempt => words.push(&[action::CUT_ATTEMPT]),
        Action::Discover(edge) => words.push(&[action::DISCOVER, edge as i32]),
        Action::AskKey => words.push(&[action::ASK_KEY]),
        Action::Claim { limit_ms, .. } => words.push(&[action::CLAIM, word(limit_ms)]),
        Action::Touch { edge, .. } => words.push(&[action::TOUCH, edge.map_or(-1, |edge| edge as i32)]),
        Action::Close(how) => {
            let (kind, ticket) = match how {
                Close::Complete { shared } => (close::COMPLETE, shared.map_or(-1, |ticket| ticket as i32)),
                Close::Free => (close::FREE, -1),
                Close::Leave => (close::LEAVE, -1),
            };
            words.push(&[action::CLOSE, kind, ticket]);
        }
        Action::Keep(ticket) => words.push(&[action::KEEP, ticket as i32, oldest as i32]),
        Action::End(End { reason: why, outcome, edge, attempts, elapsed_ms }) => {
            let (why, ticket) = number(why);
            let edge = edge.map_or(-1, |edge| edge as i32);
            words.push(&[action::END, why, outcome as i32, edge, attempts as i32, word(elapsed_ms), ticket]);
        }
    }
}

fn number(of: Reason) -> (i32, i32) {
    let number = match of {
        Reason::Answered => reason::ANSWERED,
        Reason::Deleted => reason::DELETED,
        Reason::Failed => reason::FAILED,
        Reason::Deadline => reason::DEADLINE,
        Reason::Aborted => reason::ABORTED,
        Reason::Keyless => reason::KEYLESS,
        Reason::Shared { ticket } => return (reason::SHARED, ticket as i32),
        Reason::Replayed => reason::REPLAYED,
        Reason::Conflict => reason::CONFLICT,
        Reason::Behind => reason::BEHIND,
        Reason::BehindTooOften => reason::BEHIND_TOO_OFTEN,
        Reason::TakenOver => reason::TAKEN_OVER,
        Reason::EndedMeanwhile => reason::ENDED_MEANWHILE,
        Reason::Corrupt => reason::CORRUPT,
        Reason::StoreFailed => reason::STORE_FAILED,
    };
    (number, -1)
}

/// An event in words: its kind, edge, figure, what more there is, and the reason.
fn say_event(words: &mut Words, event: &Event) {
    let (kind, edge, figure, more, reason) = match *event {
        Event::Probe { edge, rtt_ms, fit } => (0, edge, word_or_none(rtt_ms), i32::from(fit), ""),
        Event::Pin { edge, rtt_ms } => (1, edge, word_or_none(rtt_ms), 0, ""),
        Event::Attempt { edge, attempt } => (2, edge, attempt as i32, 0, ""),
        Event::Suspect { edge, silent_ms } => (3, edge, word(silent_ms), 0, ""),
        Event::Failover { from, to, reason } => (4, from, to as i32, 0, reason),
        Event::Retry { edge, wait_ms, reason } => (5, edge, word(wait_ms), 0, reason),
        Event::Cooldown { edge, cooldown_ms, reason } => (6, edge, word(cooldown_ms), 0, reason),
        Event::Settle { wait_ms } => (7, 0, word(wait_ms), 0, ""),
        Event::Replay { edge } => (8, edge, 0, 0, ""),
        Event::StoreFailed => (9, 0, 0, 0, ""),
    };
    words.push(&[action::EVENT, kind, edge as i32, figure, more]);
    words.push_static(reason);
}
