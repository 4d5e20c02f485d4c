//! Reads that every key may make.

use super::{After, Operation};
use crate::answer;
use crate::argument::{check_name, check_segment};
use crate::error::ShardError;
use crate::text::percent_encode;

/// Where an edge says how it is.
pub(crate) const HEALTH_PATH: &str = "/gateway/health";

impl Operation {
    /// `GET /events`: oldest first, all of them.
    pub fn list_events(bucket: &str) -> Result<Operation, ShardError> {
        let operation = Operation::get(with_bucket("/events?bucket=", bucket)?, &answer::EVENTS);
        Ok(Operation { lists: Some("events"), ..operation.of(bucket) })
    }

    /// `GET /balances`.
    pub fn get_balances(bucket: &str) -> Result<Operation, ShardError> {
        let operation = Operation::get(with_bucket("/balances?bucket=", bucket)?, &answer::BALANCES);
        Ok(Operation { lists: Some("balances"), ..operation.of(bucket) })
    }

    /// `GET /collapsed/:bucket/:account`.
    pub fn get_account(bucket: &str, account: &str) -> Result<Operation, ShardError> {
        check_segment("bucket", bucket)?;
        check_segment("account", account)?;
        let mut path = with_bucket("/collapsed/", bucket)?;
        path.push('/');
        percent_encode(&mut path, account);
        Ok(Operation::get(path, &answer::ACCOUNT).of(bucket))
    }

    /// The same, read again within the deadline until the account shows the event.
    #[must_use]
    pub fn after(self, event: After) -> Operation {
        Operation { after: Some(event), ..self }
    }

    /// `GET /gateway/edges`.
    pub fn edges() -> Operation {
        Operation { authorized: false, ..Operation::get("/gateway/edges".into(), &answer::EDGES) }
    }

    /// `GET /gateway/health`.
    pub fn health() -> Operation {
        Operation { authorized: false, ..Operation::get(HEALTH_PATH.into(), &answer::HEALTH) }
    }

    /// Whether it asks how an edge is.
    pub(crate) fn is_health(&self) -> bool {
        self.path == HEALTH_PATH
    }
}

fn with_bucket(path: &str, bucket: &str) -> Result<String, ShardError> {
    check_name("bucket", bucket)?;
    let mut path = String::from(path);
    percent_encode(&mut path, bucket);
    Ok(path)
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
