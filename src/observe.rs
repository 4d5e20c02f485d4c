//! Who wants to know what the policy decides.

use std::rc::Rc;

use crate::engine::Event;

/// Called with each decision and the edges' URLs, outside every borrow. What it does is its own affair.
pub type Observer = Rc<dyn Fn(&Event, &[Rc<str>])>;
