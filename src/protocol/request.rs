//! What can be said of a request beside its arguments: of each set of options a type for Rust, and how it becomes a body or a query.

/// What an option of a request holds, on its way to the wire.
#[derive(Clone, Copy, Debug)]
pub enum Said<'a> {
    /// A text.
    Text(&'a str),
    /// A whole number, never negative.
    Whole(u64),
    /// `true` or `false`.
    Flag(bool),
}

/// Whoever gave options, by the names that users see.
pub trait Giver {
    /// A text of this name.
    fn text(&self, name: &str) -> Option<String>;
    /// A whole number of this name, 0 in place of a negative one.
    fn count(&self, name: &str) -> Option<u64>;
    /// A flag of this name.
    fn flag(&self, name: &str) -> Option<bool>;
}

/// An option.
#[derive(Clone, Copy, Debug)]
pub struct RequestOption {
    /// The name that users see.
    pub name: &'static str,
    /// What it takes, in the words of the JavaScript tables.
    pub kind: &'static str,
    /// Its type in TypeScript.
    #[cfg(not(target_arch = "wasm32"))]
    pub type_name: &'static str,
    /// Its documentation.
    #[cfg(not(target_arch = "wasm32"))]
    pub doc: &'static str,
}

/// The options of some requests.
#[derive(Clone, Copy, Debug)]
pub struct OptionSet {
    /// Its name in the JavaScript tables.
    pub name: &'static str,
    /// Its type.
    pub type_name: &'static str,
    /// Its documentation.
    #[cfg(not(target_arch = "wasm32"))]
    pub doc: &'static str,
    /// The options, in the order of the body or query.
    pub options: &'static [RequestOption],
    /// The set that this is a part of, and what it leaves out.
    pub less: Option<(&'static str, &'static [&'static str])>,
}

macro_rules! requests {
    ($($(#[doc = $doc:literal])+ $name:literal $Type:ident { $($(#[doc = $told:literal])+ $option:ident: $Kind:ident,)+ })+) => {
        $(
            $(#[doc = $doc])+
            #[derive(Clone, Debug, Default, PartialEq, Eq)]
            #[cfg_attr(feature = "serde", derive(serde::Deserialize), serde(rename_all = "camelCase", default))]
            pub struct $Type {
                $($(#[doc = $told])+ pub $option: Option<requests!(@type $Kind)>,)+
            }

            impl $Type {
                /// What is said, by the names on the wire, in the order of the body or query.
                pub fn each(&self, hear: &mut dyn FnMut(&'static str, Said<'_>)) {
                    $(if let Some(value) = &self.$option {
                        hear(stringify!($option), requests!(@said $Kind value));
                    })+
                }

                /// What this caller gave.
                pub fn of(giver: &dyn Giver) -> $Type {
                    $Type {
                        $($option: requests!(@given $Kind giver, super::name::camel!(stringify!($option))),)+
                    }
                }
            }
        )+

        /// The sets that are types of their own.
        pub const OPTION_SETS: &[OptionSet] = &[$(OptionSet {
            name: $name,
            type_name: stringify!($Type),
            #[cfg(not(target_arch = "wasm32"))]
            doc: concat!($($doc, "\n"),+),
            options: &[$(RequestOption {
                name: super::name::camel!(stringify!($option)),
                kind: requests!(@kind $Kind),
                #[cfg(not(target_arch = "wasm32"))]
                type_name: requests!(@typescript $Kind),
                #[cfg(not(target_arch = "wasm32"))]
                doc: concat!($($told, "\n"),+),
            },)+],
            less: None,
        },)+];
    };

    (@type Credits) => { u64 };
    (@type Count) => { u64 };
    (@type Acks) => { u32 };
    (@type Flag) => { bool };
    (@type $Kind:ident) => { String };

    (@said Acks $value:ident) => { Said::Whole(u64::from(*$value)) };
    (@said Credits $value:ident) => { Said::Whole(*$value) };
    (@said Count $value:ident) => { Said::Whole(*$value) };
    (@said Flag $value:ident) => { Said::Flag(*$value) };
    (@said $Kind:ident $value:ident) => { Said::Text($value) };

    (@given Credits $giver:ident, $name:expr) => { $giver.count($name) };
    (@given Count $giver:ident, $name:expr) => { $giver.count($name) };
    (@given Acks $giver:ident, $name:expr) => { $giver.count($name).map(|acks| acks as u32) };
    (@given Flag $giver:ident, $name:expr) => { $giver.flag($name) };
    (@given $Kind:ident $giver:ident, $name:expr) => { $giver.text($name) };

    (@kind Credits) => { "count" };
    (@kind Count) => { "count" };
    (@kind Acks) => { "acks" };
    (@kind Flag) => { "flag" };
    (@kind Text) => { "text" };
    (@kind Note) => { "note" };
    (@kind Nonce) => { "nonce" };

    (@typescript Credits) => { "number | bigint" };
    (@typescript Count) => { "number" };
    (@typescript Acks) => { "number" };
    (@typescript Flag) => { "boolean" };
    (@typescript $Kind:ident) => { "string" };
}

requests! {
    /// What can be said of a write beside bucket, account and amount. Durations are in milliseconds.
    "create" CreateEventOptions {
        /// A remark of at most 4096 characters.
        note: Note,
        /// The reservation that this debit settles.
        settle_reservation: Text,
        /// The reservation to give up; the amount is 0.
        release_reservation: Text,
        /// How far the available balance may go below zero, in credits.
        max_overdraft: Credits,
        /// Credits to hold; alone with an amount of 0 it is a reservation.
        hold_amount: Credits,
        /// No implicit hold on this debit.
        skip_hold: Flag,
        /// When the hold ends, in Unix milliseconds.
        hold_expires_at_unix_ms: Credits,
        /// Nodes that must have the event before the answer.
        min_acks: Acks,
        /// How long to wait for them.
        ack_timeout_ms: Count,
        /// What makes retries of this write one write; a UUID is made when absent. It belongs to a bucket, account, amount, kind of write,
        /// reservation, hold and time of a reservation; all else may differ when the write is sent again, and the first one's stays.
        idempotency_nonce: Nonce,
    }

    /// Which of one's buckets to list.
    "my_buckets" MyBucketsFilter {
        /// A part of the name, in any case.
        q: Text,
        /// The page, from 1.
        page: Count,
        /// Rows a page: 25 by default, 100 at most.
        limit: Count,
    }

    /// Which events of one of one's buckets to list.
    "my_bucket_events" MyBucketEventsFilter {
        /// A part of the note, or an event's id.
        q: Text,
        /// One account.
        account: Text,
        /// The page, from 1.
        page: Count,
        /// Rows a page: 25 by default, 200 at most.
        limit: Count,
    }

    /// Which events of all one's buckets to list.
    "my_events" MyEventsFilter {
        /// One bucket.
        bucket: Text,
        /// One account.
        account: Text,
        /// The node of origin.
        origin: Text,
        /// The type of event.
        event_type: Text,
        /// Not before, in Unix milliseconds.
        since_ms: Count,
        /// Not after, in Unix milliseconds.
        until_ms: Count,
        /// A part of the note, or an event's id.
        search: Text,
        /// Rows: 100 by default, 500 at most.
        limit: Count,
        /// Rows to pass over.
        offset: Count,
        /// Whether to tell how far each node is.
        replication: Flag,
    }
}

/// The sets that are a part of another one.
pub const PARTIAL_SETS: &[OptionSet] = &[
    OptionSet {
        name: "charge",
        type_name: "ChargeOptions",
        #[cfg(not(target_arch = "wasm32"))]
        doc: "What can be said of a charge.",
        options: &[],
        less: Some(("create", &["settleReservation", "releaseReservation"])),
    },
    OptionSet {
        name: "reserve",
        type_name: "ReserveOptions",
        #[cfg(not(target_arch = "wasm32"))]
        doc: "What can be said of a reservation.",
        options: &[],
        less: Some(("charge", &["holdAmount", "holdExpiresAtUnixMs", "skipHold"])),
    },
    OptionSet {
        name: "credit",
        type_name: "CreditOptions",
        #[cfg(not(target_arch = "wasm32"))]
        doc: "What can be said of a credit, and of the end of a reservation.",
        options: &[],
        less: Some(("reserve", &["maxOverdraft"])),
    },
];
