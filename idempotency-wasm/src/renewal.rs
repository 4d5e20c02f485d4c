//! The lease of a running effect as an array: what is to be done, how long it takes, then what must be remembered.

use shardd_wasm::idempotency::claim::{Next, Renewal};
use wasm_bindgen::prelude::*;

use crate::number::{Terms, first};
use crate::operation::answer;

/// What is to be done, as `pkg-template/idempotency/number.js` knows it.
mod task {
    /// Let so much time pass.
    pub(super) const REST: f64 = 0.0;
    /// Touch the record; no answer is worth waiting for longer.
    pub(super) const TOUCH: f64 = 1.0;
    /// Tell the effect: the lease is lost. The figure is why: a rejection, or 0 where it lapsed.
    pub(super) const TELL: f64 = 2.0;
}

/// What happened, where the store did not answer; an answer is its own event.
const BEGUN: u32 = 20;
const RESTED: u32 = 21;
const FAILED: u32 = 22;

/// The lease after an event; of one that begins only the time is known at which its claim was asked for.
#[wasm_bindgen]
pub fn renewed(terms: &[f64], lease: &[f64], event: u32, now_ms: f64) -> Vec<f64> {
    let terms = Terms::read(terms);
    let [claimed_at_ms, _, asked_at_ms, held_until_ms, stops_at_ms, pause_ms, lapses] = first(lease);
    let (now, asked_at) = (now_ms as u64, asked_at_ms as u64);
    let mut renewal = Renewal {
        lease_ms: terms.lease_ms,
        stops_at_ms: stops_at_ms as u64,
        held_until_ms: held_until_ms as u64,
        pause_ms: pause_ms as u64,
    };
    match event {
        BEGUN => renewal = Renewal::new(claimed_at_ms as u64, terms.lease_ms, terms.ceiling_ms),
        RESTED if lapses != 0.0 => return vec![task::TELL, 0.0],
        RESTED => return written(task::TOUCH, renewal.left_ms(now), now, &renewal, false),
        FAILED => renewal.failed(asked_at),
        answer::APPLIED => renewal.applied(asked_at),
        answer::FENCING_MISMATCH | answer::KEY_EXPIRED | answer::FINGERPRINT_MISMATCH => {
            return vec![task::TELL, event.into()];
        }
        // No answer for as long as the lease had left.
        _ => return vec![task::TELL, 0.0],
    }
    match renewal.next(now) {
        Next::Lapse { after_ms: 0 } => vec![task::TELL, 0.0],
        Next::Lapse { after_ms } => written(task::REST, after_ms, asked_at, &renewal, true),
        Next::Touch { after_ms } => written(task::REST, after_ms, asked_at, &renewal, false),
    }
}

fn written(task: f64, figure: u64, asked_at_ms: u64, renewal: &Renewal, lapses: bool) -> Vec<f64> {
    let Renewal { held_until_ms, stops_at_ms, pause_ms, .. } = *renewal;
    let mut out = vec![task];
    out.extend(
        [figure, asked_at_ms, held_until_ms, stops_at_ms, pause_ms, lapses.into()].map(|ms| ms as f64),
    );
    out
}
