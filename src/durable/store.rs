//! The place where records are kept, as the client sees it: some bytes under a name, replaced in one indivisible step.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

use crate::idempotency::Update;
use crate::idempotency::step::Change;
use crate::platform::LocalFuture;

/// What the place does with the bytes under a name; called where nothing can come between reading and writing, perhaps
/// again after a lost race. The time is the store's, in Unix milliseconds.
pub type ByteStep = Box<dyn FnMut(Option<&[u8]>, u64) -> Update<()>>;

/// Why a store could not be asked.
#[derive(Clone, Default)]
pub struct StoreError {
    /// What the platform threw, where it threw something.
    pub cause: Option<Rc<dyn Any>>,
    /// Whether it is certain that nothing was written. Else what the step said may be there all the same.
    pub is_unwritten: bool,
}

impl std::fmt::Debug for StoreError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StoreError")
    }
}

/// Whether a store proves that the holder of a record is alive, as Web Locks do.
pub enum Hold {
    /// It does not: only the lease tells.
    Unknown,
    /// Nobody else holds it: dropping this lets it go.
    Mine(Box<dyn Any>),
    /// Somebody who is alive.
    Others,
}

impl std::fmt::Debug for Hold {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Hold::Unknown => "Unknown",
            Hold::Mine(_) => "Mine",
            Hold::Others => "Others",
        })
    }
}

/// A name, and the bytes under it.
pub type Row = (String, Vec<u8>);

/// A place for records.
pub trait Store {
    /// Gives `step` the bytes under `name` and does what it says.
    fn update(&self, name: &str, step: ByteStep) -> LocalFuture<Result<(), StoreError>>;

    /// The names that begin with `prefix`, and their bytes.
    fn list(&self, prefix: &str) -> LocalFuture<Result<Vec<Row>, StoreError>>;

    /// Tries to hold `name` as long as this process lives.
    fn hold(&self, name: &str) -> LocalFuture<Result<Hold, StoreError>> {
        let _unheld = name;
        Box::pin(std::future::ready(Ok(Hold::Unknown)))
    }
}

/// Runs a step that has a reply. `changes` says meanwhile whether the last step wanted anything written.
pub(super) async fn update<R: 'static>(
    store: &dyn Store,
    name: &str,
    changes: Rc<Cell<bool>>,
    mut step: impl FnMut(Option<&[u8]>, u64) -> Update<R> + 'static,
) -> Result<R, StoreError> {
    let place: Rc<RefCell<Option<R>>> = Rc::default();
    let reply = place.clone();
    let done = store.update(
        name,
        Box::new(move |bytes, now_ms| {
            let Update { reply, change, expires_at_ms } = step(bytes, now_ms);
            changes.set(change != Change::Keep);
            *place.borrow_mut() = Some(reply);
            Update { reply: (), change, expires_at_ms }
        }),
    );
    done.await?;
    // A store that says it is done and never took the step.
    reply.borrow_mut().take().ok_or_else(StoreError::default)
}
