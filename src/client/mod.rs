//! The client, for Rust.

mod builder;
#[cfg(feature = "serde")]
mod call;
#[cfg(feature = "serde")]
mod mine;
#[cfg(feature = "serde")]
mod reads;
mod unfinished;
#[cfg(feature = "serde")]
mod writes;

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use crate::api::Operation;
use crate::driver::{Controls, Station, drive, ownerless};
use crate::durable::{Journal, Store, StoreFailure};
use crate::edge_url::edge_urls;
use crate::engine::{EdgeId, EdgeState, EdgeTable, Ledger, Policy};
use crate::error::{Code, ShardError};
use crate::json::Integers;
use crate::key::{ApiKey, Authorization};
use crate::module::Module;
use crate::observe::Observer;
use crate::owner::{Owner, check_owner};
use crate::platform::Platform;
use crate::protocol::{
    BAD_LEDGER, DEFAULTS, EDGES_MAX, LEDGER_MAX_BYTES, NO_RANDOMNESS, NOT_HOST, OUT_OF_RANGE, PRODUCTION,
    SPAN_MAX, STRANGE_EDGE, TOO_MANY_EDGES, camel, client_options, filled, least,
};
use crate::reply::Answer;
use crate::text::{decimal, find, without_trailing_slashes};

pub use builder::{AmbiguousWrites, ClientBuilder};
#[cfg(feature = "serde")]
pub use call::Call;

/// What a client is made of. Durations in milliseconds, from 1 to 2147483647.
pub struct Config {
    /// The API key, or a function that gives it.
    pub api_key: ApiKey,
    /// The edges' base URLs.
    pub edges: Vec<String>,
    /// Whether `http:` edges beyond loopback are allowed.
    pub allow_http: bool,
    /// The numbers of the policy.
    pub policy: Policy,
    /// How whole numbers are handed out.
    pub integers: Integers,
    /// Longer answers are refused; in bytes.
    pub max_body_bytes: u64,
    /// Edges that the directory names are added where their host ends in `.` and this.
    pub discover: Option<String>,
    /// Whose the writes are; without one, the key's own.
    pub owner: Option<Owner>,
    /// The name of the ledger; without one, the origins of the edges stand for it.
    pub ledger: Option<String>,
    /// Where writes are recorded before they are sent, so that they can be finished after a crash.
    pub store: Option<Rc<dyn Store>>,
    /// What to do when the store cannot be asked.
    pub store_failure: StoreFailure,
    /// How long to wait for the store.
    pub store_timeout_ms: u64,
    /// Who wants to know.
    pub observer: Option<Observer>,
}

impl Config {
    /// The defaults, with this key.
    pub fn new(api_key: impl Into<ApiKey>) -> Self {
        Config {
            api_key: api_key.into(),
            edges: PRODUCTION.map(String::from).into(),
            allow_http: DEFAULTS.allow_http,
            policy: Policy::default(),
            integers: Integers::Exact,
            max_body_bytes: DEFAULTS.max_body_bytes,
            discover: None,
            owner: None,
            ledger: None,
            store: None,
            store_failure: StoreFailure::Closed,
            store_timeout_ms: DEFAULTS.store_timeout_ms,
            observer: None,
        }
    }
}

impl std::fmt::Debug for Config {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Config")
            .field("edges", &self.edges)
            .field("policy", &self.policy)
            .finish_non_exhaustive()
    }
}

/// A client of the ledger. Cheap to clone; clones share what is known of the edges.
#[derive(Clone)]
pub struct Client {
    station: Rc<Station>,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("edges", &self.edge_table()).finish_non_exhaustive()
    }
}

/// What is known of one edge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EdgeRow {
    /// Its base URL.
    pub url: Rc<str>,
    /// The smoothed round-trip time of its probes.
    pub rtt_ms: Option<u64>,
    /// Whether it may be used.
    pub state: EdgeState,
    /// What is left of its cooldown.
    pub cooldown_left_ms: u64,
    /// Whether it is the one that serves.
    pub pinned: bool,
}

impl Client {
    /// A client that runs in `platform`. Does no I/O, draws no randomness, starts no timer.
    pub fn from_config(config: Config, platform: Rc<dyn Platform>) -> Result<Client, ShardError> {
        check_policy(&config.policy)?;
        check_span_ms("storeTimeoutMs", config.store_timeout_ms, 1)?;
        let edges = edge_urls(config.edges.iter().map(String::as_str), config.allow_http)?;
        if edges.len() > EDGES_MAX {
            return Err(ShardError::invalid(&filled(TOO_MANY_EDGES, &[&EDGES_MAX.to_string()])));
        }
        let ledger = config.ledger.as_deref().map(check_ledger).transpose()?;
        let ledger = Rc::new(Ledger::new(ledger, edges.iter().map(|url| &**url)));
        let authorization = Authorization::new(config.api_key)?;
        check_owners(config.owner.as_ref(), &authorization, config.store.is_some())?;
        let journal = config.store.map(|store| Journal {
            store,
            ledger: ledger.clone(),
            failure: config.store_failure,
            timeout_ms: config.store_timeout_ms,
        });
        let module = module(&*platform, &config.policy);
        let ids: Vec<EdgeId> = edges.iter().map(|url| module.edge_id(url)).collect();
        let station = Station {
            module,
            platform,
            edges: Rc::new(RefCell::new(EdgeTable::new(&ids))),
            ledger,
            authorization,
            owner: config.owner,
            key_scope: OnceCell::new(),
            closing: Rc::default(),
            policy: config.policy,
            integers: config.integers,
            max_body_bytes: config.max_body_bytes,
            discover: config.discover.as_deref().map(check_suffix).transpose()?,
            journal,
            observer: config.observer,
        };
        Ok(Client { station: Rc::new(station) })
    }

    /// A client with another key that shares what this one knows of the edges. An owner that a function gives is this one's too;
    /// an owner that is a name is not, see [`with_api_key_of`](Client::with_api_key_of).
    pub fn with_api_key(&self, api_key: impl Into<ApiKey>) -> Result<Client, ShardError> {
        let inherited = self.station.owner.clone().filter(|owner| matches!(owner, Owner::Asked(_)));
        self.with_key_and_owner(api_key.into(), inherited)
    }

    /// The same, with another owner of its writes.
    pub fn with_api_key_of(
        &self,
        api_key: impl Into<ApiKey>,
        owner: impl Into<Owner>,
    ) -> Result<Client, ShardError> {
        self.with_key_and_owner(api_key.into(), Some(owner.into()))
    }

    fn with_key_and_owner(&self, api_key: ApiKey, owner: Option<Owner>) -> Result<Client, ShardError> {
        let authorization = Authorization::new(api_key)?;
        check_owners(owner.as_ref(), &authorization, self.station.journal.is_some())?;
        let station = Station {
            authorization,
            owner,
            key_scope: OnceCell::new(),
            closing: Rc::default(),
            ..Station::clone(&self.station)
        };
        Ok(Client { station: Rc::new(station) })
    }

    /// Runs an operation to its end.
    pub async fn run(&self, operation: &Operation, controls: Controls) -> Result<Answer, ShardError> {
        drive(&self.station, operation, controls).await
    }

    /// Ends this client: its calls reject with [`Code::Aborted`], and later ones too. Clients made of it by
    /// [`with_api_key`](Client::with_api_key) go on; its clones do not.
    pub fn close(&self) {
        self.station.closing.close();
    }

    /// The edge that an earlier client last used, by its base URL: the first request goes straight to it, while the
    /// others are probed beside. An edge that is none of the client's is ignored.
    pub fn remember_edge(&self, url: &str) {
        if let Some(at) = self.place_of(url) {
            self.station.edges.borrow_mut().remember(at);
        }
    }

    /// What is known of the edges, in configured order.
    pub fn edge_table(&self) -> Vec<EdgeRow> {
        let now_ms = self.station.platform.now_ms();
        let edges = self.station.edges.borrow();
        let row = |(at, edge): (usize, &crate::engine::Edge)| EdgeRow {
            url: self.station.url(at),
            rtt_ms: edge.rtt_ms(),
            state: edge.state(now_ms),
            cooldown_left_ms: edge.cooldown_left_ms(now_ms),
            pinned: edges.pinned() == Some(at),
        };
        edges.iter().enumerate().map(row).collect()
    }

    /// The index of the edge with this base URL, for [`Controls::only`].
    pub fn edge_index(&self, url: &str) -> Result<usize, ShardError> {
        self.place_of(url).ok_or_else(|| ShardError::invalid(STRANGE_EDGE))
    }

    fn place_of(&self, url: &str) -> Option<usize> {
        let id = self.station.module.writes.borrow().edge_ids.find(without_trailing_slashes(url.trim()))?;
        self.station.edges.borrow().at(id)
    }

    /// A new UUID v4, for one write and all its copies.
    pub fn fresh_nonce(&self) -> Result<String, ShardError> {
        // Without randomness there is no nonce, and without a nonce nothing may be sent.
        let bytes = self.station.platform.random().ok_or_else(no_randomness)?;
        Ok(uuid::Builder::from_random_bytes(bytes).into_uuid().to_string())
    }
}

/// The module of this process or page.
#[cfg(not(feature = "sim"))]
fn module(platform: &dyn Platform, _: &Policy) -> Rc<Module> {
    Module::of(&platform.place())
}

/// The module of this process, unless a test takes it away.
#[cfg(feature = "sim")]
fn module(platform: &dyn Platform, policy: &Policy) -> Rc<Module> {
    if policy.broken == Some(crate::engine::Rule::ModuleTable) {
        return Rc::default();
    }
    Module::of(&platform.place())
}

/// Where writes are recorded, it must be certain whose they are.
fn check_owners(
    owner: Option<&Owner>,
    authorization: &Authorization,
    has_store: bool,
) -> Result<(), ShardError> {
    match (owner, authorization) {
        (Some(Owner::Fixed(owner)), _) => check_owner(owner).map(drop),
        (None, Authorization::Asked(_)) if has_store => Err(ownerless()),
        _ => Ok(()),
    }
}

/// The name of a ledger.
fn check_ledger(ledger: &str) -> Result<&str, ShardError> {
    if ledger.trim().is_empty() || ledger.len() > LEDGER_MAX_BYTES {
        return Err(ShardError::invalid(BAD_LEDGER));
    }
    Ok(ledger)
}

pub(crate) fn no_randomness() -> ShardError {
    ShardError::new(Code::Internal, NO_RANDOMNESS)
}

/// The end of a host name that may be trusted with the API key.
fn check_suffix(suffix: &str) -> Result<Rc<str>, ShardError> {
    let host = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.';
    if suffix.bytes().all(host) && find(suffix, ".").is_some_and(|at| at > 0) && !suffix.ends_with('.') {
        return Ok(suffix.into());
    }
    Err(ShardError::invalid(NOT_HOST))
}

/// Checks the numbers of the policy.
macro_rules! spans {
    ($($(#[doc = $doc:literal])+ $option:ident ($($place:tt)*) $Kind:ident = $default:literal;)+) => {
        spans!(@next [] $($Kind $option ($($place)*))+);
    };
    (@next [$($found:tt)*] $Kind:ident $option:ident (policy.$figure:ident) $($rest:tt)*) => {
        spans!(@next [$($found)* ($option $figure $Kind)] $($rest)*);
    };
    (@next $found:tt $Kind:ident $option:ident $place:tt $($rest:tt)*) => {
        spans!(@next $found $($rest)*);
    };
    (@next [$(($option:ident $figure:ident $Kind:ident))+]) => {
        fn check_policy(policy: &Policy) -> Result<(), ShardError> {
            [$((camel!(stringify!($option)), u64::from(policy.$figure), least!($Kind))),+]
                .into_iter()
                .try_for_each(|(name, span_ms, least_ms)| check_span_ms(name, span_ms, least_ms))
        }
    };
}
client_options!(spans);

/// A number that timers take.
pub(crate) fn check_span_ms(name: &str, span_ms: u64, least_ms: u64) -> Result<(), ShardError> {
    if (least_ms..=SPAN_MAX).contains(&span_ms) {
        return Ok(());
    }
    Err(ShardError::invalid(&filled(OUT_OF_RANGE, &[name, &decimal(least_ms as i64)])))
}
