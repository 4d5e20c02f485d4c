//! What `onEvent` is told.
#![cfg(not(target_arch = "wasm32"))]

/// A kind of event.
#[derive(Clone, Copy, Debug)]
pub struct Notice {
    /// Its `type`.
    pub name: &'static str,
    /// Its documentation.
    pub doc: &'static str,
    /// Its fields, in order.
    pub parts: &'static [Part],
}

/// A field of an event.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub kind: PartKind,
    /// Whether it may be null.
    pub nullable: bool,
}

/// What a field of an event holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartKind {
    /// An edge's base URL.
    Edge,
    /// A whole number.
    Number,
    /// `true` or `false`.
    Flag,
    /// A text.
    Text,
    /// One of these words.
    Words(&'static [&'static str]),
    /// The code of an error.
    Code,
    /// What is known of a write.
    Outcome,
}

macro_rules! events {
    ($($(#[doc = $doc:literal])+ $name:literal { $($part:ident $Kind:ident $(($($word:literal)+))? $($nullable:ident)?,)* })+) => {
        /// The events. The wasm knows those before `call` by their numbers here.
        pub const EVENTS: &[Notice] = &[$(Notice {
            name: $name,
            doc: concat!($($doc, "\n"),+),
            parts: &[$(Part {
                name: super::name::camel!(stringify!($part)),
                kind: events!(@kind $Kind $(($($word)+))?),
                nullable: events!(@nullable $($nullable)?),
            },)*],
        },)+];
    };
    (@kind Words ($($word:literal)+)) => { PartKind::Words(&[$($word),+]) };
    (@kind $Kind:ident) => { PartKind::$Kind };
    (@nullable) => { false };
    (@nullable or_null) => { true };
}

/// What every event of a call carries beside; the nonce only where the call is a write that has one.
pub const OF_CALL: &[Part] = &[
    Part { name: "callId", kind: PartKind::Number, nullable: false },
    Part { name: "operation", kind: PartKind::Text, nullable: false },
    Part { name: "idempotencyNonce", kind: PartKind::Text, nullable: true },
];

events! {
    /// A health probe ended.
    "probe" { edge Edge, rtt_ms Number or_null, fit Flag, }
    /// This edge serves from now on.
    "pin" { edge Edge, rtt_ms Number or_null, }
    /// A request left, the how-manieth of its call.
    "attempt" { edge Edge, attempt Number, }
    /// An attempt has been silent for so long that its edge is asked whether it lives.
    "suspect" { edge Edge, silent_ms Number, }
    /// The call left one edge for another.
    "failover" { edge Edge, to Edge, reason Text, }
    /// The same edge is tried again after a wait.
    "retry" { edge Edge, wait_ms Number, reason Text, }
    /// An edge rests.
    "cooldown" { edge Edge, cooldown_ms Number, reason Text, }
    /// A copy of a write waits until the copy before it has settled.
    "settle" { wait_ms Number, }
    /// The ledger had this write already.
    "replay" { edge Edge, }
    /// Something to be looked after.
    "warning" { reason Words("public-key" "store"), message Text, }
    /// A call begins.
    "call" {}
    /// A call ended, with an answer or with an error of this code.
    "outcome" { outcome Outcome, code Code or_null, attempts Number, elapsed_ms Number, }
}

/// Whether the package tells of a call's begin and outcome, and says of every other event which call it is of. Its calls have no number
/// before they are JavaScript's own.
pub const CALLS_ARE_TOLD: bool = false;
