//! Lists of events from the node's database.

use serde::Serialize;

use super::Visit;
use super::door::own_name;
use crate::exchange::Response;
use crate::ledger::Event;

/// The list as it is sent.
#[derive(Serialize)]
pub(super) struct EventList<E: Serialize> {
    pub(super) events: Vec<E>,
}

impl Visit<'_> {
    /// Everything the database shows, oldest first.
    pub(super) fn stored(&self) -> Result<Vec<&Event>, Response> {
        let mut events: Vec<&Event> = self.node()?.persisted(self.now).collect();
        events.sort_by(|a, b| a.order().cmp(&b.order()));
        Ok(events)
    }

    /// A user's events under their own bucket names, newest first.
    pub(super) fn stored_of(&self, prefix: &str) -> Result<Vec<(&Event, String)>, Response> {
        let own = |event: &'_ Event| own_name(prefix, &event.bucket);
        Ok(self
            .stored()?
            .into_iter()
            .rev()
            .filter_map(|event| own(event).map(|name| (event, name)))
            .collect())
    }
}
