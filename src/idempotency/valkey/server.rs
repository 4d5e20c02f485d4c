//! A connection through the `redis` crate.

use std::fmt;
use std::future::Future;
use std::time::Duration;

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, RedisError, ServerErrorKind, Value};

use super::{Connection, Reply, ValkeyError, ValkeyStore};
use crate::idempotency::bound::MaybeSend;

/// How long connecting and every reply may take, unless told otherwise.
const TIMEOUT: Duration = Duration::from_secs(5);

/// A connection that reconnects by itself. Clones share it.
#[derive(Clone)]
pub struct Server(ConnectionManager);

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The manager knows the password.
        f.write_str("Server")
    }
}

impl Connection for Server {
    type Error = RedisError;

    fn command(&self, words: Vec<Vec<u8>>) -> impl Future<Output = Result<Reply, RedisError>> + MaybeSend {
        let mut manager = self.0.clone();
        async move {
            let mut command = redis::Cmd::new();
            for word in &words {
                command.arg(word.as_slice());
            }
            command.query_async::<Value>(&mut manager).await.and_then(reply)
        }
    }

    fn is_unknown_script(error: &RedisError) -> bool {
        error.kind() == ServerErrorKind::NoScript.into()
    }
}

fn reply(value: Value) -> Result<Reply, RedisError> {
    Ok(match value {
        Value::Nil => Reply::Nil,
        Value::Int(number) => Reply::Integer(number),
        Value::BulkString(bytes) => Reply::Bytes(bytes),
        Value::SimpleString(text) => Reply::Bytes(text.into_bytes()),
        Value::Okay => Reply::Bytes(b"OK".to_vec()),
        Value::Array(values) => Reply::Array(values.into_iter().map(reply).collect::<Result<_, _>>()?),
        Value::ServerError(error) => return Err(error.into()),
        // Nothing that a script of ours returns.
        _ => Reply::Nil,
    })
}

enum Source {
    Url(String),
    Client(Box<Client>),
    Manager(Box<ConnectionManager>),
}

/// A [`ValkeyStore`], put together.
pub struct ValkeyStoreBuilder {
    source: Source,
    prefix: String,
    connection_timeout: Duration,
    response_timeout: Duration,
}

impl ValkeyStore {
    /// A store at this URL, such as `redis://127.0.0.1:6379`.
    pub fn with_url(url: impl Into<String>) -> ValkeyStoreBuilder {
        ValkeyStoreBuilder::of(Source::Url(url.into()))
    }

    /// A store that connects through this client.
    pub fn with_client(client: Client) -> ValkeyStoreBuilder {
        ValkeyStoreBuilder::of(Source::Client(Box::new(client)))
    }

    /// A store over this connection; its own timeouts hold.
    pub fn with_connection_manager(manager: ConnectionManager) -> ValkeyStoreBuilder {
        ValkeyStoreBuilder::of(Source::Manager(Box::new(manager)))
    }
}

impl ValkeyStoreBuilder {
    const fn of(source: Source) -> Self {
        Self { source, prefix: String::new(), connection_timeout: TIMEOUT, response_timeout: TIMEOUT }
    }

    /// Sets the store's keys apart from others on the server. Without `:`, `/` and control characters.
    #[must_use]
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// How long connecting may take; 5 seconds, if not said otherwise.
    #[must_use]
    pub const fn connection_timeout(mut self, timeout: Duration) -> Self {
        self.connection_timeout = timeout;
        self
    }

    /// How long a reply may take; 5 seconds, if not said otherwise.
    #[must_use]
    pub const fn response_timeout(mut self, timeout: Duration) -> Self {
        self.response_timeout = timeout;
        self
    }

    /// Connects.
    ///
    /// # Errors
    /// A URL that is none, a server that is not there, a prefix that may not be.
    pub async fn try_build(self) -> Result<ValkeyStore, ValkeyError<RedisError>> {
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(self.connection_timeout))
            .set_response_timeout(Some(self.response_timeout));
        let client = match self.source {
            Source::Manager(manager) => return ValkeyStore::over(Server(*manager), self.prefix),
            Source::Client(client) => *client,
            Source::Url(url) => Client::open(url).map_err(ValkeyError::Connection)?,
        };
        let manager =
            client.get_connection_manager_with_config(config).await.map_err(ValkeyError::Connection)?;
        ValkeyStore::over(Server(manager), self.prefix)
    }
}

impl fmt::Debug for ValkeyStoreBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The URL may hold a password.
        f.debug_struct("ValkeyStoreBuilder").field("prefix", &self.prefix).finish_non_exhaustive()
    }
}
