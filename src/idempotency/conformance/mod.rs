//! What every store must do, as a table and a few races, to run against yours.
//!
//! ```ignore-wasm32
//! use shardd_wasm::idempotency::conformance::{Subject, check};
//! use shardd_wasm::idempotency::memory::MemoryStore;
//!
//! struct Memory(MemoryStore);
//! impl Subject for Memory {
//!     type Store = MemoryStore;
//!     fn store(&self) -> &MemoryStore { &self.0 }
//!     fn tick_ms(&self) -> u64 { 1_000 }
//!     async fn pass(&self, ms: u64) { tokio::time::advance(std::time::Duration::from_millis(ms)).await }
//! }
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() {
//! let checked = check(&Memory(MemoryStore::new())).await;
//! assert!(checked.is_ok(), "{checked:?}");
//! # }
//! ```

mod case;
mod crashes;
mod races;

use std::fmt;
use std::future::{Future, poll_fn};
use std::task::Poll;

use super::key::IdempotencyKey;
use super::store::IdempotencyStore;

/// The table, for drivers in other languages.
pub const TABLE: &str = include_str!("table.txt");

/// A store to check, empty, and a way to let its time pass.
pub trait Subject {
    /// The kind of store.
    type Store: IdempotencyStore;

    /// The store.
    fn store(&self) -> &Self::Store;

    /// How long a tick of the table is, in milliseconds: as much as the store's answers may take without a lease of one tick
    /// running out.
    fn tick_ms(&self) -> u64;

    /// Lets this much of the store's time pass, in milliseconds.
    fn pass(&self, ms: u64) -> impl Future<Output = ()>;

    /// What all keys begin with: several runs over one place at a time need several.
    fn prefix(&self) -> &str {
        ""
    }

    /// Lets others go on for a moment. Between such moments calls are cut off.
    fn turn(&self) -> impl Future<Output = ()> {
        let mut is_over = false;
        poll_fn(move |context| {
            if std::mem::replace(&mut is_over, true) {
                return Poll::Ready(());
            }
            context.waker().wake_by_ref();
            Poll::Pending
        })
    }
}

/// What was checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checked {
    /// The cases of the table that held.
    pub cases: usize,
    /// Those that were not for this store, since it forgets attempts with their leases.
    pub skipped: usize,
    /// The races that ended as they should.
    pub races: usize,
    /// The moments at which a call was cut off, and nothing was half done.
    pub crashes: usize,
}

/// What did not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure(String);

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failure {}

/// Runs the table, the races and the crashes.
///
/// # Errors
/// The first thing that does not hold.
pub async fn check<S: Subject>(subject: &S) -> Result<Checked, Failure> {
    let (cases, skipped) = case::check(subject).await?;
    let races = races::check(subject).await?;
    let crashes = crashes::check(subject).await?;
    Ok(Checked { cases, skipped, races, crashes })
}

fn key<S: Subject>(subject: &S, name: &str) -> Result<IdempotencyKey, Failure> {
    IdempotencyKey::new([subject.prefix(), name].concat()).map_err(failed)
}

/// What an error of the store comes to.
fn failed(error: impl fmt::Display) -> Failure {
    Failure(error.to_string())
}
