//! The options of a client, and what every call can be told.

/// Hands the client's options to the macro `$then`: of each its documentation, its name in Rust, its place in the client's `Config`, its
/// kind, and its default.
macro_rules! client_options {
    ($then:ident) => {
        $then! {
            /// Base URLs of the regions.
            edges (edges) Edges = "the three production edges";
            /// Whether `http:` edges beyond this machine are allowed.
            allow_http (allow_http) Flag = false;
            /// Deadline of a whole call: token, probes, attempts, waits and bodies included.
            timeout_ms (policy.timeout_ms) Span = 30_000;
            /// Limit of one attempt, body included.
            attempt_timeout_ms (policy.attempt_timeout_ms) Span = 10_000;
            /// Limit of one health probe, body included; `health(url)` is one.
            probe_timeout_ms (policy.probe_timeout_ms) Span = 2_000;
            /// How long an edge that was left stays unavailable.
            cooldown_ms (policy.cooldown_ms) Span = 60_000;
            /// Distance between two copies of one write; at least 500. Copies that are closer than the ledger replicates would both be booked.
            settle_ms (policy.settle_ms) Settle = 1_000;
            /// `"same-edge"`: a write that may have landed never moves to another edge.
            ambiguous_writes () Moves = "failover";
            /// Attempts per call, over all edges.
            max_attempts (policy.max_attempts) Attempts = 3;
            /// Larger answers are a `DecodeError`, in bytes.
            max_body_bytes (max_body_bytes) Bytes = 33_554_432;
            /// `"bigint"`: money and expiries as bigint, on errors too. A number is never rounded: what does not fit ±(2^53−1) is a
            /// `DecodeError`.
            integers () Integers = "number";
            /// Any function of the shape of the global one, which is looked up at each call; called with `this` undefined. What it throws is a
            /// connection that failed, and is tried again; where it gives what is no response (a status, headers with `get`, and a body,
            /// `arrayBuffer()`, `text()` or `json()`), the call ends at once, and its error says so.
            fetch () Fetch = "the global one";
            /// Whose the writes are: a name, or a function that gives one; give it wherever keys rotate, and with a `store` and a key function. Records, shared answers and the table
            /// of writes in flight are scoped by it, so that two people behind one store never meet. Without one two keys are two owners, and
            /// a store gets a one-way digest of the key; on pages without https a `store` needs an owner too. At most 256 bytes.
            owner () Owner = "the key";
            /// Which ledger this is, such as `"staging"`: two ledgers behind one store or in one page never meet. Without a name, two clients
            /// are of one ledger if their configured `edges` share an origin.
            ledger () Ledger = "the origins of `edges`";
            /// Where writes are recorded before they are sent, so that `resume()` can finish what a closed tab or a crash left: a store of
            /// `shardd-wasm/stores`, or one of your own.
            store () Store = "none";
            /// `"open"`: a write that cannot be recorded is sent all the same, and `onEvent` hears of it.
            store_failure () StoreFailure = "closed";
            /// How long to wait for the store.
            store_timeout_ms (store_timeout_ms) Span = 5_000;
            /// `true` (`localStorage`) or `{ get, set }`: the next start goes straight to the edge that served last.
            remember_edge () Memory = false;
            /// Adds the edges that the directory names below a host such as `"api.example.com"`; `true` with the production edges. Nobody
            /// waits for the directory.
            discover () Discover = false;
            /// Told of every decision, never of a key or token. What it throws or rejects with is dropped.
            on_event () OnEvent = "none";
            /// Aborts every call of this client, also one with a signal of its own. On Workers a signal belongs to its request: give it to
            /// the call.
            signal () Signal = "none";
            /// Keeps a Worker's request alive until its calls have ended: `(promise) => ctx.waitUntil(promise)`. Better given to the call.
            wait_until () WaitUntil = "none";
        }
    };
}
pub(crate) use client_options;

/// The least that a span of this kind may be, for the kinds of spans.
macro_rules! least {
    (Settle) => {
        $crate::engine::SETTLE_MIN_MS
    };
    ($Kind:ident) => {
        1
    };
}
pub(crate) use least;

macro_rules! defaults {
    ($($(#[doc = $doc:literal])+ $option:ident ($($place:tt)*) $Kind:ident = $default:literal;)+) => {
        /// The defaults of a client's options; of those that are no plain values, what they are in words.
        #[derive(Clone, Copy, Debug)]
        #[allow(missing_docs, reason = "each has its documentation where it is set")]
        pub struct Defaults {
            $(pub $option: defaults!(@type $Kind),)+
        }

        /// What holds where the options say nothing.
        pub const DEFAULTS: Defaults = Defaults { $($option: $default),+ };

        $(defaults!(@agree $option ($($place)*));)+
    };
    // The engine has the defaults of its own numbers; here they are for people to read.
    (@agree $option:ident (policy.$figure:ident)) => {
        const _: () = assert!(
            DEFAULTS.$option as u64 == crate::engine::Policy::DEFAULT.$figure as u64,
            "the engine's default is another one"
        );
    };
    (@agree $option:ident ($($place:tt)*)) => {};
    (@type Flag) => { bool };
    (@type Memory) => { bool };
    (@type Discover) => { bool };
    (@type Span) => { u64 };
    (@type Settle) => { u64 };
    (@type Bytes) => { u64 };
    (@type Attempts) => { u32 };
    (@type $Kind:ident) => { &'static str };
}
client_options!(defaults);

/// An option of a client.
#[derive(Clone, Copy, Debug)]
pub struct ClientOption {
    /// Its name.
    pub name: &'static str,
    /// What it takes, in the words of the JavaScript tables.
    pub kind: &'static str,
    /// The least that it may be, where that is not 1.
    pub least: Option<u64>,
    /// Its type in TypeScript.
    #[cfg(not(target_arch = "wasm32"))]
    pub type_name: &'static str,
    /// Its default, as Rust writes it; of what is no plain value, in words.
    #[cfg(not(target_arch = "wasm32"))]
    pub default: &'static str,
    /// Its documentation.
    #[cfg(not(target_arch = "wasm32"))]
    pub doc: &'static str,
}

macro_rules! table {
    ($($(#[doc = $doc:literal])+ $option:ident ($($place:tt)*) $Kind:ident = $default:literal;)+) => {
        /// The options of a client, in the order of the documentation.
        pub const CLIENT_OPTIONS: &[ClientOption] = &[$(ClientOption {
            name: crate::protocol::camel!(stringify!($option)),
            kind: kind!($Kind),
            least: if least!($Kind) == 1 { None } else { Some(least!($Kind)) },
            #[cfg(not(target_arch = "wasm32"))]
            type_name: typescript!($Kind),
            #[cfg(not(target_arch = "wasm32"))]
            default: stringify!($default),
            #[cfg(not(target_arch = "wasm32"))]
            doc: concat!($($doc, "\n"),+),
        },)+];
    };
}

macro_rules! kind {
    (Span) => {
        "span"
    };
    (Settle) => {
        "span"
    };
    (Attempts) => {
        "span"
    };
    (Bytes) => {
        "count"
    };
    (Flag) => {
        "flag"
    };
    (Moves) => {
        "failover|same-edge"
    };
    (Integers) => {
        "number|bigint"
    };
    (StoreFailure) => {
        "closed|open"
    };
    (Edges) => {
        "edges"
    };
    (Owner) => {
        "owner"
    };
    (Ledger) => {
        "ledger"
    };
    (Store) => {
        "store"
    };
    (Memory) => {
        "memory"
    };
    (Discover) => {
        "discover"
    };
    (Signal) => {
        "signal"
    };
    (After) => {
        "after"
    };
    (Text) => {
        "text"
    };
    ($Kind:ident) => {
        "function"
    };
}

#[cfg(not(target_arch = "wasm32"))]
macro_rules! typescript {
    (Flag) => {
        "boolean"
    };
    (Moves) => {
        "\"failover\" | \"same-edge\""
    };
    (Integers) => {
        "I"
    };
    (StoreFailure) => {
        "\"closed\" | \"open\""
    };
    (Edges) => {
        "readonly string[]"
    };
    (Owner) => {
        "Owner"
    };
    (Ledger) => {
        "string"
    };
    (Text) => {
        "string"
    };
    (Store) => {
        "AtomicStore"
    };
    (Memory) => {
        "boolean | EdgeMemory"
    };
    (Discover) => {
        "boolean | string"
    };
    (Signal) => {
        "Platform<\"AbortSignal\">"
    };
    (After) => {
        "EventPosition | { event: EventPosition }"
    };
    (Fetch) => {
        "((url: string, init: FetchInit) => Promise<Platform<\"Response\">>)"
    };
    (OnEvent) => {
        "((event: ShardEvent) => void)"
    };
    (WaitUntil) => {
        "((promise: Promise<unknown>) => void)"
    };
    ($Kind:ident) => {
        "number"
    };
}

client_options!(table);

mod call;
mod set;
pub use call::{CALL_OPTIONS, OTHER_OPTIONS};
pub use set::{option_set, option_sets, options_of};

/// Options of a client or a call that the class for wasm-pack has no use for: its `fetch` is the global one.
pub const NOT_OF_CLASS: [&str; 3] = ["fetch", "rememberEdge", "waitUntil"];
