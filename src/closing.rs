//! The end of a client: a flag, and whom to wake when it is set.

use std::cell::{Cell, RefCell};
use std::task::Waker;

/// Whether a client was closed. Wakers and nothing else: a controller shared by calls would belong to the request that
/// made it, and a Worker's other requests may not touch it.
#[derive(Default)]
pub(crate) struct Closing {
    closed: Cell<bool>,
    calls: RefCell<Vec<Waiting>>,
}

struct Waiting {
    deadline_ms: u64,
    waker: Waker,
}

impl Closing {
    pub(crate) fn is_closed(&self) -> bool {
        self.closed.get()
    }

    /// Ends the calls that wait.
    pub(crate) fn close(&self) {
        self.closed.set(true);
        let calls = std::mem::take(&mut *self.calls.borrow_mut());
        calls.into_iter().for_each(|call| call.waker.wake());
    }

    /// The call behind `waker` is to hear of the end. What a dead call of a Worker left here goes after its deadline.
    pub(crate) fn watch(&self, waker: &Waker, deadline_ms: u64, now_ms: u64) {
        let mut calls = self.calls.borrow_mut();
        calls.retain(|call| call.deadline_ms > now_ms && !call.waker.will_wake(waker));
        calls.push(Waiting { deadline_ms, waker: waker.clone() });
    }

    /// The call behind `waker` is over.
    pub(crate) fn forget(&self, waker: &Waker) {
        self.calls.borrow_mut().retain(|call| !call.waker.will_wake(waker));
    }
}
