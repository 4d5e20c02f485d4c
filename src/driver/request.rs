//! What goes out: probes, attempts, and the question for more edges.

use std::rc::Rc;

use super::{Controls, Drive, Station};
use crate::api::{HEALTH_PATH, Operation};
use crate::durable::Note;
use crate::engine::{KeyNeed, Kind, Policy, Recording, Request as Call};
use crate::flights::Flight;
use crate::json::member;
use crate::key::Authorization;
use crate::platform::Request;
use crate::text::decimal;

/// A health answer is half a kilobyte; more is not one.
const PROBE_BODY_MAX_BYTES: u64 = 64 * 1024;
/// A directory has a third of a kilobyte for each edge.
const DIRECTORY_BODY_MAX_BYTES: u64 = 1024 * 1024;

/// What the engine is told of a call before it begins.
pub(super) fn of(station: &Station, operation: &Operation, controls: &Controls, has_key: bool) -> Call {
    let timeout_ms = controls.timeout_ms.unwrap_or(station.policy.timeout_ms);
    let policy = Policy { timeout_ms, ..station.policy };
    let record = |journal: &crate::durable::Journal| Recording {
        resumes: operation.recorded,
        failure: journal.failure,
        timeout_ms: journal.timeout_ms,
    };
    Call {
        kind: operation.write.as_ref().map_or(Kind::Read, |write| Kind::Write {
            nonce: write.nonce.clone(),
            fingerprint: write.fingerprint.clone(),
            moves: policy.ambiguous_writes_move && write.replayable,
            replayable: write.replayable,
        }),
        only: controls.only,
        policy,
        needs_clock: operation.unstamped_ttl_ms().is_some(),
        is_probe: operation.is_health() && controls.only.is_some(),
        key: match &station.authorization {
            _ if !operation.authorized => KeyNeed::Needless,
            _ if has_key => KeyNeed::AtHand,
            authorization => KeyNeed::Asked { renews: matches!(authorization, Authorization::Asked(_)) },
        },
        principal: if operation.authorized { station.principal_at_hand() } else { None },
        recording: station.journal.as_ref().filter(|_| Note::of(operation).is_some()).map(record),
        in_doubt: operation.in_doubt,
        discovers: station.discover.is_some(),
    }
}

impl Drive<'_> {
    pub(super) fn start(&mut self, flight: Flight, edge: usize) {
        let url = self.station.url(edge);
        let plain = |path: &str, max_body_bytes: u64| Request {
            method: "GET",
            url: [&*url, path].concat(),
            authorization: None,
            body: None,
            max_body_bytes,
            lists: None,
        };
        if flight == Flight::Attempt {
            self.sent_to = Some(url.clone());
        }
        let request = match flight {
            Flight::Probe(_) => plain(HEALTH_PATH, PROBE_BODY_MAX_BYTES),
            Flight::Directory => plain("/gateway/edges", DIRECTORY_BODY_MAX_BYTES),
            Flight::Attempt => Request {
                method: self.operation.method,
                authorization: self
                    .credentials
                    .as_ref()
                    .filter(|_| self.operation.authorized)
                    .map(|credentials| credentials.header.clone()),
                body: self.body(edge),
                lists: self.operation.lists,
                ..plain(&self.operation.path, self.station.max_body_bytes)
            },
        };
        self.flights.start(flight, self.station.platform.fetch(request));
    }

    /// The body, with the end of a hold by the clock of the edge that the first copy goes to.
    pub(super) fn body(&mut self, edge: usize) -> Option<Rc<str>> {
        let (Some(ttl_ms), None) = (self.operation.unstamped_ttl_ms(), &self.body) else {
            return self.body.clone().or_else(|| self.operation.body.clone());
        };
        // An edge that will not tell its time leaves only the device's.
        let clock_ms = self.station.clock_ms(edge).unwrap_or_else(|| self.station.platform.unix_ms());
        let ends_ms = clock_ms.saturating_add(ttl_ms);
        let rest = self.operation.body.as_deref().and_then(|body| body.strip_prefix('{'))?;
        let body = ["{\"hold_expires_at_unix_ms\":", &decimal(ends_ms as i64), ",", rest].concat();
        self.body = Some(body.into());
        self.body.clone()
    }
}

impl Operation {
    /// Whether an answer shows the event that the account is read after.
    pub(super) fn is_caught_up(&self, json: &str) -> bool {
        let Some(after) = &self.after else { return true };
        let head = member(json.as_bytes(), "contributingOrigins")
            .and_then(|origins| member(origins.as_bytes(), &after.origin))
            .and_then(|origin| member(origin.as_bytes(), "head"));
        head.and_then(|head| head.parse::<u64>().ok()).is_some_and(|head| head >= after.seq)
    }
}
