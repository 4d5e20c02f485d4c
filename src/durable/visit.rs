//! One call's visit at a store's record: what the call says of the bytes that are there.

use super::record::Records;
use super::step::{Change, Command, Reply, step};
use crate::engine::Ledger;
use crate::idempotency::codec::CorruptRecord;
use crate::idempotency::{Update, step as bytes};

/// One visit. A store may take its step several times: after a lost race, and after one that it only thinks it lost. What the step has
/// written then is known by its token.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Visit {
    said: Said,
}

/// What the last step that changed the record said.
#[derive(Clone, Copy, Debug, Default)]
enum Said {
    #[default]
    Nothing,
    Claimed {
        /// What an earlier holder left unfinished is in the record.
        left: bool,
    },
    Applied,
}

impl Visit {
    /// What is to be in the place of these bytes, and what the call is told.
    pub(crate) fn step<'a>(
        &mut self,
        ledger: &'a Ledger,
        command: &Command<'a>,
        bytes: Option<&'a [u8]>,
        now_unix_ms: u64,
    ) -> Update<Result<Reply<'a>, CorruptRecord>> {
        let mut records = match bytes.map(|bytes| Records::decode(bytes, ledger)) {
            Some(Ok(records)) => records,
            Some(Err(CorruptRecord)) => return kept(Err(CorruptRecord)),
            None => Records::new(ledger),
        };
        if let (Command::Claim(claim), Said::Claimed { left }, Some(mine)) =
            (command, self.said, records.mine)
            && mine.version.token == claim.token
        {
            return written(&records, Ok(Reply::Claimed(left.then_some(mine.note))));
        }
        let (mut reply, change) = step(records.mine, command, now_unix_ms);
        let ends = matches!(command, Command::Complete { .. } | Command::Free { .. } | Command::Leave { .. });
        if ends && matches!(reply, Reply::Lost) && matches!(self.said, Said::Applied) {
            reply = Reply::Applied;
        }
        match reply {
            Reply::Claimed(left) => self.said = Said::Claimed { left: left.is_some() },
            Reply::Applied => self.said = Said::Applied,
            _ => {}
        }
        match change {
            Change::Keep => kept(Ok(reply)),
            Change::Put(record) => {
                records.mine = record;
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
pub(crate) fn written<R>(records: &Records<'_>, reply: R) -> Update<R> {
    let change =
        if records.is_empty() { bytes::Change::Delete } else { bytes::Change::Put(records.encode()) };
    Update { reply, change, expires_at_ms: records.expires_at_unix_ms() }
}
