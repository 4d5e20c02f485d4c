//! From an operation to its request and back. Pure: a request is a value, an answer is bytes.

mod event;
mod expected;
mod mine;
mod read;

use std::rc::Rc;

use crate::argument::{check_name, check_segment};
use crate::error::ShardError;
use crate::protocol::{BUCKET_DELETED, Field, Method, OperationRow, Takes, with_gaps};
use crate::text::percent_encode;

pub use expected::Expected;
pub(crate) use expected::Match;
pub(crate) use read::HEALTH_PATH;

/// One operation, ready to be sent any number of times with the same bytes.
#[derive(Clone, Debug)]
pub struct Operation {
    /// The HTTP method.
    pub method: &'static str,
    /// What follows the edge's URL.
    pub path: String,
    /// The JSON body.
    pub body: Option<Rc<str>>,
    /// What the answer must look like.
    pub fields: &'static [Field],
    /// What it lists, where it may be long.
    pub lists: Option<&'static str>,
    /// What makes a write itself; `None` for reads.
    pub write: Option<Identity>,
    /// The bucket as the caller calls it.
    pub bucket: Option<Rc<str>>,
    /// Whether the API key goes along.
    pub authorized: bool,
    /// What the answer's event must be.
    pub expected: Option<Expected>,
    /// A hold of this long, by the clock of the edge: its end goes into the body when the first copy leaves.
    pub hold_ttl_ms: Option<u64>,
    /// Whether the body has the end of its hold already, as it has when it was sent before.
    pub stamped: bool,
    /// Whether an earlier call sent a copy that may have landed: then no later refusal proves that nothing was written.
    pub in_doubt: bool,
    /// Whether it comes from a record that others may have found too.
    pub recorded: bool,
    /// The event that an account is read after.
    pub after: Option<After>,
}

/// An event of the ledger's log, by its place there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct After {
    /// The node that wrote it, as `node:epoch`.
    pub origin: String,
    /// Its number there.
    pub seq: u64,
}

/// What makes a write itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Carried by every copy; of a deletion, which has none on the wire, the name that its copies share here.
    pub nonce: Rc<str>,
    /// What the nonce stands for: reuse for anything else is a conflict.
    pub fingerprint: Rc<str>,
    /// Whether the wire carries the nonce. A write without one never moves to another edge.
    pub replayable: bool,
}

impl Operation {
    /// What this row of the catalogue asks for, with these names in the place of its arguments. Of a write only the address.
    pub(crate) fn of(row: &'static OperationRow, names: &[&str]) -> Result<Operation, ShardError> {
        for (argument, name) in row.arguments.iter().zip(names) {
            match argument.takes {
                Takes::Name => check_name(argument.name, name)?,
                _ => check_segment(argument.name, name)?,
            }
            if argument.takes == Takes::Undeleted && *name == "deleted" {
                return Err(ShardError::invalid(BUCKET_DELETED));
            }
        }
        let path =
            with_gaps(row.path, &mut |path, at| percent_encode(path, names.get(at).copied().unwrap_or("")));
        // Whatever has names has that of its bucket first.
        Ok(Operation { bucket: names.first().map(|bucket| Rc::from(*bucket)), ..Operation::at(row, path) })
    }

    /// The same without arguments, at this path.
    fn at(row: &'static OperationRow, path: String) -> Operation {
        Operation {
            method: row.method.http(),
            path,
            body: None,
            fields: row.fields,
            lists: None,
            write: None,
            bucket: None,
            authorized: row.method != Method::Open,
            expected: None,
            hold_ttl_ms: None,
            stamped: false,
            in_doubt: false,
            recorded: false,
            after: None,
        }
    }

    /// The same with the body that an earlier call sent, of which nobody knows whether it landed.
    #[must_use]
    pub fn with_body(self, body: Rc<str>) -> Operation {
        Operation { body: Some(body), stamped: true, in_doubt: true, ..self }
    }

    /// The write, where the wire carries its nonce.
    pub(crate) fn replayable(&self) -> Option<&Identity> {
        self.write.as_ref().filter(|write| write.replayable)
    }

    /// How long the hold is whose end the body does not say yet.
    pub(crate) fn unstamped_ttl_ms(&self) -> Option<u64> {
        self.hold_ttl_ms.filter(|_| !self.stamped)
    }
}
