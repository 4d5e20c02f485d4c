//! The rounds of a call: nearly always one. Another begins when a key was refused that a function can renew, and when an account is
//! read until it shows an event.

use std::rc::Rc;

use super::credentials::Credentials;
use super::{Drive, Station};
use crate::api::Operation;
use crate::engine::{Call, End, Input, Kind, Orders, Policy, Relation};
use crate::error::{Code, ShardError};
use crate::json::member;
use crate::key::Authorization;
use crate::reading::Good;

/// How long to wait before each look after the first at an account that does not show the event yet, and how many there are: each
/// costs its user a credit. Replication takes 58 to 150 ms, observed, and where it is slow up to 3 s.
const LOOK_AGAIN_MS: [u64; 5] = [100, 200, 500, 1_000, 2_000];

/// How rounds are made.
pub(super) struct Plan {
    pub(super) policy: Policy,
    pub(super) only: Option<usize>,
}

impl Plan {
    /// The next round. Its deadline is that of the first.
    pub(super) fn call(&self, operation: &Operation, past: &Past, awaits_key: bool) -> Call {
        let kind = operation.write.as_ref().map_or(Kind::Read, |write| Kind::Write {
            nonce: write.nonce.clone(),
            fingerprint: write.fingerprint.clone(),
            moves: self.policy.ambiguous_writes_move && write.replayable,
            replayable: write.replayable,
        });
        Call::new(kind, self.only, self.policy, past.started_at_ms)
            .needing_clock(operation.unstamped_ttl_ms().is_some())
            .as_probe(operation.is_health() && self.only.is_some())
            .awaiting_key(awaits_key)
    }
}

/// What the rounds before this one left behind.
#[derive(Default)]
pub(super) struct Past {
    pub(super) started_at_ms: u64,
    pub(super) attempts: u32,
    pub(super) in_doubt: bool,
    looks: usize,
    /// The last answer that did not show the event.
    pub(super) read: Option<Rc<str>>,
}

impl Past {
    pub(super) fn new(started_at_ms: u64, in_doubt: bool) -> Self {
        Past { started_at_ms, in_doubt, ..Past::default() }
    }
}

/// The key of this call, and whose the call is.
pub(super) enum Key {
    /// What is asked for is public.
    Needless,
    /// Both are the client's own.
    Known(Credentials),
    /// Asked for; no request leaves before they come.
    Awaited,
    /// What the functions gave.
    Given(Credentials),
    /// What they gave after the first key was refused. They are not asked again.
    Renewed(Credentials),
}

impl Key {
    pub(super) fn of(station: &Station, operation: &Operation) -> Key {
        if !operation.authorized {
            return Key::Needless;
        }
        station.credentials_at_hand().map_or(Key::Awaited, Key::Known)
    }

    pub(super) fn is_awaited(&self) -> bool {
        matches!(self, Key::Awaited)
    }

    pub(super) fn at_hand(&self) -> Option<&Credentials> {
        match self {
            Key::Known(credentials) | Key::Given(credentials) | Key::Renewed(credentials) => {
                Some(credentials)
            }
            Key::Needless | Key::Awaited => None,
        }
    }
}

impl Drive<'_> {
    /// Asks for the key and whose it is, if this call has to.
    pub(super) fn ask_for_key(&mut self) {
        if self.key.is_awaited() {
            self.flights.ask_for_key(self.station.ask_for_credentials());
        }
    }

    pub(super) fn key_landed(&mut self, given: Result<Credentials, ShardError>) -> Orders {
        let credentials = match given {
            Ok(credentials) => credentials,
            Err(error) => {
                self.given_up = Some(error);
                return self.step(Input::Abort);
            }
        };
        let principal = credentials.principal.clone();
        let is_others = |known: &Credentials| known.principal.relation(&principal) == Relation::Different;
        if self.key.at_hand().is_some_and(is_others) {
            // The renewed key is another person's: this call ends with the refusal of the first one's.
            self.given_up = self.last.take().and_then(Result::err);
            return self.step(Input::Abort);
        }
        let is_first = self.key.is_awaited();
        self.key = if is_first { Key::Given(credentials) } else { Key::Renewed(credentials) };
        if is_first {
            self.claim_record();
        }
        let mut orders = self.step(Input::Owner(&principal));
        let mut more = self.unless_awaited();
        orders.actions.append(&mut more.actions);
        orders.events.append(&mut more.events);
        orders
    }

    /// Lets requests leave, once the key is there and the record is ours.
    pub(super) fn unless_awaited(&mut self) -> Orders {
        if self.key.is_awaited() || self.record.is_awaited() {
            return Orders::default();
        }
        self.step(Input::Key)
    }

    /// How the call ends after a round that ended like this; `None` where another has begun.
    pub(super) fn unless_another_round(&mut self, end: End) -> Option<End> {
        match (end, &self.last) {
            (End::Failed, Some(Err(error))) if error.code == Code::Unauthorized => {
                (!self.renews_key()).then_some(end)
            }
            (End::Answered, Some(Ok(Good { json, .. }))) if !self.operation.is_caught_up(json) => {
                self.past.read = Some(json.as_str().into());
                (!self.looks_again()).then_some(End::Failed)
            }
            _ => Some(end),
        }
    }

    /// A refused key proves that nothing was written: what a function gave is asked for once more, and the attempt not counted.
    fn renews_key(&mut self) -> bool {
        let (Key::Given(_), Authorization::Asked(_)) = (&self.key, &self.station.authorization) else {
            return false;
        };
        self.flights.ask_for_key(self.station.ask_for_credentials());
        let counted = self.call.attempts().saturating_sub(1);
        // What is left of them, and never less than the one that takes the place of the refused one.
        let policy = &mut self.plan.policy;
        policy.max_attempts = policy.max_attempts.saturating_sub(counted).max(1);
        self.begin_round(counted, true);
        true
    }

    /// The edge does not know the event yet: another look, where there is one left and time for it.
    fn looks_again(&mut self) -> bool {
        let now_ms = self.station.platform.now_ms();
        let next_ms = LOOK_AGAIN_MS.get(self.past.looks).map(|wait_ms| now_ms + wait_ms);
        let Some(at_ms) = next_ms.filter(|at_ms| *at_ms < self.call.deadline_ms()) else {
            let message = match next_ms {
                Some(_) => {
                    "The edge did not learn of the event in time: read again later, or raise timeoutMs."
                }
                None => {
                    "The edge did not learn of the event while the account was read six times: read again later."
                }
            };
            self.last = Some(Err(ShardError::new(Code::Timeout, message)));
            return false;
        };
        self.past.looks += 1;
        self.begin_round(self.call.attempts(), false);
        self.call.wait_until(at_ms);
        true
    }

    fn begin_round(&mut self, attempts: u32, awaits_key: bool) {
        self.past.attempts += attempts;
        self.past.in_doubt |= self.call.in_doubt();
        let permits = self.record.needs_permits();
        self.call = self.plan.call(self.operation, &self.past, awaits_key).needing_permits(permits);
    }
}

impl Operation {
    /// Whether an answer shows the event that it was to be read after.
    fn is_caught_up(&self, json: &str) -> bool {
        let Some(after) = &self.after else { return true };
        let head = member(json.as_bytes(), "contributingOrigins")
            .and_then(|origins| member(origins.as_bytes(), &after.origin))
            .and_then(|origin| member(origin.as_bytes(), "head"));
        head.and_then(|head| head.parse::<u64>().ok()).is_some_and(|head| head >= after.seq)
    }
}
