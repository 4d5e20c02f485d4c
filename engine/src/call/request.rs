//! What a call is before it begins: what it does, whose it is, and what has to be had before anything leaves.

use crate::policy::Policy;
use crate::principal::Principal;
use crate::round::Kind;

/// What a call is before it begins.
#[derive(Clone, Debug)]
pub struct Request {
    /// Whether it writes.
    pub kind: Kind,
    /// The index of the one edge to use, where it is bound to one.
    pub only: Option<usize>,
    /// The client's numbers, with the deadline of this call.
    pub policy: Policy,
    /// The first copy is made with the clock of the edge it goes to: an edge whose clock is not known is asked first.
    pub needs_clock: bool,
    /// It asks how the edge is that it is bound to, and so is a probe itself: sent once, and with none beside it.
    pub is_probe: bool,
    /// Whether a key has to be had before a request leaves.
    pub key: KeyNeed,
    /// Whose the call is, where that is known without asking anybody.
    pub principal: Option<Principal>,
    /// How its write is recorded, where there is a store.
    pub recording: Option<Recording>,
    /// Whether an earlier call sent a copy that may have landed: then no refusal proves that nothing was written.
    pub in_doubt: bool,
    /// Whether it looks for more edges beside its first attempt.
    pub discovers: bool,
}

/// Whether a key has to be had before a request leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyNeed {
    /// What is asked for is public.
    Needless,
    /// The client has it.
    AtHand,
    /// It comes with [`Input::Key`](super::Input::Key).
    Asked {
        /// Whether a function gives it, which is asked once more where the first key is refused.
        renews: bool,
    },
}

/// How a write is recorded.
#[derive(Clone, Copy, Debug)]
pub struct Recording {
    /// Only what somebody left is wanted.
    pub resumes: bool,
    /// What to do when the store cannot be asked.
    pub failure: StoreFailure,
    /// How long to wait for the store.
    pub timeout_ms: u64,
}

/// What to do when the store cannot be asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StoreFailure {
    /// The write is not sent.
    #[default]
    Closed,
    /// It is sent without a record, and an event says so.
    Open,
}
