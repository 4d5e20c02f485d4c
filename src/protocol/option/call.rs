//! What every call can be told, and what is neither sent nor known to every call.

use crate::protocol::{OptionSet, RequestOption};

macro_rules! options {
    ($($(#[doc = $doc:literal])+ $option:ident $Kind:ident;)+) => {
        &[$(RequestOption {
            name: crate::protocol::camel!(stringify!($option)),
            kind: kind!($Kind),
            #[cfg(not(target_arch = "wasm32"))]
            type_name: typescript!($Kind),
            #[cfg(not(target_arch = "wasm32"))]
            doc: concat!($($doc, "\n"),+),
        },)+]
    };
}

/// What every call can be told.
pub const CALL_OPTIONS: OptionSet = OptionSet {
    name: "call",
    type_name: "CallOptions",
    #[cfg(not(target_arch = "wasm32"))]
    doc: "What one call may say of itself.",
    options: options! {
        /// Aborts this call: its probes, attempts and waits.
        signal Signal;
        /// The deadline of this call.
        timeout_ms Span;
        /// The one edge to use, by its base URL; no failover then.
        edge Text;
        /// Keeps a Worker's request alive until this call has ended, even when its client hangs up: `(promise) => ctx.waitUntil(promise)`.
        wait_until WaitUntil;
    },
    less: None,
};

/// What is neither sent nor known to every call.
pub const OTHER_OPTIONS: &[OptionSet] = &[
    OptionSet {
        name: "account",
        type_name: "GetAccountOptions",
        #[cfg(not(target_arch = "wasm32"))]
        doc: "What `getAccount` can be told.",
        options: options! {
            /// A write's result, or its event: the account is read again until it shows it, so that a read after a failover never gives an
            /// old balance. At most five times, 100 ms to 2 s apart and within the deadline, since each read costs a credit; then the call
            /// rejects with a {@link TimeoutError} that has the `account` as it was read last.
            after After;
        },
        less: None,
    },
    OptionSet {
        name: "withApiKey",
        type_name: "",
        #[cfg(not(target_arch = "wasm32"))]
        doc: "",
        options: options! {
            /// Whose the writes of the other key are.
            owner Owner;
        },
        less: None,
    },
    OptionSet {
        name: "forget",
        type_name: "",
        #[cfg(not(target_arch = "wasm32"))]
        doc: "",
        options: options! {
            /// The unfinished records too.
            pending Flag;
        },
        less: None,
    },
];
