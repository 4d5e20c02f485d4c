//! Reads that every key may make.

use super::{Call, Client};
use crate::api::Operation;
use crate::protocol::{Account, Balances, EdgeDirectory, EventList, Health};

/// Reads.
impl Client {
    /// All events of a bucket, oldest first; a new one appears about 100 ms after its write.
    ///
    /// ```no_run
    /// # async fn example(client: shardd_wasm::Client) -> Result<(), shardd_wasm::ShardError> {
    /// for event in client.list_events("my-app").await?.events {
    ///     println!("{} {}: {}", event.event_type.as_str(), event.account, event.amount);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn list_events(&self, bucket: &str) -> Call<EventList> {
        self.call(Operation::list_events(bucket))
    }

    /// The balances of all accounts of a bucket.
    ///
    /// ```no_run
    /// # async fn example(client: shardd_wasm::Client) -> Result<(), shardd_wasm::ShardError> {
    /// for row in client.get_balances("my-app").await?.accounts {
    ///     println!("{} = {}", row.account, row.balance);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn get_balances(&self, bucket: &str) -> Call<Balances> {
        self.call(Operation::get_balances(bucket))
    }

    /// One account's balance, holds and replication. One that was never written to has zeros and status `Unknown`.
    ///
    /// ```no_run
    /// # async fn example(client: shardd_wasm::Client) -> Result<(), shardd_wasm::ShardError> {
    /// let available = client.get_account("my-app", "user:alice").await?.available_balance;
    /// # Ok(())
    /// # }
    /// ```
    pub fn get_account(&self, bucket: &str, account: &str) -> Call<Account> {
        self.call(Operation::get_account(bucket, account))
    }

    /// The directory of the edges, as the pinned one sees it. (What this client knows of its own edges:
    /// [`Client::edge_table`].)
    ///
    /// ```no_run
    /// # async fn example(client: shardd_wasm::Client) -> Result<(), shardd_wasm::ShardError> {
    /// let reachable = client.edges().await?.edges.iter().filter(|edge| edge.reachable).count();
    /// # Ok(())
    /// # }
    /// ```
    pub fn edges(&self) -> Call<EdgeDirectory> {
        self.call(Ok(Operation::edges()))
    }

    /// The health of one of the client's edges, or of the pinned one. An edge that is named is asked once, and for no longer than
    /// `probe_timeout_ms`; nobody is asked in its place.
    ///
    /// ```no_run
    /// # async fn example(client: shardd_wasm::Client) -> Result<(), shardd_wasm::ShardError> {
    /// let pinned = client.health(None).await?;
    /// let use1 = client.health(Some("https://use1.api.shardd.xyz")).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn health(&self, base_url: Option<&str>) -> Call<Health> {
        let call = self.call(Ok(Operation::health()));
        match base_url {
            Some(base_url) => call.edge(base_url),
            None => call,
        }
    }
}
