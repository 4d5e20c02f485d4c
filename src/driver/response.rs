//! What came home: read for this call, and held for the other calls of its write.

use super::Drive;
use crate::engine::{Ended, Health, Input, Orders};
use crate::error::{Code, ShardError};
use crate::flights::{Fetched, Flight};
use crate::json::{Scalar, pick};
use crate::protocol::{ATTEMPT_TIMED_OUT, filled};
use crate::reading::{Good, Reading};
use crate::refusal::again;
use crate::reply::is_deleted;

impl Drive<'_> {
    pub(super) fn attempt_landed(&mut self, fetched: Fetched) -> Orders {
        let unix_ms = self.station.platform.unix_ms();
        let after_ms = self.station.platform.now_ms().saturating_sub(self.sent_at_ms);
        let response = fetched.as_ref().ok().filter(|response| response.read.is_none());
        if let (Some(_), Some(response)) = (&self.held, response)
            && (200..300).contains(&response.status)
        {
            self.landed = Some((response.status, response.body.clone()));
        }
        self.response = response.filter(|_| self.operation.replayable().is_some()).cloned();
        let reading = Reading::of(fetched, self.operation, self.station.integers, unix_ms);
        let is_behind = matches!(&reading.given, Ok(Good { json, .. }) if !self.operation.is_caught_up(json));
        if is_behind && let Ok(good) = &reading.given {
            self.read = Some(good.json.as_str().into());
        }
        let ended = Ended {
            ending: reading.ending(after_ms),
            retry_after_ms: reading.retry_after_ms,
            is_behind,
            is_replay: self.station.observer.is_some() && reading.is_replay(),
            is_deleted: matches!(&reading.given, Err(error) if is_deleted(self.operation, error)),
            shareable_bytes: self.response.as_ref().map(|response| response.body.len()),
        };
        let orders = self.step(Input::Ended(ended));
        self.last = Some(reading.given);
        orders
    }

    pub(super) fn cut_attempt(&mut self) {
        self.flights.cut(Flight::Attempt);
        let message = filled(ATTEMPT_TIMED_OUT, &[again(self.operation)]);
        self.last = Some(Err(ShardError::new(Code::Timeout, message)));
    }

    /// Holds the answer that came last for the other calls of this write.
    pub(super) fn share(&mut self, ticket: u64) {
        if let (Some(response), Some(edge)) = (self.response.take(), self.sent_to.clone()) {
            self.station.module.keep(ticket, edge, response);
        }
    }
}

/// What a probe brought home. Any answer shows that the edge lives; one that is no health answer does not make it
/// fit to serve.
pub(super) fn health(fetched: Fetched) -> Option<Health> {
    let response = fetched.ok()?;
    let mut health = Health::default();
    let read = pick(&response.body, &mut |key, value| match (key, value) {
        ("ready", Scalar::Flag(ready)) => health.ready = ready,
        ("overloaded", Scalar::Flag(overloaded)) => health.overloaded = overloaded,
        ("sync_gap", Scalar::Whole(gap)) => health.sync_gap = u64::try_from(gap).unwrap_or(0),
        ("observed_at_unix_ms", Scalar::Whole(at)) => {
            health.observed_at_unix_ms = u64::try_from(at).unwrap_or(0)
        }
        _ => {}
    });
    health.ready &= read.is_some() && response.status == 200;
    Some(health)
}
