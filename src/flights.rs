//! What a call has under way: one attempt, some probes, one timer. All of it belongs to that call alone; nothing
//! here is ever awaited by another.

use std::any::Any;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use crate::closing::Closing;
use crate::driver::Credentials;
use crate::durable::{Claimed, Trouble};
use crate::error::ShardError;
use crate::platform::{FetchError, LocalFuture, Platform, Response};

/// A fetch's end.
pub(crate) type Fetched = Result<Response, FetchError>;
/// Resolves with the caller's reason when the caller gives up.
pub type Abort = LocalFuture<Option<Rc<dyn Any>>>;

/// Which fetch it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flight {
    Attempt,
    /// By its number in the call.
    Probe(u32),
    /// The question for more edges.
    Directory,
}

/// What woke the call.
pub(crate) enum Landing {
    Tick,
    Fetched(Flight, Fetched),
    /// The store has answered.
    Recorded(Recorded),
    /// The function that gives keys has given one, or failed.
    Key(Result<Credentials, ShardError>),
    Aborted(Option<Rc<dyn Any>>),
}

/// What the store has answered.
pub(crate) enum Recorded {
    Claimed(Result<Claimed, Trouble>),
    /// `false` where somebody else has taken over.
    Touched(Result<bool, Trouble>),
    /// Whether the end of the call is written down.
    Closed(Result<bool, Trouble>),
}

/// The fetches, timer and abort signal of one call.
pub(crate) struct Flights<'a> {
    platform: &'a dyn Platform,
    fetches: Vec<(Flight, LocalFuture<Fetched>)>,
    timer: Option<(u64, LocalFuture<()>)>,
    key: Option<LocalFuture<Result<Credentials, ShardError>>>,
    record: Option<LocalFuture<Recorded>>,
    abort: Option<Abort>,
    is_aborted: bool,
    end: End<'a>,
}

/// How the call hears that its client was closed.
struct End<'a> {
    closing: &'a Closing,
    deadline_ms: u64,
    waker: Option<Waker>,
}

impl<'a> Flights<'a> {
    pub(crate) fn new(
        platform: &'a dyn Platform,
        closing: &'a Closing,
        abort: Option<Abort>,
        deadline_ms: u64,
    ) -> Self {
        let end = End { closing, deadline_ms, waker: None };
        Flights {
            platform,
            fetches: Vec::new(),
            timer: None,
            key: None,
            record: None,
            abort,
            is_aborted: false,
            end,
        }
    }

    /// Whether the caller had given up before the call began, with the reason.
    pub(crate) async fn aborted(&mut self) -> Option<Option<Rc<dyn Any>>> {
        poll_fn(|context| Poll::Ready(self.poll_abort(context))).await
    }

    pub(crate) fn ask_for_key(&mut self, key: LocalFuture<Result<Credentials, ShardError>>) {
        self.key = Some(key);
    }

    pub(crate) fn record(&mut self, record: LocalFuture<Recorded>) {
        self.record = Some(record);
    }

    pub(crate) fn start(&mut self, flight: Flight, fetch: LocalFuture<Fetched>) {
        self.fetches.push((flight, fetch));
    }

    /// Dropping the future is what cuts it.
    pub(crate) fn cut(&mut self, flight: Flight) {
        self.fetches.retain(|(each, _)| *each != flight);
    }

    /// A fetch that goes on without this call.
    pub(crate) fn release(&mut self, flight: Flight) -> Option<LocalFuture<Fetched>> {
        let at = self.fetches.iter().position(|(each, _)| *each == flight)?;
        Some(self.fetches.swap_remove(at).1)
    }

    /// Waits for the next thing to happen, at the latest for `wake_at_ms`.
    pub(crate) async fn landing(&mut self, wake_at_ms: u64) -> Landing {
        if wake_at_ms == u64::MAX {
            self.timer = None;
        } else if self.timer.as_ref().is_none_or(|(at_ms, _)| *at_ms != wake_at_ms) {
            let wait_ms = wake_at_ms.saturating_sub(self.platform.now_ms());
            self.timer = Some((wake_at_ms, self.platform.sleep(wait_ms)));
        }
        poll_fn(|context| self.poll(context)).await
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Landing> {
        if let Some(reason) = self.poll_abort(context) {
            return Poll::Ready(Landing::Aborted(reason));
        }
        if let Some(key) = &mut self.key
            && let Poll::Ready(given) = key.as_mut().poll(context)
        {
            self.key = None;
            return Poll::Ready(Landing::Key(given));
        }
        if let Some(record) = &mut self.record
            && let Poll::Ready(recorded) = record.as_mut().poll(context)
        {
            self.record = None;
            return Poll::Ready(Landing::Recorded(recorded));
        }
        for at in 0..self.fetches.len() {
            let Some((flight, fetch)) = self.fetches.get_mut(at) else { break };
            if let Poll::Ready(fetched) = fetch.as_mut().poll(context) {
                let flight = *flight;
                drop(self.fetches.swap_remove(at));
                return Poll::Ready(Landing::Fetched(flight, fetched));
            }
        }
        if let Some((_, timer)) = &mut self.timer
            && timer.as_mut().poll(context).is_ready()
        {
            self.timer = None;
            return Poll::Ready(Landing::Tick);
        }
        Poll::Pending
    }

    /// The caller gives up once; what the call still writes down is not ended by that.
    fn poll_abort(&mut self, context: &mut Context<'_>) -> Option<Option<Rc<dyn Any>>> {
        if self.is_aborted {
            return None;
        }
        let aborted = self.poll_end(context);
        self.is_aborted = aborted.is_some();
        aborted
    }

    fn poll_end(&mut self, context: &mut Context<'_>) -> Option<Option<Rc<dyn Any>>> {
        if let Some(abort) = &mut self.abort
            && let Poll::Ready(reason) = abort.as_mut().poll(context)
        {
            self.abort = None;
            return Some(reason);
        }
        let End { closing, deadline_ms, waker } = &mut self.end;
        if closing.is_closed() {
            return Some(None);
        }
        if waker.as_ref().is_none_or(|waker| !waker.will_wake(context.waker())) {
            closing.watch(context.waker(), *deadline_ms, self.platform.now_ms());
            *waker = Some(context.waker().clone());
        }
        None
    }
}

impl Drop for Flights<'_> {
    fn drop(&mut self) {
        if let Some(waker) = &self.end.waker {
            self.end.closing.forget(waker);
        }
    }
}
