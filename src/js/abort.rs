//! The caller's `AbortSignal`, as a future that takes its listener away again.

use std::any::Any;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::AbortSignal;

use crate::flights::Abort;

/// A listener on a signal. A long-lived signal serves many calls: each must leave it as it was.
struct Listener {
    signal: AbortSignal,
    resolve: Option<Function>,
    aborted: JsFuture,
}

/// Resolves with the signal's reason once it is aborted.
fn abort_of(signal: AbortSignal) -> Abort {
    let mut listener = None;
    let promise = Promise::new(&mut |resolve, _| {
        if signal.aborted() {
            drop(resolve.call0(&JsValue::UNDEFINED));
        } else if signal.add_event_listener_with_callback("abort", &resolve).is_ok() {
            listener = Some(resolve);
        }
    });
    Box::pin(Listener { signal, resolve: listener, aborted: JsFuture::from(promise) })
}

/// Resolves with the reason of whichever is aborted first.
pub(super) fn abort_of_any(signals: [Option<AbortSignal>; 2]) -> Option<Abort> {
    let [first, second] = signals.map(|signal| signal.map(abort_of));
    let (mut first, mut second) = match (first, second) {
        (Some(first), Some(second)) => (first, second),
        (first, second) => return first.or(second),
    };
    Some(Box::pin(poll_fn(move |context| match first.as_mut().poll(context) {
        Poll::Pending => second.as_mut().poll(context),
        aborted => aborted,
    })))
}

impl Future for Listener {
    type Output = Option<Rc<dyn Any>>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        // An abort before the first step must be seen by it, not a microtask later.
        if self.signal.aborted() || Pin::new(&mut self.aborted).poll(context).is_ready() {
            return Poll::Ready(Some(Rc::new(self.signal.reason())));
        }
        Poll::Pending
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        if let Some(resolve) = self.resolve.take() {
            drop(self.signal.remove_event_listener_with_callback("abort", &resolve));
        }
    }
}
