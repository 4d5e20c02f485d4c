//! Runs each future in the turn of whatever it waited for.
//!
//! `wasm_bindgen_futures` has one queue for all futures, run from a microtask of whichever call woke first. Calls then ran user
//! functions and `fetch` in another caller's async context, and fake timers that replace `queueMicrotask` (Jest's and Sinon's do)
//! stopped every future for good. Here a future goes on inside the callback that woke it: the promise or timer was made in its own
//! caller's context, and the engine gives that context to the callback.

use std::cell::RefCell;
use std::sync::Arc;
use std::task::{Context, Wake, Waker};

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::LocalFuture;

thread_local! {
    static TASKS: RefCell<Tasks> = const { RefCell::new(Tasks { next: 0, tasks: Vec::new() }) };
}

/// The futures that are not over, by their numbers.
struct Tasks {
    next: u64,
    /// Sorted by number: a new one is the last.
    tasks: Vec<Task>,
}

struct Task {
    number: u64,
    waker: Waker,
    phase: Phase,
}

enum Phase {
    Waiting(LocalFuture<()>),
    Running,
    /// Woken while it runs: it is polled once more.
    Woken,
}

/// Wakes a task. A number and no pointer: wakers may go to any thread.
struct Number(u64);

impl Wake for Number {
    fn wake(self: Arc<Self>) {
        run(self.0);
    }

    fn wake_by_ref(self: &Arc<Self>) {
        run(self.0);
    }
}

/// Runs `future` to its end, from this turn on.
pub fn spawn(future: LocalFuture<()>) {
    let number = TASKS.with_borrow_mut(|tasks| {
        let number = tasks.next;
        tasks.next += 1;
        let waker = Waker::from(Arc::new(Number(number)));
        tasks.tasks.push(Task { number, waker, phase: Phase::Waiting(future) });
        number
    });
    run(number);
}

/// The promise of what `future` resolves to. The future begins in this turn.
pub fn promise(future: impl Future<Output = Result<JsValue, JsValue>> + 'static) -> Promise {
    let mut settle = None;
    let promise = Promise::new(&mut |resolve, reject| settle = Some((resolve, reject)));
    // Begun out here: the constructor of a promise swallows what is thrown in its function, a trap of this wasm too.
    if let Some((resolve, reject)) = settle {
        spawn(Box::pin(async move {
            let settled = match future.await {
                Ok(value) => resolve.call1(&JsValue::UNDEFINED, &value),
                Err(error) => reject.call1(&JsValue::UNDEFINED, &error),
            };
            // The engine's own functions do not throw.
            drop(settled);
        }));
    }
    promise
}

/// One turn: what the caller does before it waits comes first.
pub async fn turn() {
    let turned = JsFuture::from(Promise::resolve(&JsValue::UNDEFINED)).await;
    drop(turned);
}

fn run(number: u64) {
    let begun = TASKS.with_borrow_mut(|tasks| tasks.begin(number));
    let Some((mut future, waker)) = begun else { return };
    // Nothing is borrowed while the future runs or is dropped: it calls the user's functions, which may call this module again.
    while future.as_mut().poll(&mut Context::from_waker(&waker)).is_pending() {
        match TASKS.with_borrow_mut(|tasks| tasks.pause(number, future)) {
            Some(woken) => future = woken,
            None => return,
        }
    }
    drop(TASKS.with_borrow_mut(|tasks| tasks.end(number)));
}

impl Tasks {
    fn at(&self, number: u64) -> Option<usize> {
        self.tasks.binary_search_by_key(&number, |task| task.number).ok()
    }

    /// The future, if it waits; one that runs is polled once more.
    fn begin(&mut self, number: u64) -> Option<(LocalFuture<()>, Waker)> {
        let at = self.at(number)?;
        let task = self.tasks.get_mut(at)?;
        match std::mem::replace(&mut task.phase, Phase::Running) {
            Phase::Waiting(future) => Some((future, task.waker.clone())),
            Phase::Running | Phase::Woken => {
                task.phase = Phase::Woken;
                None
            }
        }
    }

    /// Leaves the future to its waker; gives it back where it was woken meanwhile.
    fn pause(&mut self, number: u64, future: LocalFuture<()>) -> Option<LocalFuture<()>> {
        let at = self.at(number)?;
        let task = self.tasks.get_mut(at)?;
        if let Phase::Woken = task.phase {
            task.phase = Phase::Running;
            return Some(future);
        }
        task.phase = Phase::Waiting(future);
        None
    }

    fn end(&mut self, number: u64) -> Option<Task> {
        self.at(number).map(|at| self.tasks.remove(at))
    }
}
