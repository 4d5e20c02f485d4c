//! The entries of the ledger.

use super::table::{answers, words};

words! {
    /// What an event stands for.
    ///
    /// ```
    /// use shardd_wasm::EventKind;
    /// assert_eq!(EventKind::HoldRelease.as_str(), "hold_release");
    /// ```
    EventKind {
        /// A credit or debit.
        Standard = "standard",
        /// Credits are held.
        ReservationCreate = "reservation_create",
        /// A hold is given back.
        HoldRelease = "hold_release",
        /// Another event is undone.
        Void = "void",
        /// The bucket is gone.
        BucketDelete = "bucket_delete",
    } else
    /// A kind that this version does not know.
}

answers! { EVENT_OBJECTS:
    /// An entry of the ledger; entries are never changed.
    "event" LedgerEvent {
        /// Its UUID.
        event_id: Text,
        /// The node that wrote it.
        origin_node_id: Text,
        /// That node's epoch.
        origin_epoch: Count,
        /// Its place among the events of that node and epoch.
        origin_seq: Count,
        /// When it was written, in Unix milliseconds.
        created_at_unix_ms: Count,
        /// What it stands for.
        event_type as "type": (EventKind),
        /// The bucket.
        bucket: Bucket,
        /// The account.
        account: Text,
        /// In credits: positive is a credit, negative a debit.
        amount: Money,
        /// The remark that came with it.
        note: Text or null,
        /// The nonce that it was written under.
        idempotency_nonce: Text,
        /// The event that it undoes or releases.
        void_ref: Text or null,
        /// The credits that it holds.
        hold_amount: Hold or null,
        /// When that hold ends, in Unix milliseconds.
        hold_expires_at_unix_ms: Hold or null,
    }

    /// All events of a bucket, oldest first.
    "events" EventList {
        /// The events.
        events: [LedgerEvent],
    }
}
