//! What goes out: probes, attempts, and the question for more edges.

use std::rc::Rc;

use super::Drive;
use crate::api::HEALTH_PATH;
use crate::flights::Flight;
use crate::platform::Request;
use crate::text::decimal;

/// A health answer is half a kilobyte; more is not one.
const PROBE_BODY_MAX_BYTES: u64 = 64 * 1024;
/// A directory has a third of a kilobyte for each edge.
const DIRECTORY_BODY_MAX_BYTES: u64 = 1024 * 1024;

impl Drive<'_> {
    /// Asks an edge for more edges, where that is due.
    pub(super) fn discover(&mut self, edge: usize) {
        if self.station.directory_is_due() {
            self.start(Flight::Directory, edge);
        }
    }

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
        let request = match flight {
            Flight::Probe(_) => plain(HEALTH_PATH, PROBE_BODY_MAX_BYTES),
            Flight::Directory => plain("/gateway/edges", DIRECTORY_BODY_MAX_BYTES),
            Flight::Attempt => Request {
                method: self.operation.method,
                authorization: self.key.at_hand().map(|credentials| credentials.header.clone()),
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
