//! The ends of calls whose `fetch` gave what is no response. Another edge cannot mend that, so such a call ends at once, as one that is given up.

use std::any::Any;
use std::cell::RefCell;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

use wasm_bindgen::prelude::*;

use crate::flights::Abort;

/// Why each of these calls ends, by its task. A waker that is kept keeps its task's number from being another one's.
#[derive(Default)]
pub(super) struct Ends(RefCell<Vec<(Waker, Rc<dyn Any>)>>);

impl std::fmt::Debug for Ends {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Ends")
    }
}

impl Ends {
    /// Ends the call whose task awaits this.
    pub(super) async fn end<T>(&self, reason: JsValue) -> T {
        let mut reason = Some(Rc::new(reason) as Rc<dyn Any>);
        poll_fn(|context| {
            if let Some(reason) = reason.take() {
                self.0.borrow_mut().push((context.waker().clone(), reason));
                context.waker().wake_by_ref();
            }
            Poll::Pending
        })
        .await
    }

    /// `abort`, or the end of the call whose task awaits this.
    pub(super) fn or(self: &Rc<Self>, mut abort: Option<Abort>) -> Abort {
        let ends = self.clone();
        Box::pin(poll_fn(move |context| {
            let mut all = ends.0.borrow_mut();
            if let Some(at) = all.iter().position(|(waker, _)| waker.will_wake(context.waker())) {
                return Poll::Ready(Some(all.swap_remove(at).1));
            }
            drop(all);
            abort.as_mut().map_or(Poll::Pending, |abort| abort.as_mut().poll(context))
        }))
    }
}
