//! One call's visit at a store's record: what the call says of the bytes that are there.

use std::rc::Rc;

use super::record::Records;
use super::step::{Change, Command, Reply, step};
use crate::engine::Ledger;
use crate::idempotency::codec::CorruptRecord;
use crate::idempotency::{Update, step as bytes};

/// One visit. A store may take its step several times: after a lost race, and after one that it only thinks it lost. What the step has
/// written then is known by its token.
pub(crate) struct Visit {
    ledger: Rc<Ledger>,
    command: Command,
    said: Option<Reply>,
}

impl Visit {
    pub(crate) fn new(ledger: Rc<Ledger>, command: Command) -> Visit {
        Visit { ledger, command, said: None }
    }

    /// What is to be in the place of these bytes, and what the call is told.
    pub(crate) fn step(
        &mut self,
        bytes: Option<&[u8]>,
        now_unix_ms: u64,
    ) -> Update<Result<Reply, CorruptRecord>> {
        let mut records = match bytes.map(Records::decode) {
            Some(Ok(records)) => records,
            Some(Err(CorruptRecord)) => return kept(Err(CorruptRecord)),
            None => Records::default(),
        };
        let there = records.of(&self.ledger);
        if let (Command::Claim(claim), Some(reply)) = (&self.command, &self.said)
            && there.is_some_and(|record| record.version.token == claim.token)
        {
            return written(&records, Ok(reply.clone()));
        }
        let (mut reply, change) = step(there, &self.command, now_unix_ms);
        let ends =
            matches!(self.command, Command::Complete { .. } | Command::Free { .. } | Command::Leave { .. });
        if ends && reply == Reply::Lost && self.said == Some(Reply::Applied) {
            reply = Reply::Applied;
        }
        if matches!(reply, Reply::Claimed(_) | Reply::Applied) {
            self.said = Some(reply.clone());
        }
        match change {
            Change::Keep => kept(Ok(reply)),
            Change::Put(record) => {
                records.replace(&self.ledger, record.map(|record| *record));
                written(&records, Ok(reply))
            }
        }
    }
}

/// Nothing changes.
pub(crate) fn kept<R>(reply: R) -> Update<R> {
    Update { reply, change: bytes::Change::Keep, expires_at_ms: 0 }
}

/// These records are to be there, or nothing where there are none.
pub(crate) fn written<R>(records: &Records, reply: R) -> Update<R> {
    let change =
        if records.is_empty() { bytes::Change::Delete } else { bytes::Change::Put(records.encode()) };
    Update { reply, change, expires_at_ms: records.expires_at_unix_ms() }
}
