//! The numbers that cross the boundary of the wasm: what JavaScript tells a call, and what a call says.

macro_rules! numbers {
    ($($(#[doc = $doc:literal])+ $group:ident: $type:ty { $($(#[doc = $told:literal])+ $NAME:ident = $value:literal,)+ })+) => {
        $(
            $(#[doc = $doc])+
            pub mod $group {
                $($(#[doc = $told])+ pub const $NAME: $type = $value;)+
            }
        )+

        /// All groups by their names, for the printers.
        #[cfg(not(target_arch = "wasm32"))]
        pub const NUMBERS: &[NumberGroup] = &[$(NumberGroup {
            name: stringify!($group),
            doc: concat!($($doc, "\n"),+),
            numbers: &[$((stringify!($NAME), $value, concat!($($told),+))),+],
        }),+];
    };
}

/// Numbers of one kind, for the printers.
#[cfg(not(target_arch = "wasm32"))]
#[derive(Clone, Copy, Debug)]
pub struct NumberGroup {
    /// Its name.
    pub name: &'static str,
    /// Its documentation.
    pub doc: &'static str,
    /// Name, number and documentation of each.
    pub numbers: &'static [(&'static str, i64, &'static str)],
}

/// How many words follow each [`action`], in their order.
pub const ACTION_WORDS: [usize; 15] = [0, 2, 1, 1, 0, 1, 0, 1, 1, 2, 2, 2, 5, 6, 6];

numbers! {
    /// What a call is, bit by bit.
    flag: u32 {
        /// It writes.
        WRITES = 1,
        /// The wire carries its nonce.
        REPLAYABLE = 2,
        /// The request needs the time of the edge it goes to.
        NEEDS_CLOCK = 4,
        /// It asks how one edge is.
        IS_PROBE = 8,
        /// It is sent without a key.
        KEY_NEEDLESS = 16,
        /// Its key has to be asked for.
        KEY_ASKED = 32,
        /// A refused key is asked for once more.
        RENEWS = 64,
        /// Whose it is, is known from the beginning.
        KNOWN = 128,
        /// It is recorded before it is sent.
        RECORDED = 256,
        /// It is one that was recorded before.
        RESUMES = 512,
        /// It is sent also where it cannot be recorded.
        OPEN = 1024,
        /// An earlier copy of it may have landed.
        IN_DOUBT = 2048,
        /// The directory of the edges is wanted.
        DISCOVERS = 4096,
        /// Its caller has given up already.
        ABORTED = 8192,
    }
    /// What a call is told.
    input: u32 {
        /// Time has passed.
        TICK = 0,
        /// A probe ended.
        PROBE = 1,
        /// The attempt ended.
        ENDED = 2,
        /// The key is at hand, or is not to be had.
        KEY = 3,
        /// The store's update ended.
        STORED = 4,
        /// The caller gave up.
        ABORT = 5,
    }
    /// In the place of a status, how an attempt ended without one.
    status: i32 {
        /// With what is no response.
        NO_RESPONSE = -2,
        /// The connection failed.
        NETWORK = -1,
        /// With a redirect that the platform hides.
        REDIRECT = 0,
    }
    /// What the body of an answer turned out to be.
    body: i32 {
        /// What the operation promises.
        PROMISED = 0,
        /// The answer to the operation, of which a figure is missing or does not fit.
        UNREADABLE = 1,
        /// Too long.
        TOO_LARGE = 2,
        /// The replay of another request.
        FOREIGN = 3,
        /// A refusal for want of funds.
        INSUFFICIENT_FUNDS = 4,
        /// Anything else.
        OTHER = 5,
    }
    /// What an answer says beside, bit by bit.
    ended: i32 {
        /// The account does not show the event yet.
        BEHIND = 1,
        /// The ledger had the write already.
        REPLAY = 2,
        /// The bucket was deleted before.
        DELETED = 4,
    }
    /// What a call says: the first word of each of its sayings; what follows it is the boundary's.
    action: i32 {
        /// Nothing more.
        NOTHING = 0,
        /// Send a probe: its number, and the edge.
        PROBE = 1,
        /// Cut this probe.
        CUT_PROBE = 2,
        /// Send the request to this edge.
        SEND = 3,
        /// Cut the attempt.
        CUT_ATTEMPT = 4,
        /// Ask this edge for the directory.
        DISCOVER = 5,
        /// Ask for the key.
        ASK_KEY = 6,
        /// Claim the record, within so many milliseconds.
        CLAIM = 7,
        /// Touch the record, for this edge or none.
        TOUCH = 8,
        /// Close the record: how, and for which ticket.
        CLOSE = 9,
        /// Keep the answer under this ticket, and drop those before the oldest.
        KEEP = 10,
        /// The body that a record has, which goes on.
        LEFT = 11,
        /// The answer that a record has: its status, edge and body.
        DONE = 12,
        /// An event: its kind, edge, figure, what more there is, and the reason.
        EVENT = 13,
        /// The end: reason, outcome, edge, attempts, milliseconds, and the ticket of a shared answer.
        END = 14,
    }
    /// How a record is closed.
    close: i32 {
        /// With the answer.
        COMPLETE = 0,
        /// The nonce is free again.
        FREE = 1,
        /// It stays unfinished.
        LEAVE = 2,
    }
    /// Why a call ended.
    reason: i32 {
        /// With the answer of the last attempt.
        ANSWERED = 0,
        /// Its bucket was deleted by an attempt before.
        DELETED = 1,
        /// With the error of the last attempt.
        FAILED = 2,
        /// The deadline passed.
        DEADLINE = 3,
        /// The caller gave up.
        ABORTED = 4,
        /// There was no key.
        KEYLESS = 5,
        /// With the answer that another call of this write got.
        SHARED = 6,
        /// With the answer that the record has.
        REPLAYED = 7,
        /// The nonce belongs to another request.
        CONFLICT = 8,
        /// The account does not show the event in time.
        BEHIND = 9,
        /// The same, and it was read as often as it may be.
        BEHIND_TOO_OFTEN = 10,
        /// Another tab or worker has the record.
        TAKEN_OVER = 11,
        /// The record that was to be resumed is gone.
        ENDED_MEANWHILE = 12,
        /// The store holds something else under the name of the write.
        CORRUPT = 13,
        /// The store did not record the write.
        STORE_FAILED = 14,
    }
    /// What a store is to do with the bytes under a name.
    change: i32 {
        /// The call is over.
        TOO_LATE = -1,
        /// Nothing.
        KEEP = 0,
        /// Put these.
        PUT = 1,
        /// Remove them.
        REMOVE = 2,
    }
    /// How a store's update ended.
    stored: i32 {
        /// It resolved.
        DONE = 0,
        /// It failed.
        FAILED = 1,
        /// It failed, and nothing was written.
        UNWRITTEN = 2,
        /// Nobody can tell whose record it is.
        OWNERLESS = 3,
    }
    /// What a health probe said, bit by bit; with no answer at all, -1 in their place.
    health: i32 {
        /// It is ready.
        READY = 1,
        /// It has too much to do.
        OVERLOADED = 2,
    }
    /// What a row of a store holds.
    row: i32 {
        /// Nothing of this client's ledger.
        OTHER = 0,
        /// A write that is finished.
        FINISHED = 1,
        /// A write that nobody is likely to be at.
        LEFT = 2,
        /// A write that somebody is at.
        ALIVE = 3,
        /// A write whose call holds a lock as long as it lives: whoever wants to know asks for that lock.
        NEEDS_LOCK = 4,
    }
    /// What is known of a row's lock.
    lock: i32 {
        /// Nobody asked for it.
        NOT_ASKED = -2,
        /// Nobody can tell.
        UNKNOWN = -1,
        /// It could be taken.
        FREE = 0,
        /// Another call has it.
        HELD = 1,
    }
    /// Which records are taken away.
    removal: u32 {
        /// The unfinished one of a nonce.
        DISCARD = 0,
        /// Those that are finished.
        FORGET = 1,
        /// All.
        FORGET_ALL = 2,
    }
    /// Whether an edge may be used.
    edge_state: i32 {
        /// It may.
        UP = 0,
        /// It rests.
        COOLING = 1,
        /// It is tried again.
        HALF_OPEN = 2,
    }
}
