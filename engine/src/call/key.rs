//! The key of a call, and whose the call is.

use super::orders::Reason;
use super::request::KeyNeed;
use super::{Action, Call, Step};
use crate::principal::{Principal, Relation};
use crate::round::RoundInput;

/// The key of a call, and whose it is.
#[derive(Debug)]
pub(super) enum Key {
    /// What is asked for is public.
    Needless,
    /// The client's own.
    AtHand,
    /// Asked for; no request leaves before it comes.
    Awaited { renews: bool },
    /// What was given.
    Given { principal: Principal, renews: bool },
}

impl Key {
    pub(super) fn of(need: KeyNeed) -> Key {
        match need {
            KeyNeed::Needless => Key::Needless,
            KeyNeed::AtHand => Key::AtHand,
            KeyNeed::Asked { renews } => Key::Awaited { renews },
        }
    }

    pub(super) fn is_awaited(&self) -> bool {
        matches!(self, Key::Awaited { .. })
    }
}

impl Call {
    /// Whose the call is, once the key is there.
    pub(super) fn principal(&self) -> Option<&Principal> {
        match &self.key {
            Key::Given { principal, .. } => Some(principal),
            Key::AtHand => self.request.principal.as_ref(),
            Key::Needless | Key::Awaited { .. } => None,
        }
    }

    /// Whether something that every request needs is not there yet.
    fn is_awaiting(&self) -> bool {
        self.key.is_awaited() || self.record.is_claiming()
    }
}

impl Step<'_, '_> {
    pub(super) fn key_given(&mut self, given: Option<&Principal>) {
        let Some(principal) = given else { return self.give_up(Reason::Keyless) };
        if self.call.principal().is_some_and(|known| known.relation(principal) == Relation::Different) {
            // The renewed key is another person's: this call ends with the refusal of the first one's.
            return self.give_up(Reason::Failed);
        }
        let (is_first, renews) = match self.call.key {
            Key::Awaited { renews } => (true, renews),
            // What a function gave after the first key was refused: it is not asked again.
            _ => (false, false),
        };
        self.call.key = Key::Given { principal: principal.clone(), renews };
        if is_first {
            self.claim();
        }
        self.run(RoundInput::Owner(principal));
        self.unless_awaiting();
    }

    /// Lets requests leave, once the key is there and the record is this call's.
    pub(super) fn unless_awaiting(&mut self) {
        if !self.call.is_awaiting() {
            self.run(RoundInput::Key);
        }
    }

    /// A refused key proves that nothing was written: what a function gave is asked for once more, and the attempt not counted.
    pub(super) fn renew_key(&mut self) -> bool {
        let Key::Given { renews: true, .. } = self.call.key else { return false };
        self.orders.actions.push(Action::AskKey);
        let counted = self.call.round.attempts().saturating_sub(1);
        // What is left of the attempts, and never less than the one that takes the place of the refused one.
        let policy = &mut self.call.request.policy;
        policy.max_attempts = policy.max_attempts.saturating_sub(counted).max(1);
        self.begin_round(counted, true);
        true
    }
}
