//! The figures of a refusal for want of funds.

use super::answer::answers;

answers! { FUNDS_OBJECTS:
    /// The figures of a 422 `insufficient_funds`, in credits; nothing for what the server left out.
    #[derive(Default)]
    "funds" Funds {
        /// The account's balance.
        balance: Money or null,
        /// The balance less holds.
        available_balance: Money or null,
        /// What would have been available after the write.
        projected_available_balance: Money or null,
        /// The floor that the write would have broken: minus the allowed overdraft.
        limit: Money or null,
        /// The debit alone would have fitted; its hold did not.
        hold_blocking: Flag or no,
        /// The server's advice.
        hint: Text or null,
    }
}
