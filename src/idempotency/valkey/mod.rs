//! A store in Valkey or Redis, shared with other processes, with programs in other languages, and with `idempotent` workers.
//!
//! Every operation is one script over one key, so it runs on a cluster, and on managed servers that forbid `INFO`. Key names,
//! fields and bytes are those of the `idempotent` library: its workers and ours can share a server. (An attempt that is to
//! outlive its lease has two more fields; to those workers it is in flight until it expires.)

mod reply;
pub mod script;
#[cfg(not(target_arch = "wasm32"))]
mod server;

use std::error::Error;
use std::fmt;
use std::time::Duration;

use super::bound::{MaybeSend, MaybeSync};
use super::codec::{CorruptRecord, shared};
use super::duration::millis;
use super::entry::{Completed, IdempotencyEntry, Processing};
use super::key::IdempotencyKey;
use super::nonce;
use super::store::{IdempotencyStore, InsertResult, Snapshot};
use super::token::{FencedOutcome, FencingToken};
use super::trace;
pub use reply::Reply;
use script::{CLAIM, COMPLETE, REMOVE, Script, TOUCH};
#[cfg(not(target_arch = "wasm32"))]
pub use server::{Server, ValkeyStoreBuilder};

/// A way to a server: one command in, one reply out.
pub trait Connection: MaybeSend + MaybeSync + 'static {
    /// Why there is no reply.
    type Error: Error + MaybeSend + MaybeSync + 'static;

    /// Sends a command, its name first.
    fn command(&self, words: Vec<Vec<u8>>) -> impl Future<Output = Result<Reply, Self::Error>> + MaybeSend;

    /// Whether the server said `NOSCRIPT`: it does not remember the script.
    fn is_unknown_script(error: &Self::Error) -> bool;
}

/// A store in Valkey or Redis. Clones share the connection.
///
/// ```no_run
/// use shardd_wasm::idempotency::valkey::ValkeyStore;
///
/// # async fn open() -> Result<(), Box<dyn std::error::Error>> {
/// let store = ValkeyStore::with_url("redis://127.0.0.1:6379").prefix("billing").try_build().await?;
/// store.ping().await?;
/// # Ok(())
/// # }
/// ```
#[cfg(not(target_arch = "wasm32"))]
pub struct ValkeyStore<C = Server> {
    connection: C,
    prefix: String,
}

/// A store in Valkey or Redis, over a connection of your own.
#[cfg(target_arch = "wasm32")]
pub struct ValkeyStore<C> {
    connection: C,
    prefix: String,
}

/// What can go wrong with a [`ValkeyStore`].
#[cfg(not(target_arch = "wasm32"))]
#[derive(Debug)]
pub enum ValkeyError<E = redis::RedisError> {
    /// The server could not be asked, or refused.
    Connection(E),
    /// What it holds is no entry.
    Decode(CorruptRecord),
    /// The prefix holds `:`, `/` or a control character.
    InvalidPrefix,
}

/// What can go wrong with a [`ValkeyStore`].
#[cfg(target_arch = "wasm32")]
#[derive(Debug)]
pub enum ValkeyError<E> {
    /// The server could not be asked, or refused.
    Connection(E),
    /// What it holds is no entry.
    Decode(CorruptRecord),
    /// The prefix holds `:`, `/` or a control character.
    InvalidPrefix,
}

impl<E: fmt::Display> fmt::Display for ValkeyError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ValkeyError::Connection(error) => error.fmt(f),
            ValkeyError::Decode(error) => error.fmt(f),
            ValkeyError::InvalidPrefix => {
                f.write_str("a key prefix must not hold ':', '/' or control characters: choose another")
            }
        }
    }
}

impl<E: Error + 'static> Error for ValkeyError<E> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            ValkeyError::Connection(error) => error.source(),
            ValkeyError::Decode(_) | ValkeyError::InvalidPrefix => None,
        }
    }
}

impl<C: Connection> ValkeyStore<C> {
    /// A store over a connection of your own. `prefix` sets its keys apart from others on the server; it may be empty.
    ///
    /// # Errors
    /// [`ValkeyError::InvalidPrefix`].
    pub fn over(connection: C, prefix: impl Into<String>) -> Result<Self, ValkeyError<C::Error>> {
        let prefix = prefix.into();
        if prefix.chars().any(|letter| matches!(letter, ':' | '/') || letter.is_ascii_control()) {
            return Err(ValkeyError::InvalidPrefix);
        }
        Ok(Self { connection, prefix })
    }

    /// Asks whether the server is there.
    ///
    /// # Errors
    /// It is not.
    pub async fn ping(&self) -> Result<(), ValkeyError<C::Error>> {
        self.connection.command(vec![b"PING".to_vec()]).await.map(|_| ()).map_err(ValkeyError::Connection)
    }

    fn name(&self, key: &IdempotencyKey) -> Vec<u8> {
        [&self.prefix, ":", key.as_str()].concat().into_bytes()
    }

    /// Runs a script by its name; a server that does not know it is sent its text.
    async fn run(
        &self,
        script: &Script,
        key: &IdempotencyKey,
        arguments: Vec<Vec<u8>>,
    ) -> Result<Reply, ValkeyError<C::Error>> {
        let words = |command: &str, script: &str| {
            let mut words = vec![command.into(), script.into(), b"1".to_vec(), self.name(key)];
            words.extend(arguments.iter().cloned());
            words
        };
        let asking = async {
            match self.connection.command(words("EVALSHA", script.sha1)).await {
                Err(error) if C::is_unknown_script(&error) => {
                    self.connection.command(words("EVAL", script.text)).await
                }
                known => known,
            }
        };
        trace::within(script.name, key, asking).await.map_err(ValkeyError::Connection)
    }

    async fn fenced(
        &self,
        script: &Script,
        key: &IdempotencyKey,
        arguments: Vec<Vec<u8>>,
    ) -> Result<FencedOutcome, ValkeyError<C::Error>> {
        reply::fenced(&self.run(script, key, arguments).await?).map_err(ValkeyError::Decode)
    }
}

impl<C: Connection> IdempotencyStore for ValkeyStore<C> {
    type Error = ValkeyError<C::Error>;

    async fn try_insert(
        &self,
        key: &IdempotencyKey,
        entry: IdempotencyEntry<Processing>,
    ) -> Result<InsertResult, Self::Error> {
        let arguments = vec![
            if entry.refuses_lapsed() { "refuse".into() } else { "take".into() },
            shared::encode_processing(&entry),
            decimal(millis(entry.ttl)),
            decimal(millis(entry.keep())),
            entry.fingerprint.value().to_string().into(),
            format!("{:04x}", nonce::draw() as u16).into(),
        ];
        let reply = self.run(&CLAIM, key, arguments).await?;
        reply::inserted(reply, entry).map_err(ValkeyError::Decode)
    }

    async fn complete(
        &self,
        key: &IdempotencyKey,
        entry: IdempotencyEntry<Completed>,
        fencing_token: FencingToken,
    ) -> Result<FencedOutcome, Self::Error> {
        let [run_id, sequence] = token(fencing_token);
        let (data, replay) = (shared::encode_completed(&entry), decimal(millis(entry.ttl)));
        let fingerprint = entry.fingerprint.value().to_string().into();
        self.fenced(&COMPLETE, key, vec![data, run_id, sequence, replay, fingerprint]).await
    }

    async fn touch(
        &self,
        key: &IdempotencyKey,
        fencing_token: FencingToken,
        lease: Duration,
    ) -> Result<FencedOutcome, Self::Error> {
        let [run_id, sequence] = token(fencing_token);
        self.fenced(&TOUCH, key, vec![run_id, sequence, decimal(millis(lease))]).await
    }

    async fn remove(
        &self,
        key: &IdempotencyKey,
        fencing_token: FencingToken,
    ) -> Result<FencedOutcome, Self::Error> {
        self.fenced(&REMOVE, key, token(fencing_token).into()).await
    }

    async fn purge(&self, key: &IdempotencyKey) -> Result<(), Self::Error> {
        let words = vec![b"DEL".to_vec(), self.name(key)];
        self.connection.command(words).await.map(|_| ()).map_err(ValkeyError::Connection)
    }

    async fn get(&self, key: &IdempotencyKey) -> Result<Option<Snapshot>, Self::Error> {
        let none = || b"0".to_vec();
        let arguments = vec!["get".into(), Vec::new(), none(), none(), none(), none()];
        reply::snapshot(self.run(&CLAIM, key, arguments).await?).map_err(ValkeyError::Decode)
    }

    fn keeps_lapsed(&self) -> bool {
        true
    }
}

fn decimal(number: u64) -> Vec<u8> {
    number.to_string().into()
}

/// A token as the server keeps it.
fn token(token: FencingToken) -> [Vec<u8>; 2] {
    [format!("{:016x}", token.run_id).into(), decimal(token.sequence)]
}

impl<C: Clone> Clone for ValkeyStore<C> {
    fn clone(&self) -> Self {
        Self { connection: self.connection.clone(), prefix: self.prefix.clone() }
    }
}

impl<C> fmt::Debug for ValkeyStore<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ValkeyStore").field("prefix", &self.prefix).finish_non_exhaustive()
    }
}
