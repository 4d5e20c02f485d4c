//! Balances.

use super::table::{answers, words};

words! {
    /// How sure a balance is.
    AccountStatus {
        /// Every event that the node knows of is in it.
        LocallyConfirmed = "locally_confirmed",
        /// Some events are known of, but not here yet.
        Provisional = "provisional",
        /// The node has never heard of the account.
        Unknown = "unknown",
    } else
    /// A status that this version does not know.
}

answers! { ACCOUNT_OBJECTS:
    /// The holds that one node has on an account.
    #[derive(Copy)]
    "reserved" ReservedByOrigin {
        /// In credits.
        reserved_amount: Hold,
        /// How many there are.
        reservation_count: Count,
        /// When the first of them ends, in Unix milliseconds.
        next_expiry_unix_ms: Hold or null,
        /// When the last of them ends, in Unix milliseconds.
        latest_expiry_unix_ms: Hold or null,
    }

    /// One account's row in [`Balances`].
    "balance" AccountBalance {
        /// The bucket.
        bucket: Text,
        /// The account.
        account: Text,
        /// In credits.
        balance: Money,
        /// The balance less holds, in credits.
        available_balance: Money,
        /// All holds together, in credits.
        active_hold_total: Money,
        /// The holds, by node id.
        reserved_by_origin: {ReservedByOrigin} or null,
        /// How many events the account has.
        event_count: Count,
    }

    /// The accounts of a bucket.
    "balances" Balances {
        /// A row for each.
        accounts: [AccountBalance],
        /// The sum of their balances, in credits.
        total_balance: Money,
    }

    /// How far the events of one node and epoch are known.
    #[derive(Copy)]
    "head" OriginHead {
        /// The last sequence number up to which none is missing.
        head: Count,
        /// The last that was heard of.
        max_known: Count,
    }

    /// One account: balance, holds and how far each node's events are known.
    "account" Account {
        /// In credits.
        balance: Money,
        /// The balance less holds, in credits.
        available_balance: Money,
        /// Whether the node that answered knows of events that it does not have yet.
        status: (AccountStatus),
        /// The holds, by node id.
        reserved_by_origin: {ReservedByOrigin} or null,
        /// What the balance is made of, by `"<node>:<epoch>"`.
        contributing_origins: {OriginHead} or null,
    }
}
