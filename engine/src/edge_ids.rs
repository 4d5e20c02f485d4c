//! The edges of a module by number. Clients of one module may name one edge in different places, and the writes of the module know
//! edges by these numbers.

use std::rc::Rc;

/// The number of a base URL within a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EdgeId(usize);

/// The base URLs of a module, in the order of their numbers.
#[derive(Debug, Default)]
pub struct EdgeIds(Vec<Known>);

#[derive(Debug)]
struct Known {
    url: Rc<str>,
    /// Whether the edge has ever answered a probe.
    is_heard: bool,
}

impl EdgeIds {
    /// None yet.
    pub const fn new() -> EdgeIds {
        EdgeIds(Vec::new())
    }

    /// The number of `url`, where it has one.
    pub fn find(&self, url: &str) -> Option<EdgeId> {
        self.0.iter().position(|known| *known.url == *url).map(EdgeId)
    }

    /// The number of `url`, from now on.
    pub fn of(&mut self, url: &str) -> EdgeId {
        self.find(url).unwrap_or_else(|| {
            self.0.push(Known { url: url.into(), is_heard: false });
            EdgeId(self.0.len() - 1)
        })
    }

    /// The base URL of this number.
    #[allow(clippy::indexing_slicing)] // numbers are only given here, and none is taken away
    pub fn url(&self, edge: EdgeId) -> &Rc<str> {
        &self.0[edge.0].url
    }

    /// Whether this edge has ever answered a probe of this module.
    #[allow(clippy::indexing_slicing)] // the same
    pub fn has_heard(&self, edge: EdgeId) -> bool {
        self.0[edge.0].is_heard
    }

    /// This edge has answered a probe.
    #[allow(clippy::indexing_slicing)] // the same
    pub fn hear(&mut self, edge: EdgeId) {
        self.0[edge.0].is_heard = true;
    }
}
