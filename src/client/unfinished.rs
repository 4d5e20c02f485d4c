//! Writes that were recorded and not finished, by this process or one before it; and what a log-out takes away.

use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;

use super::Client;
use crate::api::Operation;
use crate::driver::Controls;
use crate::durable::{Found, Journal, Note, State, Trouble, WriteRecord};
use crate::error::{Code, ShardError};
use crate::platform::LocalFuture;
use crate::protocol::{NO_STORE, STORE_UNLISTED};
use crate::reply::Answer;

/// A write that [`Client::resume`] took up, and what became of it.
pub type Resumed = (Note, Result<Answer, ShardError>);

impl Client {
    /// This owner's recorded writes that nobody has finished, or is likely to be at just now.
    ///
    /// # Errors
    /// [`Code::InvalidInput`] without a store, [`Code::ServiceUnavailable`] where it cannot be asked.
    pub async fn pending(&self) -> Result<Vec<Note>, ShardError> {
        let unix_ms = self.station.platform.unix_ms();
        let journal = self.journal()?;
        let mut pending = Vec::new();
        for found in self.records().await? {
            let Some(record) = found.record().filter(WriteRecord::is_unfinished) else { continue };
            let is_locked = match record.state {
                State::Claimed { is_locked: true } => {
                    journal.is_locked(&self.station.platform, &found.name).await
                }
                _ => None,
            };
            if !record.is_likely_alive(is_locked, unix_ms) {
                pending.push(record.note.into());
            }
        }
        Ok(pending)
    }

    /// The same with those that somebody may be at: [`resume`](Client::resume) watches these.
    ///
    /// # Errors
    /// Those of [`pending`](Client::pending).
    pub async fn unfinished_notes(&self) -> Result<Vec<Note>, ShardError> {
        self.unfinished().await
    }

    /// Finishes each of this owner's recorded writes that nobody has finished: with its nonce and its bytes, under the rule of the
    /// next copy. They are finished side by side. One that somebody may be at still is watched until its lease has ended. Where
    /// several clients do so at once, one of them sends and all get the answer.
    ///
    /// # Errors
    /// Those of [`pending`](Client::pending); what became of each write is told one by one.
    pub async fn resume(&self) -> Result<Vec<Resumed>, ShardError> {
        self.resume_with(Controls::default).await
    }

    /// The same, where `controls` gives how the call of each write is made.
    ///
    /// # Errors
    /// Those of [`pending`](Client::pending); what became of each write is told one by one.
    pub async fn resume_with(&self, controls: impl Fn() -> Controls) -> Result<Vec<Resumed>, ShardError> {
        let unfinished = self.unfinished().await?.into_iter();
        let finish = |note: Note| -> LocalFuture<Resumed> {
            let (client, controls) = (self.clone(), controls());
            Box::pin(async move {
                let result = client.run(&note.operation(), controls).await;
                (note, result)
            })
        };
        Ok(side_by_side(unfinished.map(finish).collect()).await)
    }

    /// The operation that finishes the recorded write of this nonce; `None` where there is nothing to finish.
    ///
    /// # Errors
    /// Those of [`pending`](Client::pending).
    pub async fn resumption(&self, nonce: &str) -> Result<Option<Operation>, ShardError> {
        let unfinished = self.unfinished().await?;
        Ok(unfinished.into_iter().find(|note| *note.nonce == *nonce).map(|note| note.operation()))
    }

    /// Gives up this owner's unfinished write of this nonce: nobody resumes it any more. It may have been booked. Says whether
    /// there was one.
    ///
    /// # Errors
    /// Those of [`pending`](Client::pending).
    pub async fn discard(&self, nonce: &str) -> Result<bool, ShardError> {
        let nonce: Rc<str> = nonce.trim().into();
        let removed =
            self.remove(move |record| record.is_unfinished() && record.note.nonce == &*nonce).await?;
        Ok(removed > 0)
    }

    /// Deletes this owner's finished records, and with `pending` the unfinished ones too, as at a log-out: a device that people
    /// share keeps nobody's notes and amounts. Says how many there were.
    ///
    /// # Errors
    /// Those of [`pending`](Client::pending).
    pub async fn forget(&self, pending: bool) -> Result<usize, ShardError> {
        self.remove(move |record| pending || !record.is_unfinished()).await
    }

    async fn remove(
        &self,
        condition: impl Fn(&WriteRecord<'_>) -> bool + Clone + 'static,
    ) -> Result<usize, ShardError> {
        let journal = self.journal()?;
        let platform = &self.station.platform;
        let mut removed = 0;
        for found in self.records().await? {
            if found.record().as_ref().is_some_and(&condition) {
                let done = journal.remove(platform, &found.name, condition.clone()).await;
                removed += usize::from(done.map_err(unlisted)?);
            }
        }
        Ok(removed)
    }

    async fn unfinished(&self) -> Result<Vec<Note>, ShardError> {
        let records = self.records().await?;
        let records = records.iter().filter_map(Found::record);
        Ok(records.filter(WriteRecord::is_unfinished).map(|record| record.note.into()).collect())
    }

    async fn records(&self) -> Result<Vec<Found>, ShardError> {
        let journal = self.journal()?;
        let scope = self.station.scope().await?;
        journal.list(&self.station.platform, &scope).await.map_err(unlisted)
    }

    fn journal(&self) -> Result<&Journal, ShardError> {
        self.station.journal.as_ref().ok_or_else(|| ShardError::invalid(NO_STORE))
    }
}

fn unlisted(trouble: Trouble) -> ShardError {
    let mut error = ShardError::new(Code::ServiceUnavailable, STORE_UNLISTED);
    error.reason = Some("store");
    if let Trouble::Store { error: failed, .. } = trouble {
        error.cause = failed.cause;
    }
    error
}

/// Awaits all of them at once, in the caller's own task.
async fn side_by_side<T>(mut waiting: Vec<LocalFuture<T>>) -> Vec<T> {
    let mut done: Vec<Option<T>> = waiting.iter().map(|_| None).collect();
    poll_fn(|context| {
        for (place, future) in done.iter_mut().zip(&mut waiting) {
            if place.is_none()
                && let Poll::Ready(value) = future.as_mut().poll(context)
            {
                *place = Some(value);
            }
        }
        if done.iter().all(Option::is_some) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    done.into_iter().flatten().collect()
}
