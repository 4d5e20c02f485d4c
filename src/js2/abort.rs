//! The caller's `AbortSignal`s, as a future that takes its listeners away again.

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

/// Resolves with the reason of the first signal that is aborted. `None` where there is no signal.
pub(super) fn abort_of(signals: impl IntoIterator<Item = AbortSignal>) -> Option<Abort> {
    let mut listeners: Vec<Listener> = signals.into_iter().map(Listener::new).collect();
    if listeners.is_empty() {
        return None;
    }
    Some(Box::pin(poll_fn(move |context| {
        let mut reasons = listeners.iter_mut().map(|listener| Pin::new(listener).poll(context));
        reasons.find(Poll::is_ready).unwrap_or(Poll::Pending)
    })))
}

impl Listener {
    fn new(signal: AbortSignal) -> Listener {
        let mut listener = None;
        let promise = Promise::new(&mut |resolve, _| {
            if signal.aborted() {
                drop(resolve.call0(&JsValue::UNDEFINED));
            } else if signal.add_event_listener_with_callback("abort", &resolve).is_ok() {
                listener = Some(resolve);
            }
        });
        Listener { signal, resolve: listener, aborted: JsFuture::from(promise) }
    }
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
