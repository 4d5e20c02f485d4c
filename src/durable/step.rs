//! What a call does to the record of its write: plain states, and the steps between them. A store takes each step where nothing
//! can come between reading and writing.

use super::note::{Sent, Written};
use super::record::{Landed, State, WriteRecord};
use crate::engine::Version;

/// How long an answer is replayed.
const REPLAY_MS: u64 = 24 * 3_600_000;

/// What a call wants done.
#[derive(Clone, Copy, Debug)]
pub enum Command<'a> {
    /// The record is to be this call's.
    Claim(Claim<'a>),
    /// It is still this call's; and a copy is about to leave, where one is given.
    Touch {
        /// The holder's.
        token: u64,
        /// The copy.
        leaving: Option<Leaving<'a>>,
    },
    /// The write is in the ledger.
    Complete {
        /// The holder's.
        token: u64,
        /// What the ledger said.
        answer: Landed<'a>,
    },
    /// The write provably did nothing: its nonce is free.
    Free {
        /// The holder's.
        token: u64,
    },
    /// The call ends, and nobody knows whether the write landed.
    Leave {
        /// The holder's.
        token: u64,
    },
}

/// A copy that is about to leave.
#[derive(Clone, Copy, Debug)]
pub struct Leaving<'a> {
    /// Its body, and that of all that follow.
    pub body: &'a str,
    /// Where it goes.
    pub sent: Sent<'a>,
    /// Whether an edge has answered a probe of this process.
    pub hears: bool,
}

/// A claim.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a> {
    /// The write, if none is recorded.
    pub note: Written<'a>,
    /// Drawn for this claim.
    pub token: u64,
    /// The version that the caller watched for a whole lease.
    pub watched: Option<Version>,
    /// The caller holds the record's lock, and so whoever held it is dead.
    pub is_locked: bool,
    /// The caller wants only what somebody left.
    pub resumes: bool,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply<'a> {
    /// The record is the caller's; with what an earlier holder left unfinished.
    Claimed(Option<Written<'a>>),
    /// Another call is at it, or was until a moment ago.
    Busy(Version),
    /// The write was done before.
    Done(Landed<'a>),
    /// The nonce belongs to another request.
    Conflict,
    /// There is nothing to resume any more.
    Gone,
    /// The record was the caller's, and is changed.
    Applied,
    /// The record is not the caller's any more.
    Lost,
}

/// What is to be in the record's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::large_enum_variant)] // on the stack of one step
pub enum Change<'a> {
    /// What is there.
    Keep,
    /// This record, or none.
    Put(Option<WriteRecord<'a>>),
}

/// One step over the record that is there.
pub fn step<'a>(
    record: Option<WriteRecord<'a>>,
    command: &Command<'a>,
    now_unix_ms: u64,
) -> (Reply<'a>, Change<'a>) {
    let is_live = |record: &WriteRecord<'_>| match record.state {
        State::Completed { expires_at_unix_ms, .. } => now_unix_ms < expires_at_unix_ms,
        State::Claimed { .. } | State::Left => true,
    };
    let record = record.filter(is_live);
    let token = match *command {
        Command::Claim(claim) => return claimed(record, &claim, now_unix_ms),
        Command::Touch { token, .. }
        | Command::Complete { token, .. }
        | Command::Free { token }
        | Command::Leave { token } => token,
    };
    let is_mine = |record: &WriteRecord<'_>| {
        record.version.token == token && matches!(record.state, State::Claimed { .. })
    };
    let Some(mut record) = record.filter(is_mine) else { return (Reply::Lost, Change::Keep) };
    match *command {
        Command::Touch { leaving, .. } => {
            record.version.touches += 1;
            record.touched_at_unix_ms = now_unix_ms;
            if let Some(Leaving { body, sent, hears }) = leaving {
                let hears = record.note.hears || hears;
                record.note = Written { body, stamped: true, copy: Some(sent), hears, ..record.note };
            }
        }
        Command::Complete { answer, .. } => {
            let expires_at_unix_ms = now_unix_ms.saturating_add(REPLAY_MS);
            record.state = State::Completed { answer, expires_at_unix_ms };
        }
        Command::Free { .. } => return (Reply::Applied, Change::Put(None)),
        Command::Leave { .. } | Command::Claim(_) => record.state = State::Left,
    }
    (Reply::Applied, Change::Put(Some(record)))
}

fn claimed<'a>(
    record: Option<WriteRecord<'a>>,
    claim: &Claim<'a>,
    now_unix_ms: u64,
) -> (Reply<'a>, Change<'a>) {
    let mine = |note: Written<'a>| {
        Change::Put(Some(WriteRecord {
            note,
            version: Version { token: claim.token, touches: 0 },
            touched_at_unix_ms: now_unix_ms,
            state: State::Claimed { is_locked: claim.is_locked },
        }))
    };
    let Some(record) = record else {
        if claim.resumes {
            return (Reply::Gone, Change::Keep);
        }
        return (Reply::Claimed(None), mine(claim.note));
    };
    if record.note.fingerprint != claim.note.fingerprint {
        return (Reply::Conflict, Change::Keep);
    }
    let is_free = match record.state {
        State::Completed { answer, .. } => return (Reply::Done(answer), Change::Keep),
        State::Left => true,
        // A lock proves the death of a holder that had one; that nobody took it proves nothing.
        State::Claimed { is_locked } => {
            claim.watched == Some(record.version) || (claim.is_locked && is_locked)
        }
    };
    if !is_free {
        return (Reply::Busy(record.version), Change::Keep);
    }
    (Reply::Claimed(Some(record.note)), mine(record.note))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(fingerprint: &str) -> Written<'_> {
        Written {
            path: "/events",
            bucket: "b",
            body: "{}",
            fingerprint,
            nonce: "n",
            hold_ttl_ms: None,
            stamped: false,
            copy: None,
            hears: false,
        }
    }

    fn claim(token: u64) -> Claim<'static> {
        Claim { note: note("f"), token, watched: None, is_locked: false, resumes: false }
    }

    fn after<'a>(
        record: Option<WriteRecord<'a>>,
        command: &Command<'a>,
    ) -> (Reply<'a>, Option<WriteRecord<'a>>) {
        match step(record, command, 1_000) {
            (reply, Change::Keep) => (reply, record),
            (reply, Change::Put(record)) => (reply, record),
        }
    }

    #[test]
    fn a_claim_is_taken_over_only_from_the_version_that_was_watched() {
        let (_, record) = after(None, &Command::Claim(claim(1)));
        let watched = Some(Version { token: 1, touches: 0 });
        let taker = Command::Claim(Claim { watched, ..claim(2) });
        let (_, touched) = after(record, &Command::Touch { token: 1, leaving: None });
        let busy = Reply::Busy(Version { token: 1, touches: 1 });
        assert_eq!(after(touched, &taker).0, busy);
        assert_eq!(after(record, &taker).0, Reply::Claimed(Some(note("f"))));
    }

    #[test]
    fn a_lock_proves_the_death_of_a_holder_that_had_one() {
        for (had_one, wanted) in [(true, true), (false, false)] {
            let first = Command::Claim(Claim { is_locked: had_one, ..claim(1) });
            let (_, record) = after(None, &first);
            let second = Command::Claim(Claim { is_locked: true, ..claim(2) });
            assert_eq!(matches!(after(record, &second).0, Reply::Claimed(Some(_))), wanted);
        }
    }

    #[test]
    fn what_was_left_is_anybodys_at_once_and_another_request_nobodys() {
        let (_, record) = after(None, &Command::Claim(claim(1)));
        let (_, left) = after(record, &Command::Leave { token: 1 });
        assert_eq!(after(left, &Command::Claim(claim(2))).0, Reply::Claimed(Some(note("f"))));
        let other = Claim { note: note("g"), ..claim(2) };
        assert_eq!(after(left, &Command::Claim(other)).0, Reply::Conflict);
        assert_eq!(after(left, &Command::Touch { token: 1, leaving: None }).0, Reply::Lost);
    }

    #[test]
    fn what_is_done_is_replayed_for_a_day_and_what_is_freed_is_gone() {
        let (_, record) = after(None, &Command::Claim(claim(1)));
        let answer = Landed { status: 201, edge: "e", body: b"{}" };
        let (_, done) = after(record, &Command::Complete { token: 1, answer });
        assert_eq!(after(done, &Command::Claim(claim(2))).0, Reply::Done(answer));
        let late = step(done, &Command::Claim(claim(2)), 1_000 + REPLAY_MS);
        assert_eq!(late.0, Reply::Claimed(None));
        let (_, freed) = after(record, &Command::Free { token: 1 });
        assert_eq!(freed, None);
        assert_eq!(after(None, &Command::Claim(Claim { resumes: true, ..claim(2) })).0, Reply::Gone);
    }
}
