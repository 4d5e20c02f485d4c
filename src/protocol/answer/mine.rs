//! One's own buckets.

use super::table::answers;
use super::{CallMeta, LedgerEvent};

answers! { MINE_OBJECTS:
    /// One bucket in short.
    "my_bucket_summary" MyBucketSummary {
        /// Its name.
        bucket: Text,
        /// The sum of its balances, in credits.
        total_balance: Money,
        /// The same less holds, in credits.
        available_balance: Money,
        /// All holds together, in credits.
        active_hold_total: Money,
        /// How many accounts it has.
        account_count: Count,
        /// How many events it has.
        event_count: Count,
        /// When the last was written, in Unix milliseconds.
        last_event_at_unix_ms: Count or null,
    }

    /// A page of one's buckets.
    "my_buckets" MyBuckets {
        /// A row for each, by name.
        buckets: [MyBucketSummary],
        /// How many there are on all pages.
        total: Count,
        /// The page, from 1.
        page: Count,
        /// Rows a page.
        limit: Count,
    }

    /// A bucket that was deleted.
    "deleted_bucket" DeletedBucket {
        /// Its name.
        name: Text,
        /// When, in Unix milliseconds.
        deleted_at_unix_ms: Count,
    }

    /// The buckets that were deleted; their names cannot be used again.
    "deleted_buckets" DeletedBuckets {
        /// A row for each, in no order.
        buckets: [DeletedBucket],
    }

    /// One account of [`MyBucket`].
    "my_bucket_account" MyBucketAccount {
        /// Its name.
        account: Text,
        /// In credits.
        balance: Money,
        /// The balance less holds, in credits.
        available_balance: Money,
        /// All holds together, in credits.
        active_hold_total: Money,
        /// How many events it has.
        event_count: Count,
        /// When the last was written, in Unix milliseconds.
        last_event_at_unix_ms: Count or null,
    }

    /// One of one's buckets with its accounts.
    "my_bucket" MyBucket {
        /// The bucket in short.
        summary: MyBucketSummary,
        /// Its accounts, the richest first.
        accounts: [MyBucketAccount],
    }

    /// A page of the events of one of one's buckets, newest first.
    "my_bucket_events" MyBucketEvents {
        /// The events.
        events: [LedgerEvent],
        /// How many there are on all pages.
        total: Count,
        /// The page, from 1.
        page: Count,
        /// Rows a page.
        limit: Count,
    }

    /// How far one node is, as [`Replication`] tells it.
    "node_heads" NodeHeads {
        /// Why the node could not be asked.
        error: Text or null,
        /// How far each node's events are here, by `"<bucket>\t<node>:<epoch>"`.
        heads: {Count} or null,
        /// How far each node is known here to have written, by the same.
        max_known_seqs: {Count} or null,
    }

    /// How far each node is.
    "replication" Replication {
        /// By node id.
        per_node: {NodeHeads} or null,
    }

    /// A part of the events of all one's buckets, newest first.
    "my_events" MyEvents {
        /// The events.
        events: [LedgerEvent],
        /// How many there are in all.
        total: Count,
        /// Rows asked for.
        limit: Count,
        /// Rows passed over.
        offset: Count,
        /// How far each node has written, by `"<bucket>\t<node>:<epoch>"`.
        heads: {Count} or null,
        /// How far each node is known to have written, by the same.
        max_known_seqs: {Count} or null,
        /// How far each node is, where `replication` was asked for.
        replication: Replication or null,
    }

    /// What the deletion of a bucket comes back with.
    "deletion" BucketDeletion {
        /// The bucket's name.
        bucket: Bucket,
        /// The event that ended it. Null where its answer was lost and the edge then said that the bucket was deleted already;
        /// `meta.status` is 400 then.
        event_id: Text or null,
    } and {
        /// How the call went.
        meta: CallMeta,
    }
}
