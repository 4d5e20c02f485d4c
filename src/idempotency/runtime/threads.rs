//! Threads that sleep: for programs with another executor than tokio, and for those with none.

use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::Runtime;
use crate::idempotency::bound::MaybeSend;

/// The clocks and threads of the standard library: a thread per timer, and one per spawned future.
#[derive(Clone, Copy, Debug)]
pub struct StdRuntime {
    origin: Instant,
    origin_unix_ms: u64,
}

impl StdRuntime {
    /// With its clock set by the system's.
    pub fn new() -> Self {
        let unix = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let origin_unix_ms = u64::try_from(unix.as_millis()).unwrap_or(u64::MAX);
        Self { origin: Instant::now(), origin_unix_ms }
    }
}

impl Default for StdRuntime {
    fn default() -> Self {
        Self::new()
    }
}

impl Runtime for StdRuntime {
    fn now_ms(&self) -> u64 {
        let passed = self.origin.elapsed().as_millis();
        self.origin_unix_ms.saturating_add(u64::try_from(passed).unwrap_or(u64::MAX))
    }

    fn sleep(&self, ms: u64) -> impl Future<Output = ()> + MaybeSend {
        let ends_at = Instant::now().checked_add(Duration::from_millis(ms));
        let mut timer: Option<Timer> = None;
        poll_fn(move |context| {
            let Some(ends_at) = ends_at else { return Poll::Pending };
            let left = ends_at.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Poll::Ready(());
            }
            match &timer {
                Some(timer) => timer.wakes(context.waker()),
                None => timer = Some(Timer::start(left, context.waker())),
            }
            Poll::Pending
        })
    }

    fn spawn(&self, future: impl Future<Output = ()> + MaybeSend + 'static) {
        thread::spawn(move || block_on(future));
    }
}

/// A sleeping thread, and whom it wakes. Dropped, it ends the thread.
struct Timer {
    waker: Arc<Mutex<Waker>>,
    _alive: Sender<Infallible>,
}

impl Timer {
    fn start(left: Duration, waker: &Waker) -> Timer {
        let waker = Arc::new(Mutex::new(waker.clone()));
        let (alive, dropped) = channel();
        let woken = waker.clone();
        thread::spawn(move || {
            if dropped.recv_timeout(left) == Err(RecvTimeoutError::Timeout) {
                // Not under the lock: an executor may poll at once, on this thread.
                let waker = woken.lock().unwrap_or_else(PoisonError::into_inner).clone();
                waker.wake();
            }
        });
        Timer { waker, _alive: alive }
    }

    fn wakes(&self, waker: &Waker) {
        self.waker.lock().unwrap_or_else(PoisonError::into_inner).clone_from(waker);
    }
}

struct Unpark(thread::Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

fn block_on(future: impl Future<Output = ()>) {
    let mut future = pin!(future);
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    while future.as_mut().poll(&mut Context::from_waker(&waker)).is_pending() {
        thread::park();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    #[test]
    fn sleeps_on_a_spawned_thread() {
        let (sender, done) = mpsc::channel();
        let runtime = StdRuntime::new();
        let began_ms = runtime.now_ms();
        runtime.spawn(async move {
            runtime.sleep(2).await;
            runtime.sleep(0).await;
            sender.send(runtime.now_ms()).unwrap();
        });
        assert!(done.recv().unwrap() >= began_ms + 2);
    }
}
