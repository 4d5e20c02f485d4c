//! What all clients of one process or page share: the writes in flight and in doubt, and the answers that calls of one write give
//! each other. Plain data: no call awaits another one.

use std::cell::RefCell;
use std::rc::Rc;

use crate::engine::{EdgeId, Writes};
use crate::platform::{Place, Response};

/// What all clients of one process or page share.
#[derive(Debug, Default)]
pub(crate) struct Module {
    pub(crate) writes: RefCell<Writes>,
    answers: RefCell<Vec<Rc<SharedAnswer>>>,
}

/// An answer as its edge gave it: each call reads it anew, with its own options.
#[derive(Debug)]
pub(crate) struct SharedAnswer {
    ticket: u64,
    pub(crate) edge: Rc<str>,
    pub(crate) response: Response,
}

impl Module {
    /// The module that lives in `place`.
    pub(crate) fn of(place: &Place) -> Rc<Module> {
        let module = place.get_or_init(|| Rc::new(Module::default()));
        // Another copy of this crate may have been there first: its module is none of ours.
        module.clone().downcast().unwrap_or_default()
    }

    /// What the module calls the edge with this base URL.
    pub(crate) fn edge_id(&self, url: &str) -> EdgeId {
        self.writes.borrow_mut().edge_ids.of(url)
    }

    /// Keeps the answer to the copy with this ticket, and forgets those that the table does not know any more.
    pub(crate) fn keep(&self, ticket: u64, edge: Rc<str>, response: Response) {
        let writes = self.writes.borrow();
        let mut answers = self.answers.borrow_mut();
        answers.retain(|answer| writes.is_kept(answer.ticket));
        if writes.is_kept(ticket) {
            answers.push(Rc::new(SharedAnswer { ticket, edge, response }));
        }
    }

    /// The answer to the copy with this ticket.
    pub(crate) fn answer(&self, ticket: u64) -> Option<Rc<SharedAnswer>> {
        self.answers.borrow().iter().find(|answer| answer.ticket == ticket).cloned()
    }
}
