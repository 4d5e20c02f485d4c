//! What every call of a client has at hand.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use crate::closing::Closing;
use crate::directory::base_urls;
use crate::durable::Journal;
use crate::edge_url::edge_urls;
use crate::engine::{Edge, EdgeId, EdgeTable, Event, Ledger, Policy};
use crate::flights::{Fetched, Flight, Flights, Landing};
use crate::json::Integers;
use crate::key::Authorization;
use crate::module::Module;
use crate::observe::Observer;
use crate::owner::Owner;
use crate::platform::{LocalFuture, Platform};

/// Two edges that do not answer cost the directory two seconds each.
const DIRECTORY_TIMEOUT_MS: u64 = 5_000;

/// What every call of a client has at hand.
#[derive(Clone)]
pub(crate) struct Station {
    pub(crate) platform: Rc<dyn Platform>,
    pub(crate) edges: Rc<RefCell<EdgeTable>>,
    /// What all clients of this process or page share.
    pub(crate) module: Rc<Module>,
    pub(crate) ledger: Rc<Ledger>,
    pub(crate) authorization: Authorization,
    pub(crate) owner: Option<Owner>,
    /// The digest of a key that stands for its owner in a store, once it was made.
    pub(crate) key_scope: OnceCell<Rc<str>>,
    pub(crate) closing: Rc<Closing>,
    pub(crate) policy: Policy,
    pub(crate) integers: Integers,
    pub(crate) max_body_bytes: u64,
    /// The end of the host names that the directory may add.
    pub(crate) discover: Option<Rc<str>>,
    /// Where writes are recorded before they are sent.
    pub(crate) journal: Option<Journal>,
    pub(crate) observer: Option<Observer>,
}

impl Station {
    /// The base URL of an edge.
    pub(crate) fn url(&self, edge: usize) -> Rc<str> {
        let id = self.edges.borrow().id(edge);
        self.module.writes.borrow().edge_ids.url(id).clone()
    }

    /// The base URLs of all edges.
    pub(crate) fn urls(&self) -> Vec<Rc<str>> {
        let writes = self.module.writes.borrow();
        self.edges.borrow().iter().map(|edge| writes.edge_ids.url(edge.id).clone()).collect()
    }

    pub(crate) fn observe(&self, event: &Event) {
        if let Some(observer) = &self.observer {
            observer(event, &self.urls());
        }
    }

    /// Waits for the directory after the call that asked for it: an edge asks all the others before it answers, and so is
    /// slower than nearly every call.
    pub(crate) fn hear_directory(self, directory: LocalFuture<Fetched>) -> LocalFuture<()> {
        Box::pin(async move {
            let until_ms = self.platform.now_ms() + DIRECTORY_TIMEOUT_MS;
            let mut flights = Flights::new(&*self.platform, &self.closing, None, until_ms);
            flights.start(Flight::Directory, directory);
            if let Landing::Fetched(_, fetched) = flights.landing(until_ms).await {
                self.merge_directory(fetched);
            }
        })
    }

    /// Adds the edges that the directory names, where their hosts are known to be the ledger's.
    pub(crate) fn merge_directory(&self, fetched: Fetched) {
        let (Some(suffix), Ok(response)) = (&self.discover, fetched) else { return };
        let found = base_urls(&response.body, suffix);
        let urls = found.iter().filter_map(|url| edge_urls([url.as_str()], false).ok()).flatten();
        let ids: Vec<EdgeId> = urls.map(|url| self.module.edge_id(&url)).collect();
        self.edges.borrow_mut().merge(&ids, self.platform.now_ms());
    }

    /// Whether an edge's clock is known well enough to end a hold by, and what it shows: Unix milliseconds.
    pub(crate) fn clock_ms(&self, edge: usize) -> Option<u64> {
        let now_ms = self.platform.now_ms();
        self.edges.borrow().get(edge).and_then(|edge: &Edge| edge.unix_ms(now_ms))
    }
}
