//! How a client is set up.

use std::fmt;
use std::rc::Rc;

use super::{Client, Config};
use crate::durable::{Store, StoreFailure};
use crate::engine::Event;
use crate::error::ShardError;
use crate::key::ApiKey;
use crate::owner::Owner;
use crate::platform::Platform;
use crate::protocol::client_options;

/// Whether a write that may have landed may move to another edge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AmbiguousWrites {
    /// To the next edge, once the first copy has had the time to reach it (`settle_ms`).
    #[default]
    Failover,
    /// Never: the call ends with [`Outcome::Unknown`](crate::Outcome::Unknown) rather than that.
    SameEdge,
}

/// What a client is made of, in the making: everything but the key has a default. Durations are milliseconds from 1 to
/// 2147483647.
///
/// ```no_run
/// # fn example() -> Result<(), shardd_wasm::ShardError> {
/// use shardd_wasm::Client;
///
/// let client = Client::builder()
///     .api_key("any")
///     .edges(["http://localhost:8081", "http://localhost:8082", "http://localhost:8083"])
///     .timeout_ms(5_000)
///     .build()?;
/// # Ok(())
/// # }
/// ```
#[must_use = "a builder does nothing until `build`"]
pub struct ClientBuilder {
    config: Config,
    platform: Option<Rc<dyn Platform>>,
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder").field("config", &self.config).finish_non_exhaustive()
    }
}

impl Client {
    /// A client of the three production edges with this key; [`Client::builder`] for all else. Does no I/O, draws no
    /// randomness, starts no timer.
    ///
    /// # Errors
    ///
    /// `invalid_input` for a key that is blank or no single line, and beyond wasm32, where there is no `fetch`.
    ///
    /// ```
    /// use shardd_wasm::Client;
    /// assert!(Client::new(" ").is_err());
    /// ```
    pub fn new(api_key: impl Into<ApiKey>) -> Result<Client, ShardError> {
        Client::builder().api_key(api_key).build()
    }

    /// A client in the making.
    pub fn builder() -> ClientBuilder {
        ClientBuilder { config: Config::new(""), platform: surroundings() }
    }
}

/// A method for each option that is a plain value.
macro_rules! setters {
    ($($(#[doc = $doc:literal])+ $option:ident ($($place:tt)*) $Kind:ident = $default:literal;)+) => {
        /// Options that are plain values.
        impl ClientBuilder {
            $(setters!(@$Kind ($($place)*) $option = $default $($doc)+);)+
        }
    };
    (@Flag $($rest:tt)+) => { setters!(@set bool, $($rest)+); };
    (@Span $($rest:tt)+) => { setters!(@set u64, $($rest)+); };
    (@Settle $($rest:tt)+) => { setters!(@set u64, $($rest)+); };
    (@Bytes $($rest:tt)+) => { setters!(@set u64, $($rest)+); };
    (@Attempts $($rest:tt)+) => { setters!(@set u32, $($rest)+); };
    (@set $type:ty, ($($place:tt)+) $option:ident = $default:literal $($doc:literal)+) => {
        $(#[doc = $doc])+
        #[doc = concat!("\n\nDefault: ", stringify!($default), ".")]
        pub fn $option(mut self, $option: $type) -> Self {
            self.config.$($place)+ = $option;
            self
        }
    };
    (@$Kind:ident $($rest:tt)+) => {};
}
client_options!(setters);

impl ClientBuilder {
    /// The API key; the one thing that must be given.
    pub fn api_key(mut self, api_key: impl Into<ApiKey>) -> Self {
        self.config.api_key = api_key.into();
        self
    }

    /// Where the API key comes from: asked once per call, and once more after a 401. For keys that expire.
    ///
    /// ```no_run
    /// # async fn fresh_key() -> Result<String, shardd_wasm::ShardError> { Ok("key".into()) }
    /// # fn example() -> Result<(), shardd_wasm::ShardError> {
    /// let client = shardd_wasm::Client::builder().api_key_from(|| async { fresh_key().await }).build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn api_key_from<Key>(mut self, source: impl Fn() -> Key + 'static) -> Self
    where
        Key: Future<Output = Result<String, ShardError>> + 'static,
    {
        self.config.api_key = ApiKey::Asked(Rc::new(move || Box::pin(source())));
        self
    }

    /// The base URLs of the edges instead of the three production edges. Trailing slashes and duplicates are dropped.
    pub fn edges<Url: Into<String>>(mut self, edges: impl IntoIterator<Item = Url>) -> Self {
        self.config.edges = edges.into_iter().map(Url::into).collect();
        self
    }

    /// Whether a write that may have landed may move to another edge; [`AmbiguousWrites::Failover`] by default.
    pub fn ambiguous_writes(mut self, ambiguous_writes: AmbiguousWrites) -> Self {
        self.config.policy.ambiguous_writes_move = ambiguous_writes == AmbiguousWrites::Failover;
        self
    }

    /// Also uses edges that the directory of the edges names, where they are https and their host ends in `.` and this
    /// suffix, such as `api.shardd.xyz`: they get the API key. Off by default.
    pub fn discover(mut self, suffix: impl Into<String>) -> Self {
        self.config.discover = Some(suffix.into());
        self
    }

    /// Whose the writes are: records, shared answers and the table of writes in flight are scoped by it, so that two people behind
    /// one store never meet. Without one the key stands for its owner, so that two keys are two owners: give one wherever keys
    /// rotate, and with a store and a key function.
    ///
    /// ```no_run
    /// # fn example() -> Result<(), shardd_wasm::ShardError> {
    /// let client = shardd_wasm::Client::builder().api_key("any").owner("user-17").build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn owner(mut self, owner: impl Into<Owner>) -> Self {
        self.config.owner = Some(owner.into());
        self
    }

    /// The same from a function, asked with the key of each call.
    pub fn owner_from<Name>(mut self, source: impl Fn() -> Name + 'static) -> Self
    where
        Name: Future<Output = Result<String, ShardError>> + 'static,
    {
        self.config.owner = Some(Owner::Asked(Rc::new(move || Box::pin(source()))));
        self
    }

    /// Which ledger this is, such as `staging`: two ledgers behind one store or in one process never meet. Without a name, two
    /// clients are of one ledger if their configured edges share an origin.
    pub fn ledger(mut self, ledger: impl Into<String>) -> Self {
        self.config.ledger = Some(ledger.into());
        self
    }

    /// Where every write is recorded before it is sent, so that the next process finishes what this one could not; nowhere by
    /// default. [`Client::resume`] does it.
    ///
    /// A store replaces a few bytes in one indivisible step. This one lasts as long as the process, which is enough for two
    /// tasks that send one write:
    ///
    /// ```no_run
    /// use std::cell::RefCell;
    /// use std::collections::BTreeMap;
    /// use std::rc::Rc;
    /// use shardd_wasm::durable::{ByteStep, Row, Store, StoreError, StoreFailure};
    /// use shardd_wasm::idempotency::step::Change;
    /// use shardd_wasm::platform::LocalFuture;
    /// use shardd_wasm::Client;
    ///
    /// #[derive(Default)]
    /// struct Records(RefCell<BTreeMap<String, Vec<u8>>>);
    ///
    /// impl Store for Records {
    ///     fn update(&self, name: &str, mut step: ByteStep) -> LocalFuture<Result<(), StoreError>> {
    ///         let mut records = self.0.borrow_mut();
    ///         # fn unix_ms() -> u64 { 0 }
    ///         match step(records.get(name).map(Vec::as_slice), unix_ms()).change {
    ///             Change::Keep => {}
    ///             Change::Put(bytes) => drop(records.insert(name.into(), bytes)),
    ///             Change::Delete => drop(records.remove(name)),
    ///         }
    ///         Box::pin(std::future::ready(Ok(())))
    ///     }
    ///
    ///     fn list(&self, prefix: &str) -> LocalFuture<Result<Vec<Row>, StoreError>> {
    ///         let records = self.0.borrow();
    ///         let found = records.iter().filter(|(name, _)| name.starts_with(prefix));
    ///         let rows = found.map(|(name, bytes)| (name.clone(), bytes.clone())).collect();
    ///         Box::pin(std::future::ready(Ok(rows)))
    ///     }
    /// }
    ///
    /// # fn example() -> Result<(), shardd_wasm::ShardError> {
    /// let client = Client::builder()
    ///     .api_key("any")
    ///     .store(Rc::new(Records::default()))
    ///     .store_failure(StoreFailure::Open)
    ///     .store_timeout_ms(2_000)
    ///     .build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn store(mut self, store: Rc<dyn Store>) -> Self {
        self.config.store = Some(store);
        self
    }

    /// Whether a write that cannot be recorded is sent all the same; [`StoreFailure::Closed`] by default: it is not.
    pub fn store_failure(mut self, store_failure: StoreFailure) -> Self {
        self.config.store_failure = store_failure;
        self
    }

    /// Called with every decision and the edges' base URLs, which an [`Event`] names by index. Never told a key.
    pub fn on_event(mut self, on_event: impl Fn(&Event, &[Rc<str>]) + 'static) -> Self {
        self.config.observer = Some(Rc::new(on_event));
        self
    }

    /// Where the client runs. On wasm32 that is the JavaScript around it, unless something else is given, such as a
    /// `platform::web::Web` with another `fetch`; elsewhere it must be given.
    pub fn platform(mut self, platform: Rc<dyn Platform>) -> Self {
        self.platform = Some(platform);
        self
    }

    /// The client. Does no I/O, draws no randomness, starts no timer.
    ///
    /// # Errors
    ///
    /// `invalid_input` for a blank key, edges that are no base URLs, numbers out of range, and beyond wasm32 where no
    /// platform is given.
    pub fn build(self) -> Result<Client, ShardError> {
        let platform = self.platform.ok_or_else(|| {
            ShardError::invalid(
                "There is no fetch beyond wasm32: compile for wasm32-unknown-unknown, or give the builder a platform.",
            )
        })?;
        Client::from_config(self.config, platform)
    }
}

#[cfg(target_arch = "wasm32")]
fn surroundings() -> Option<Rc<dyn Platform>> {
    Some(Rc::new(crate::platform::web::Web::default()))
}

#[cfg(not(target_arch = "wasm32"))]
fn surroundings() -> Option<Rc<dyn Platform>> {
    None
}
