//! Who may send a durable write, and when another process may take it over.
//!
//! No wall clock takes part: a clock that is set would end a lease early, or never. A taker watches the record instead, as
//! Kubernetes' leader election does: a holder that is alive changes it.

/// How long a holder that does not touch its record keeps it.
pub const LEASE_MS: u64 = 5_000;
/// How often a holder touches it.
pub const RENEW_MS: u64 = 2_000;
/// How long after a touch was asked for a copy may leave: a taker that saw nothing of the touch cannot send before.
pub const PERMIT_MS: u64 = LEASE_MS / 2;
/// How often a taker looks.
pub const LOOK_MS: u64 = 250;

/// A state of a record: whoever writes it changes one or the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Version {
    /// Drawn anew by each holder.
    pub token: u64,
    /// Raised by each touch.
    pub touches: u64,
}

/// A taker's watch over somebody else's record.
#[derive(Clone, Copy, Debug, Default)]
pub struct LeaseWatch {
    seen: Option<Seen>,
}

#[derive(Clone, Copy, Debug)]
struct Seen {
    version: Version,
    /// How long the taker has watched this version, by its own monotonic clock.
    for_ms: u64,
    looked_at_ms: u64,
}

impl LeaseWatch {
    /// The record has this version now. Gives the version once a whole lease was watched go by without a change. Only looks in
    /// time count: while the taker stood still, the holder may have too.
    ///
    /// ```
    /// use shardd_engine::{LeaseWatch, Version};
    /// let mut watch = LeaseWatch::default();
    /// let version = Version { token: 7, touches: 1 };
    /// let taken_at_ms = (0..).step_by(250).find(|now_ms| watch.look(version, *now_ms).is_some());
    /// assert_eq!(taken_at_ms, Some(5_000));
    /// ```
    pub fn look(&mut self, version: Version, now_ms: u64) -> Option<Version> {
        let for_ms = match self.seen.filter(|seen| seen.version == version) {
            Some(seen) => seen.for_ms + now_ms.saturating_sub(seen.looked_at_ms).min(2 * LOOK_MS),
            None => 0,
        };
        self.seen = Some(Seen { version, for_ms, looked_at_ms: now_ms });
        (for_ms >= LEASE_MS).then_some(version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_touch_begins_the_lease_anew() {
        let mut watch = LeaseWatch::default();
        let at = |now_ms: u64| Version { token: 1, touches: now_ms / 2_000 };
        assert!((0..60_000).step_by(250).all(|now_ms| watch.look(at(now_ms), now_ms).is_none()));
    }

    #[test]
    fn a_taker_that_stood_still_has_not_watched() {
        let mut watch = LeaseWatch::default();
        assert_eq!(watch.look(Version::default(), 0), None);
        assert_eq!(watch.look(Version::default(), 3_600_000), None);
    }
}
