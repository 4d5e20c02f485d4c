//! What an effect is told of its lease.

use std::future::{Future, poll_fn};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};

use crate::idempotency::token::Rejection;

/// Why a lease was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lost {
    /// The store said so: somebody else has the key, or it was purged.
    Rejected(Rejection),
    /// It ended: the ceiling was reached, or the store could not be asked in time.
    Lapsed,
}

/// The lease of a running effect. Once it is lost, somebody else may run the same effect: stop if you can.
#[derive(Clone, Debug, Default)]
pub struct Lease(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    lost: Option<Lost>,
    waiting: Vec<Waker>,
}

impl Lease {
    /// Whether and why it was lost.
    pub fn lost(&self) -> Option<Lost> {
        self.state().lost
    }

    /// Resolves when it is lost.
    pub fn on_lost(&self) -> impl Future<Output = Lost> + use<> {
        let lease = self.clone();
        poll_fn(move |context| {
            let mut state = lease.state();
            match state.lost {
                Some(lost) => Poll::Ready(lost),
                None => {
                    if !state.waiting.iter().any(|waker| waker.will_wake(context.waker())) {
                        state.waiting.push(context.waker().clone());
                    }
                    Poll::Pending
                }
            }
        })
    }

    pub(super) fn lose(&self, lost: Lost) {
        let waiting = {
            let mut state = self.state();
            state.lost.get_or_insert(lost);
            std::mem::take(&mut state.waiting)
        };
        waiting.into_iter().for_each(Waker::wake);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
