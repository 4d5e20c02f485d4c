//! The operations: how each is asked for, and what it answers.

use super::answer::*;
use super::field::Field;

/// How an operation is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// It reads.
    Get,
    /// It reads, and wants no API key.
    Open,
    /// It writes, under a nonce.
    Post,
    /// It writes, without one.
    Delete,
}

impl Method {
    /// The method of the request.
    pub const fn http(self) -> &'static str {
        match self {
            Method::Get | Method::Open => "GET",
            Method::Post => "POST",
            Method::Delete => "DELETE",
        }
    }
}

/// A row of `OPERATIONS`.
#[derive(Clone, Copy, Debug)]
pub struct OperationRow {
    /// Its name in JavaScript.
    #[cfg(not(target_arch = "wasm32"))]
    pub name: &'static str,
    /// How it is asked for.
    pub method: Method,
    /// What follows the edge's URL; `{name}` is the argument of that name.
    pub path: &'static str,
    /// What the answer must look like.
    pub fields: &'static [Field],
    /// Its arguments, in the order in which callers give them.
    pub arguments: &'static [Argument],
    /// Its documentation.
    #[cfg(not(target_arch = "wasm32"))]
    pub doc: &'static str,
    /// The options that it takes: the name of a set.
    #[cfg(any(not(target_arch = "wasm32"), feature = "js"))]
    pub options: &'static str,
    /// The object that the ledger answers with, in the JavaScript tables.
    #[cfg(not(target_arch = "wasm32"))]
    pub answer: &'static str,
    /// The type that a call resolves to.
    #[cfg(not(target_arch = "wasm32"))]
    pub result: &'static str,
}

/// An argument.
#[derive(Clone, Copy, Debug)]
pub struct Argument {
    /// Its name.
    pub name: &'static str,
    /// What it takes.
    pub takes: Takes,
    /// What it becomes on the wire; empty where it keeps its name.
    #[cfg(not(target_arch = "wasm32"))]
    pub becomes: &'static str,
}

/// What an argument may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// A name: not blank, no U+0000.
    Name,
    /// A name that stands in a path: neither `.` nor `..`.
    Segment,
    /// The same, and not `deleted`, at whose address something else is.
    Undeleted,
    /// A whole number of either sign.
    Whole,
    /// A positive whole number.
    Credit,
    /// A positive whole number that is sent negative.
    Debit,
    /// How long a hold lives: its end is computed from the clock of the edge.
    Ttl,
    /// The base URL of an edge, or nothing.
    Edge,
}

/// What a write's nonce stands for beside its bucket and account, in this order: what moves money. All else may differ between two calls for
/// the same write, since the ledger answers a nonce that it has with the first write, whatever is said beside it.
pub const FINGERPRINT: [&str; 5] = ["amount", "mode", "reservation", "hold_amount", "ttl_ms"];

macro_rules! operations {
    ($(
        $(#[doc = $doc:literal])+
        $ROW:ident $name:literal $Method:ident $path:literal ($($argument:ident: $Kind:ident $(as $becomes:ident)?),*) $options:literal
            -> $Answer:ident $(as $Result:ident)?;
    )+) => {
        $(
            $(#[doc = $doc])+
            pub static $ROW: OperationRow = OperationRow {
                #[cfg(not(target_arch = "wasm32"))]
                name: $name,
                method: Method::$Method,
                path: $path,
                fields: $Answer::FIELDS,
                arguments: &[$(Argument {
                    name: super::name::camel!(stringify!($argument)),
                    takes: Takes::$Kind,
                    #[cfg(not(target_arch = "wasm32"))]
                    becomes: operations!(@becomes $($becomes)?),
                },)*],
                #[cfg(not(target_arch = "wasm32"))]
                doc: concat!($($doc, "\n"),+),
                #[cfg(any(not(target_arch = "wasm32"), feature = "js"))]
                options: $options,
                #[cfg(not(target_arch = "wasm32"))]
                answer: $Answer::OBJECT.name,
                #[cfg(not(target_arch = "wasm32"))]
                result: operations!(@result $Answer $($Result)?),
            };
        )+

        /// Every operation, in the order of the documentation.
        #[cfg(not(target_arch = "wasm32"))]
        pub static OPERATIONS: &[&OperationRow] = &[$(&$ROW),+];
    };

    (@becomes) => { "" };
    (@becomes $becomes:ident) => { stringify!($becomes) };

    (@result $Answer:ident) => { stringify!($Answer) };
    (@result $Answer:ident $Result:ident) => { stringify!($Result) };
}

operations! {
    /// Writes an event: a positive amount credits, a negative one debits.
    CREATE_EVENT "createEvent" Post "/events" (bucket: Name, account: Name, amount: Whole) "create" -> CreateEventResult;
    /// Debits a positive amount.
    CHARGE "charge" Post "/events" (bucket: Name, account: Name, amount: Debit) "charge" -> CreateEventResult;
    /// Credits a positive amount.
    CREDIT "credit" Post "/events" (bucket: Name, account: Name, amount: Credit) "credit" -> CreateEventResult;
    /// Holds a positive amount for so many milliseconds (at least 5000), by the clock of the edge.
    RESERVE "reserve" Post "/events" (bucket: Name, account: Name, amount: Credit as hold_amount, ttl_ms: Ttl) "reserve"
        -> CreateEventResult as Reservation;
    /// Debits a positive amount, at most the hold, from a reservation, which ends it.
    SETTLE "settle" Post "/events" (bucket: Name, account: Name, reservation_id: Name as settle_reservation, amount: Debit) "credit"
        -> CreateEventResult;
    /// Gives a reservation up.
    RELEASE "release" Post "/events" (bucket: Name, account: Name, reservation_id: Name as release_reservation) "credit"
        -> CreateEventResult;
    /// All events of a bucket, oldest first; a new one appears about 100 ms after its write.
    LIST_EVENTS "listEvents" Get "/events?bucket={bucket}" (bucket: Name) "call" -> EventList;
    /// The balances of all accounts of a bucket.
    GET_BALANCES "getBalances" Get "/balances?bucket={bucket}" (bucket: Name) "call" -> Balances;
    /// One account. One that was never written to has zeros and status `"unknown"`. Given `after`, it is not read before it shows that write.
    GET_ACCOUNT "getAccount" Get "/collapsed/{bucket}/{account}" (bucket: Segment, account: Segment) "account" -> Account;
    /// The directory of the edges, as the pinned one sees it.
    EDGES "edges" Open "/gateway/edges" () "call" -> EdgeDirectory;
    /// The health of the pinned edge, or of the one named, which is asked once and for no longer than `probeTimeoutMs`.
    HEALTH "health" Open "/gateway/health" (base_url: Edge as edge) "call" -> Health;
    /// Your buckets, a page of them.
    LIST_MY_BUCKETS "listMyBuckets" Get "/v1/me/buckets" () "my_buckets" -> MyBuckets;
    /// The buckets you deleted.
    LIST_MY_DELETED_BUCKETS "listMyDeletedBuckets" Get "/v1/me/buckets/deleted" () "call" -> DeletedBuckets;
    /// One of your buckets, with its accounts.
    GET_MY_BUCKET "getMyBucket" Get "/v1/me/buckets/{bucket}" (bucket: Undeleted) "call" -> MyBucket;
    /// The events of one of your buckets, newest first, a page of them.
    LIST_MY_BUCKET_EVENTS "listMyBucketEvents" Get "/v1/me/buckets/{bucket}/events" (bucket: Segment) "my_bucket_events"
        -> MyBucketEvents;
    /// Writes an event to one of your buckets; not billed.
    CREATE_MY_BUCKET_EVENT "createMyBucketEvent" Post "/v1/me/buckets/{bucket}/events" (bucket: Segment, account: Name, amount: Whole)
        "create" -> CreateEventResult;
    /// The events of all your buckets, newest first, a part of them.
    LIST_MY_EVENTS "listMyEvents" Get "/v1/me/events" () "my_events" -> MyEvents;
    /// Deletes one of your buckets for good, and its name with it. Of a bucket that was deleted before, it rejects with
    /// `InvalidInputError` and reason `bucket_deleted`. A deletion has no nonce, and never moves to another edge.
    DELETE_MY_BUCKET "deleteMyBucket" Delete "/v1/me/buckets/{bucket}?mode=nuke" (bucket: Segment) "call" -> BucketDeletion;
}
