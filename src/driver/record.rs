//! The store of a durable write: asked as the engine says, and its answers told.

use super::Drive;
use crate::durable::{Claimed, Departing, RecordedAnswer, Trouble, record_name};
use crate::engine::{Claimed as Told, Close, Input, Orders, Touched, Version};
use crate::flights::Recorded;
use crate::platform::LocalFuture;

impl Drive<'_> {
    pub(super) fn claim(&mut self, watched: Option<Version>, resumes: bool, limit_ms: u64) {
        let (Some(journal), Some(note)) = (self.station.journal.clone(), self.note.clone()) else { return };
        let (station, platform) = (self.station.clone(), self.station.platform.clone());
        let known = self.credentials.as_ref().and_then(|credentials| credentials.scope.clone());
        self.flights.record(Box::pin(async move {
            let scope = match known {
                Some(scope) => Some(scope),
                None => station.scope_unasked().await,
            };
            let Some(scope) = scope else { return Recorded::Claimed(Ok(Claimed::Gone)) };
            let name = record_name(&scope, &note.nonce).into();
            Recorded::Claimed(journal.claim(&platform, &name, &note, watched, resumes, limit_ms).await)
        }));
    }

    /// Says that the record is this call's still, and which copy is about to leave.
    pub(super) fn touch(&mut self, edge: Option<usize>, hears: bool) {
        let body = edge.and_then(|edge| self.body(edge));
        let platform = &self.station.platform;
        let (Some(journal), Some(held)) = (&self.station.journal, &self.held) else { return };
        let departing = edge.map(|edge| Departing {
            body: body.unwrap_or_default(),
            edge: self.station.url(edge),
            at_unix_ms: platform.unix_ms(),
            hears,
        });
        let touched = journal.touch(platform, held, departing);
        self.flights.record(Box::pin(async move { Recorded::Touched(touched.await) }));
    }

    /// Writes down how the call ended.
    pub(super) fn close(&mut self, close: Close) {
        let (Some(journal), Some(held)) = (&self.station.journal, &self.held) else { return };
        let platform = &self.station.platform;
        let closed: LocalFuture<Result<bool, Trouble>> = match (close, self.answer_to_record(close)) {
            (Close::Complete { .. }, Some(answer)) => journal.complete(platform, held, answer),
            (Close::Free, _) => journal.free(platform, held),
            _ => journal.leave(platform, held),
        };
        self.flights.record(Box::pin(async move { Recorded::Closed(closed.await) }));
    }

    /// The answer of this call's last attempt, or of another call of the write.
    fn answer_to_record(&self, close: Close) -> Option<RecordedAnswer> {
        match close {
            Close::Complete { shared: None } => {
                let (status, body) = self.landed.clone()?;
                Some(RecordedAnswer { status, edge: self.sent_to.clone()?, body })
            }
            Close::Complete { shared: Some(ticket) } => {
                let shared = self.station.module.answer(ticket)?;
                let (status, body) = (shared.response.status, shared.response.body.clone());
                let edge = shared.edge.clone();
                (200..300).contains(&status).then_some(RecordedAnswer { status, edge, body })
            }
            Close::Free | Close::Leave => None,
        }
    }

    pub(super) fn record_landed(&mut self, recorded: Recorded) -> Orders {
        match recorded {
            Recorded::Claimed(claimed) => {
                let told = self.claimed(claimed);
                self.step(Input::Claimed(told))
            }
            Recorded::Touched(touched) => {
                let told = match touched {
                    Ok(true) => Touched::Held,
                    Ok(false) => Touched::Lost,
                    Err(Trouble::Corrupt) => Touched::Corrupt,
                    Err(Trouble::Store { error, .. }) => {
                        self.store_error = Some(error);
                        Touched::Failed
                    }
                };
                self.step(Input::Touched(told))
            }
            Recorded::Closed(closed) => self.step(Input::Closed(matches!(closed, Ok(true)))),
        }
    }

    fn claimed(&mut self, claimed: Result<Claimed, Trouble>) -> Told {
        match claimed {
            Ok(Claimed::Held(held, left)) => {
                let token = held.token;
                self.held = Some(held);
                let left = left.map(|left| {
                    let told = left.told(&mut self.station.module.writes.borrow_mut().edge_ids);
                    // The same bytes go on.
                    self.body = left.body;
                    told
                });
                Told::Held { token, left }
            }
            Ok(Claimed::Busy(version)) => Told::Busy(version),
            Ok(Claimed::Done(answer)) => {
                self.replay = Some(answer);
                Told::Done
            }
            Ok(Claimed::Conflict) => Told::Conflict,
            Ok(Claimed::Gone) => Told::Gone,
            Err(Trouble::Store { error, recorded }) => {
                self.store_error = Some(error);
                Told::Failed { may_be_written: recorded }
            }
            Err(Trouble::Corrupt) => Told::Corrupt,
        }
    }
}
