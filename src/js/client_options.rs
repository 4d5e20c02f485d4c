//! The options of a client, as the catalogue lists them.

use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::client::Config;
use crate::durable::StoreFailure;
use crate::error::ShardError;
use crate::json::Integers;
use crate::key::ApiKey;
use crate::protocol::{DISCOVER_OWN, PRODUCTION_HOST, client_options};

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Moves {
    Failover,
    SameEdge,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Whole {
    Number,
    Bigint,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Failure {
    Closed,
    Open,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Discover {
    Known(bool),
    Below(String),
}

/// What an option of this kind is. Functions and other objects are taken beside, for they are no data.
macro_rules! data {
    (Edges) => { Vec<String> };
    (Flag) => { bool };
    (Span) => { u64 };
    (Settle) => { u64 };
    (Bytes) => { u64 };
    (Attempts) => { u32 };
    (Moves) => { Moves };
    (Integers) => { Whole };
    (Ledger) => { String };
    (StoreFailure) => { Failure };
    (Discover) => { Discover };
    ($Kind:ident) => { IgnoredAny };
}

macro_rules! options {
    ($($(#[doc = $doc:literal])+ $option:ident ($($place:tt)*) $Kind:ident = $default:literal;)+) => {
        /// How a client is set up, but for the objects among the options.
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        pub(super) struct ClientOptions {
            $(
                #[allow(dead_code, reason = "those of objects are never read")]
                $option: Option<data!($Kind)>,
            )+
        }

        impl ClientOptions {
            /// Puts those that the configuration has as they are into their places.
            fn fill(&mut self, config: &mut Config) {
                $(options!(@fill config (self.$option) ($($place)*));)+
            }
        }
    };
    (@fill $config:ident ($given:expr) ()) => {};
    (@fill $config:ident ($given:expr) ($($place:tt)+)) => {
        if let Some(value) = $given.take() {
            $config.$($place)+ = value;
        }
    };
}
client_options!(options);

impl ClientOptions {
    /// What a client is made of, but for the objects.
    pub(super) fn config(mut self, api_key: ApiKey) -> Result<Config, ShardError> {
        let mut config = Config::new(api_key);
        let has_edges = self.edges.is_some();
        self.fill(&mut config);
        config.policy.ambiguous_writes_move = !matches!(self.ambiguous_writes, Some(Moves::SameEdge));
        config.integers = match self.integers {
            Some(Whole::Bigint) => Integers::BigInt,
            Some(Whole::Number) | None => Integers::Number,
        };
        config.discover = match self.discover {
            Some(Discover::Known(true)) if has_edges => return Err(ShardError::invalid(DISCOVER_OWN)),
            Some(Discover::Known(true)) => Some(PRODUCTION_HOST.into()),
            Some(Discover::Below(host)) => Some(host),
            Some(Discover::Known(false)) | None => None,
        };
        config.ledger = self.ledger;
        if matches!(self.store_failure, Some(Failure::Open)) {
            config.store_failure = StoreFailure::Open;
        }
        Ok(config)
    }
}
