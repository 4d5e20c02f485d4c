//! Doing something once: claim the key, run the effect while its lease is renewed, store the response, replay it.

mod attempt;
mod builder;
pub mod call;
mod execution;
mod guard;
mod holder;
#[cfg(feature = "json")]
mod json;
mod keeper;
mod lease;
mod looks;
mod outcome;
mod policy;
mod race;
mod renewal;
mod terms;

pub use attempt::{Attempt, NotApplied, OnError, Recovery};
pub use builder::{
    Builder, ClaimBuilder, ClaimOutcome, NoFingerprint, OwnedClaimBuilder, OwnedClaimOutcome, Tried,
    WithFingerprint,
};
pub use execution::{Admission, Ended, Execution, Held};
pub use guard::{ClaimGuard, Guard, OwnedClaimGuard};
pub use holder::{Borrowed, Holder, Owned};
#[cfg(feature = "json")]
pub use json::JsonBuilder;
pub use lease::{Lease, Lost};
pub use looks::Looks;
pub use outcome::{ExecutionError, ExecutionOutcome, StoreFailure};
pub use renewal::{Next, Renewal};
pub use terms::Terms;
