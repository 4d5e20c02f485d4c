//! A call as an array: its phase, a figure for JavaScript, then what it must remember.

use shardd_wasm::idempotency::claim::Looks;
use shardd_wasm::idempotency::claim::call::{Answer, Call, Done, End, Ending, Event, Held};
use shardd_wasm::idempotency::{FencedOutcome, FencingToken, Rejection};
use wasm_bindgen::prelude::*;

use crate::number::{Terms, first, split, token, token_or_none, token_or_zero};
use crate::operation::{CLAIM, COMPLETE, REMOVE, answer, rejected};

/// Phases, as `pkg-template/idempotency/number.js` knows them. In the first four an operation is under way, which the figure names.
mod phase {
    pub(super) const CLAIMING: u32 = 0;
    pub(super) const RECLAIMING: u32 = 1;
    pub(super) const COMPLETING: u32 = 2;
    pub(super) const RELEASING: u32 = 3;
    /// The figure says how long.
    pub(super) const WAITING: u32 = 4;
    /// The figure says since when the key is held.
    pub(super) const RUNNING: u32 = 5;
    /// The figure says how it ended.
    pub(super) const OVER: u32 = 6;
}

/// The call after an event; a call that begins is an empty array. `answer` is what an operation answered.
#[wasm_bindgen]
pub fn told(terms: &[f64], call: &[f64], event: u32, answer: &[f64], now_ms: f64) -> Vec<f64> {
    let now_ms = now_ms as u64;
    let call = match read(call) {
        None => Call::new(now_ms),
        Some(call) => call.told(happened(event, answer), Terms::read(terms).wait_ms, now_ms),
    };
    written(&call)
}

fn happened(event: u32, answer: &[f64]) -> Event {
    match event {
        0 => Event::Answered(answered(answer)),
        1 => Event::Failed,
        2 => Event::Woken,
        3 => Event::Ended(Ending::Done(Done::Returned)),
        4 => Event::Ended(Ending::Done(Done::Recovered)),
        5 => Event::Ended(Ending::Unstored),
        6 => Event::Ended(Ending::Unencodable),
        7 => Event::Ended(Ending::Released),
        8 => Event::Ended(Ending::Left),
        _ => Event::Ended(Ending::Unknown),
    }
}

fn answered(numbers: &[f64]) -> Answer {
    let [kind, remaining_ms, _, _, t0, t1, t2, t3, l0, l1, l2, l3] = first(numbers);
    let token = token([t0, t1, t2, t3]);
    match kind as u32 {
        answer::CLAIMED => Answer::Claimed { token, lapsed: token_or_none([l0, l1, l2, l3]) },
        answer::IN_FLIGHT => Answer::InFlight { remaining_ms: remaining_ms as u64 },
        answer::LAPSED => Answer::Lapsed { token },
        answer::COMPLETED => Answer::Completed,
        answer::MISMATCH => Answer::Mismatch,
        kind => Answer::Fenced(rejection(kind).map_or(FencedOutcome::Applied, FencedOutcome::Rejected)),
    }
}

/// `None` for 0.
fn rejection(kind: u32) -> Option<Rejection> {
    match kind {
        answer::APPLIED => None,
        answer::FENCING_MISMATCH => Some(Rejection::FencingMismatch),
        answer::FINGERPRINT_MISMATCH => Some(Rejection::FingerprintMismatch),
        _ => Some(Rejection::KeyExpired),
    }
}

fn read(numbers: &[f64]) -> Option<Call> {
    let [phase, figure, t0, t1, t2, t3, l0, l1, l2, l3, a, b, c] = *<&[f64; 13]>::try_from(numbers).ok()?;
    let token = token([t0, t1, t2, t3]);
    let looks = Looks { began_ms: a as u64, next_ms: b as u64 };
    let done = if a == 0.0 { Done::Returned } else { Done::Recovered };
    let lost = rejection(b as u32);
    Some(match phase as u32 {
        phase::CLAIMING => Call::Claiming { looks, asked_at_ms: c as u64 },
        phase::RECLAIMING => Call::Reclaiming { done, lost: lost.unwrap_or(Rejection::KeyExpired) },
        phase::COMPLETING => Call::Completing { token, done, lost },
        phase::RELEASING => {
            Call::Releasing { token, end: if a == 0.0 { End::Executed } else { End::Failed } }
        }
        phase::WAITING => Call::Waiting { looks, pause_ms: figure as u64 },
        phase::RUNNING => {
            let lapsed = token_or_none([l0, l1, l2, l3]);
            Call::Running(Held { token, lapsed, claimed_at_ms: figure as u64 })
        }
        _ => Call::Over(End::Confused),
    })
}

fn written(call: &Call) -> Vec<f64> {
    let none = FencingToken::new(0, 0);
    let (phase, figure, token, lapsed, rest) = match *call {
        Call::Claiming { looks, asked_at_ms } => {
            (phase::CLAIMING, CLAIM.into(), none, None, [looks.began_ms, looks.next_ms, asked_at_ms])
        }
        Call::Reclaiming { done, lost } => {
            (phase::RECLAIMING, CLAIM.into(), none, None, settling(done, Some(lost)))
        }
        Call::Completing { token, done, lost } => {
            (phase::COMPLETING, COMPLETE.into(), token, None, settling(done, lost))
        }
        Call::Releasing { token, end } => {
            (phase::RELEASING, REMOVE.into(), token, None, [u64::from(end != End::Executed), 0, 0])
        }
        Call::Waiting { looks, pause_ms } => {
            (phase::WAITING, pause_ms, none, None, [looks.began_ms, looks.next_ms, 0])
        }
        Call::Running(held) => (phase::RUNNING, held.claimed_at_ms, held.token, held.lapsed, [0; 3]),
        Call::Over(end) => {
            let (code, figure, token) = over(end);
            (phase::OVER, code, token, None, [figure, 0, 0])
        }
    };
    let mut out = vec![f64::from(phase), figure as f64];
    out.extend(split(token.as_u128()));
    out.extend(split(token_or_zero(lapsed)));
    out.extend(rest.map(|number| number as f64));
    out
}

fn settling(done: Done, lost: Option<Rejection>) -> [u64; 3] {
    [u64::from(done == Done::Recovered), lost.map_or(answer::APPLIED, rejected).into(), 0]
}

fn over(end: End) -> (u64, u64, FencingToken) {
    let plain = |code| (code, 0, FencingToken::new(0, 0));
    match end {
        End::Executed => plain(0),
        End::Replayed => plain(1),
        End::Recovered => plain(2),
        End::Fenced(rejection) => (3, rejected(rejection).into(), FencingToken::new(0, 0)),
        End::InFlight { retry_after_ms } => (4, retry_after_ms, FencingToken::new(0, 0)),
        End::Mismatch => plain(5),
        End::Uncertain { token } => (6, 0, token),
        End::Failed => plain(7),
        End::Unencodable => plain(8),
        End::NoClaim => plain(9),
        End::NoCompletion => plain(10),
        End::Confused => plain(11),
    }
}
