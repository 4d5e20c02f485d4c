//! A call as plain data, for hosts that own the store, the timers and the effect: told what happened, it says by
//! its phase what to do. The loop of
//! [`Execution`](super::Execution) as states.

use super::looks::Looks;
use crate::idempotency::token::{FencedOutcome, FencingToken, Rejection};

/// One call: where it stands, with all that it must remember.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// The claim was asked for.
    Claiming {
        /// Its looks.
        looks: Looks,
        /// When.
        asked_at_ms: u64,
    },
    /// Somebody else is at it.
    Waiting {
        /// Its looks.
        looks: Looks,
        /// How long until the next one, unless the key changes before.
        pause_ms: u64,
    },
    /// The key is held, and the effect runs.
    Running(Held),
    /// The response is being stored.
    Completing {
        /// By which claim.
        token: FencingToken,
        /// What it means if that goes well.
        done: Done,
        /// Why the first claim could not store it, if this is the second.
        lost: Option<Rejection>,
    },
    /// The claim was lost, and is made again: if the key is free, nobody else ran, and the response goes in after all.
    Reclaiming {
        /// What it means if that goes well.
        done: Done,
        /// Why the first claim could not store the response.
        lost: Rejection,
    },
    /// The key is given back.
    Releasing {
        /// The claim.
        token: FencingToken,
        /// How the call ends, whatever comes of that: where the store cannot be asked, the end of the lease frees the key.
        end: End,
    },
    /// It has ended.
    Over(End),
}

/// A key that is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    /// By which claim.
    pub token: FencingToken,
    /// The claim that it was taken over from, whose lease lapsed.
    pub lapsed: Option<FencingToken>,
    /// When the claim was asked for.
    pub claimed_at_ms: u64,
}

/// How a value came about that is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// The effect returned it.
    Returned,
    /// A lapsed attempt had done its work.
    Recovered,
}

/// How an effect ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// With a response to store.
    Done(Done),
    /// With a value that is not to be stored: the key is free again.
    Unstored,
    /// With a value that cannot be stored. The key is held until the lease ends.
    Unencodable,
    /// With an error, and nothing was done: the key is free again.
    Released,
    /// With an error. The key is held until the lease ends.
    Left,
    /// It did not run: nobody knows what a lapsed attempt did.
    Unknown,
}

/// What an operation of the store found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The key was free, or is taken over.
    Claimed {
        /// Our token.
        token: FencingToken,
        /// That of the attempt that lapsed.
        lapsed: Option<FencingToken>,
    },
    /// An attempt in flight.
    InFlight {
        /// How long until its lease ends.
        remaining_ms: u64,
    },
    /// An attempt that lapsed, which is to be left as it is.
    Lapsed {
        /// Its token.
        token: FencingToken,
    },
    /// A finished attempt.
    Completed,
    /// An attempt of another request.
    Mismatch,
    /// What became of an operation with a token.
    Fenced(FencedOutcome),
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The store answered.
    Answered(Answer),
    /// The store failed, or was too slow. What it was asked may have been done.
    Failed,
    /// The pause is over, or the key has changed.
    Woken,
    /// The effect ended.
    Ended(Ending),
}

/// How a call ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The effect ran.
    Executed,
    /// The response that the store has is the answer.
    Replayed,
    /// A lapsed attempt had done its work, and its value is stored.
    Recovered,
    /// The effect ran, but the claim was lost.
    Fenced(Rejection),
    /// Somebody else is at it.
    InFlight {
        /// How long until the other's lease ends.
        retry_after_ms: u64,
    },
    /// The key stands for another request.
    Mismatch,
    /// Nobody knows what an attempt that lapsed did.
    Uncertain {
        /// Its token.
        token: FencingToken,
    },
    /// The effect failed.
    Failed,
    /// The value cannot be stored.
    Unencodable,
    /// The store gave no answer, and nothing ran.
    NoClaim,
    /// The effect ran, but the store gave no answer.
    NoCompletion,
    /// The host told what cannot have happened.
    Confused,
}

impl Call {
    /// A call that begins now.
    pub const fn new(now_ms: u64) -> Self {
        Self::Claiming { looks: Looks::new(now_ms), asked_at_ms: now_ms }
    }

    /// The same call after something happened. It waits for `wait_ms` in all if somebody else is at it.
    #[must_use]
    pub fn told(self, event: Event, wait_ms: u64, now_ms: u64) -> Self {
        match (self, event) {
            (Self::Claiming { looks, asked_at_ms }, Event::Answered(answer)) => {
                admitted(looks, asked_at_ms, answer, wait_ms, now_ms)
            }
            (Self::Claiming { .. }, Event::Failed) => Self::Over(End::NoClaim),
            (Self::Waiting { looks, .. }, Event::Woken) => Self::Claiming { looks, asked_at_ms: now_ms },
            (Self::Running(held), Event::Ended(ending)) => ended(held, ending),
            (Self::Completing { done, lost, .. }, Event::Answered(Answer::Fenced(outcome))) => {
                match (outcome, lost) {
                    (FencedOutcome::Applied, _) => Self::Over(done.end()),
                    (FencedOutcome::Rejected(lost), None) => Self::Reclaiming { done, lost },
                    (FencedOutcome::Rejected(rejection), Some(_)) => Self::Over(End::Fenced(rejection)),
                }
            }
            (Self::Reclaiming { done, lost }, Event::Answered(Answer::Claimed { token, .. })) => {
                Self::Completing { token, done, lost: Some(lost) }
            }
            (Self::Reclaiming { lost, .. }, Event::Answered(_)) => Self::Over(End::Fenced(lost)),
            (Self::Completing { .. } | Self::Reclaiming { .. }, Event::Failed) => {
                Self::Over(End::NoCompletion)
            }
            (Self::Releasing { end, .. }, Event::Answered(_) | Event::Failed) => Self::Over(end),
            _ => Self::Over(End::Confused),
        }
    }
}

/// What a claim's answer means. Whoever waited claims anew, and never runs on what it saw before.
fn admitted(mut looks: Looks, asked_at_ms: u64, answer: Answer, wait_ms: u64, now_ms: u64) -> Call {
    Call::Over(match answer {
        Answer::Claimed { token, lapsed } => {
            return Call::Running(Held { token, lapsed, claimed_at_ms: asked_at_ms });
        }
        Answer::InFlight { remaining_ms } => match looks.pause_ms(now_ms, wait_ms, remaining_ms) {
            Some(pause_ms) => return Call::Waiting { looks, pause_ms },
            None => End::InFlight { retry_after_ms: remaining_ms },
        },
        Answer::Lapsed { token } => End::Uncertain { token },
        Answer::Completed => End::Replayed,
        Answer::Mismatch => End::Mismatch,
        Answer::Fenced(_) => End::Confused,
    })
}

fn ended(held: Held, ending: Ending) -> Call {
    let Held { token, lapsed, .. } = held;
    match ending {
        Ending::Done(done) => Call::Completing { token, done, lost: None },
        Ending::Unstored => Call::Releasing { token, end: End::Executed },
        Ending::Released => Call::Releasing { token, end: End::Failed },
        Ending::Left => Call::Over(End::Failed),
        Ending::Unencodable => Call::Over(End::Unencodable),
        Ending::Unknown => Call::Over(End::Uncertain { token: lapsed.unwrap_or(token) }),
    }
}

impl Done {
    const fn end(self) -> End {
        match self {
            Self::Returned => End::Executed,
            Self::Recovered => End::Recovered,
        }
    }
}
