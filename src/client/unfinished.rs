//! Writes that were recorded and not finished, by this process or one before it.

use super::Client;
use crate::driver::Controls;
use crate::durable::{Note, PREFIX, StoreError};
use crate::error::{Code, ShardError};
use crate::reply::Answer;

impl Client {
    /// The recorded writes that nobody has finished, or is known to be at just now.
    ///
    /// # Errors
    /// [`Code::InvalidInput`] without a store, [`Code::ServiceUnavailable`] where it cannot be asked.
    pub async fn pending(&self) -> Result<Vec<Note>, ShardError> {
        let unfinished = self.unfinished().await?;
        Ok(unfinished.into_iter().filter_map(|(note, is_alive)| (!is_alive).then_some(note)).collect())
    }

    async fn unfinished(&self) -> Result<Vec<(Note, bool)>, ShardError> {
        let journal = self.station.journal.as_ref().ok_or_else(|| {
            ShardError::invalid(
                "This client has no store, so nothing is recorded: give it one with the option store.",
            )
        })?;
        let unix_ms = self.station.platform.unix_ms();
        let listed = journal.store.list(PREFIX).await.map_err(|StoreError { cause, .. }| {
            let mut error =
                ShardError::new(Code::ServiceUnavailable, "The store cannot be listed: see the cause.");
            error.reason = Some("store");
            error.cause = cause;
            error
        })?;
        Ok(listed.iter().filter_map(|(_, bytes)| Note::unfinished(bytes, unix_ms)).collect())
    }

    /// Finishes each recorded write that nobody has finished: with its nonce and its bytes, first at the edge that its last copy
    /// went to, under the settle rule. One that somebody may be at still is waited for. Where several clients do so at once, one of them sends and all get the answer.
    ///
    /// # Errors
    /// Those of [`pending`](Client::pending); what became of each write is told one by one.
    pub async fn resume(&self) -> Result<Vec<(Note, Result<Answer, ShardError>)>, ShardError> {
        let mut resumed = Vec::new();
        for (note, _) in self.unfinished().await? {
            let result = self.run(&note.operation(), Controls::default()).await;
            resumed.push((note, result));
        }
        Ok(resumed)
    }
}
