//! Which ledger a client speaks to: staging and production may live in one process and behind one store.

use std::rc::Rc;

/// Which ledger a client speaks to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ledger {
    /// The name that its user gave it.
    pub name: Option<Rc<str>>,
    /// The origins of the edges that its user configured. What a directory adds says nothing: a directory can lie.
    pub origins: Vec<Rc<str>>,
}

impl Ledger {
    /// The ledger of this name, or, without a name, of these edges.
    pub fn new<'a>(name: Option<&str>, edges: impl IntoIterator<Item = &'a str>) -> Self {
        let mut origins: Vec<Rc<str>> = Vec::new();
        for origin in edges.into_iter().map(origin) {
            if !origins.iter().any(|known| **known == *origin) {
                origins.push(origin.into());
            }
        }
        Ledger { name: name.map(Rc::from), origins }
    }

    /// Whether both are one ledger: they are named alike, or neither has a name and they share an origin.
    ///
    /// ```
    /// use shardd_engine::Ledger;
    /// let one = Ledger::new(None, ["https://a.example/x", "https://b.example"]);
    /// assert!(one.is_same(&Ledger::new(None, ["https://A.example"])));
    /// assert!(!one.is_same(&Ledger::new(None, ["https://c.example"])));
    /// assert!(!one.is_same(&Ledger::new(Some("staging"), ["https://a.example"])));
    /// ```
    pub fn is_same(&self, other: &Ledger) -> bool {
        match (&self.name, &other.name) {
            (Some(name), Some(other)) => name == other,
            (None, None) => self.origins.iter().any(|origin| other.has_origin(origin)),
            _ => false,
        }
    }

    /// Whether an edge of this origin was configured.
    pub fn has_origin(&self, origin: &str) -> bool {
        self.origins.iter().any(|known| **known == *origin)
    }
}

/// Scheme, host and port of a base URL, in small letters: what stands before its third slash. (std's searcher is a kilobyte.)
fn origin(url: &str) -> String {
    let mut slashes = 0;
    let end = url.bytes().position(|byte| {
        slashes += u8::from(byte == b'/');
        slashes == 3
    });
    end.and_then(|end| url.get(..end)).unwrap_or(url).to_ascii_lowercase()
}
