//! Reads that every key may make.

use super::{After, Operation};
use crate::error::ShardError;
use crate::protocol::{EDGES, GET_ACCOUNT, GET_BALANCES, HEALTH, LIST_EVENTS};

/// Where an edge says how it is.
pub(crate) const HEALTH_PATH: &str = HEALTH.path;

impl Operation {
    /// `GET /events`: oldest first, all of them.
    pub fn list_events(bucket: &str) -> Result<Operation, ShardError> {
        Ok(Operation { lists: Some("events"), ..Operation::of(&LIST_EVENTS, &[bucket])? })
    }

    /// `GET /balances`.
    pub fn get_balances(bucket: &str) -> Result<Operation, ShardError> {
        Ok(Operation { lists: Some("balances"), ..Operation::of(&GET_BALANCES, &[bucket])? })
    }

    /// `GET /collapsed/:bucket/:account`.
    pub fn get_account(bucket: &str, account: &str) -> Result<Operation, ShardError> {
        Operation::of(&GET_ACCOUNT, &[bucket, account])
    }

    /// The same, read again within the deadline until the account shows the event.
    #[must_use]
    pub fn after(self, event: After) -> Operation {
        Operation { after: Some(event), ..self }
    }

    /// `GET /gateway/edges`.
    pub fn edges() -> Operation {
        Operation::at(&EDGES, EDGES.path.into())
    }

    /// `GET /gateway/health`.
    pub fn health() -> Operation {
        Operation::at(&HEALTH, HEALTH.path.into())
    }

    /// Whether it asks how an edge is.
    pub(crate) fn is_health(&self) -> bool {
        self.path == HEALTH_PATH
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_escaped_in_urls() {
        assert_eq!(Operation::get_balances("a b/ü&").unwrap().path, "/balances?bucket=a%20b%2F%C3%BC%26");
        assert_eq!(Operation::get_account("b", "user:a/1").unwrap().path, "/collapsed/b/user%3Aa%2F1");
    }

    #[test]
    fn what_url_parsers_remove_is_refused() {
        assert!(Operation::get_account("b", "..").is_err() && Operation::get_account(".", "a").is_err());
    }
}
