//! From an operation to its request and back. Pure: a request is a value, an answer is bytes.

mod event;
mod mine;
mod read;

use std::rc::Rc;

use crate::argument::{check_name, check_segment};
use crate::error::ShardError;
use crate::json::{Scalar, member, pick};
use crate::protocol::{BUCKET_DELETED, Field, Method, OperationRow, Takes, filled};
use crate::text::percent_encode;

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
    /// What the answer's event must be, if the ledger had the nonce already.
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

/// The event that a write makes. The ledger replays the first answer of a nonce whatever is asked: a replay of anything else
/// is a conflict, not a success.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// The event's type.
    pub kind: &'static str,
    /// Its hold, where that is certain.
    pub hold_amount: Option<u64>,
    /// The reservation it gives back.
    pub void_ref: Option<Rc<str>>,
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

impl Expected {
    /// What the ledger makes of a write with this amount, hold and released reservation.
    pub(crate) fn of(amount: i64, hold_amount: Option<u64>, release: Option<Rc<str>>) -> Expected {
        let release = release.filter(|_| amount == 0);
        let reserves = amount == 0 && hold_amount.is_some();
        Expected {
            kind: match release {
                Some(_) => "hold_release",
                None if reserves => "reservation_create",
                None => "standard",
            },
            hold_amount: hold_amount.filter(|_| reserves),
            void_ref: release,
        }
    }

    /// Whether an answer can be to this write: a first answer always, a replay if its event is of the kind asked for.
    pub(crate) fn fits(&self, answer: &[u8], is_replay: bool) -> bool {
        if !is_replay {
            return true;
        }
        let Some(event) = member(answer, "event") else { return true };
        let (mut kind, mut hold, mut void_ref) = (None, None, None);
        let read = pick(event.as_bytes(), &mut |key, value| match (key, value) {
            ("type", Scalar::Text(text)) => kind = Some(text),
            ("hold_amount", Scalar::Whole(amount)) => hold = u64::try_from(amount).ok(),
            ("void_ref", Scalar::Text(text)) => void_ref = Some(text),
            _ => {}
        });
        // What is no event at all is for the reader to say.
        read.is_none()
            || kind.is_none()
            || (kind.as_deref() == Some(self.kind)
                && (self.hold_amount.is_none() || self.hold_amount == hold)
                && (self.void_ref.is_none() || self.void_ref.as_deref() == void_ref.as_deref()))
    }
}

impl Operation {
    /// What this row of the catalogue asks for, with these names in the place of its arguments. Of a write only the address.
    pub(crate) fn of(row: &'static OperationRow, names: &[&str]) -> Result<Operation, ShardError> {
        let arguments = || row.arguments.iter().filter(|argument| argument.takes.is_name()).zip(names);
        for (argument, name) in arguments() {
            match argument.takes {
                Takes::Name => check_name(argument.name, name)?,
                _ => check_segment(argument.name, name)?,
            }
            if argument.takes == Takes::Undeleted && *name == "deleted" {
                return Err(ShardError::invalid(BUCKET_DELETED));
            }
        }
        let encoded: Vec<String> = names.iter().map(|name| percent_encoded(name)).collect();
        let encoded: Vec<&str> = encoded.iter().map(String::as_str).collect();
        let bucket = arguments().find(|(argument, _)| argument.name == "bucket");
        let operation = Operation::at(row, filled(row.path, &encoded));
        Ok(Operation { bucket: bucket.map(|(_, name)| Rc::from(*name)), ..operation })
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

fn percent_encoded(text: &str) -> String {
    let mut encoded = String::new();
    percent_encode(&mut encoded, text);
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replay(kind: &str, hold: u64, void_ref: &str) -> Vec<u8> {
        format!(r#"{{"event":{{"type":"{kind}","hold_amount":{hold},"void_ref":{void_ref}}},"deduplicated":true}}"#).into()
    }

    #[test]
    fn the_replay_of_another_operation_is_told_apart() {
        let fits = |expected: &Expected, answer: &[u8]| expected.fits(answer, true);
        let charge = Expected { kind: "standard", hold_amount: None, void_ref: None };
        assert!(
            fits(&charge, &replay("standard", 0, "null"))
                && !fits(&charge, &replay("hold_release", 0, "null"))
        );
        let reserve = Expected { kind: "reservation_create", hold_amount: Some(5), void_ref: None };
        assert!(fits(&reserve, &replay("reservation_create", 5, "null")));
        assert!(!fits(&reserve, &replay("reservation_create", 6, "null")));
        let release = Expected { kind: "hold_release", hold_amount: None, void_ref: Some("r1".into()) };
        assert!(fits(&release, &replay("hold_release", 0, "\"r1\"")));
        assert!(!fits(&release, &replay("reservation_create", 5, "null")));
        assert!(charge.fits(br#"{"event":{"type":"reservation_create"}}"#, false));
    }
}
