//! One edge: what probes and requests have told of it.

use super::edge_ids::EdgeId;
use super::policy::{Policy, RANKING_STALE_MS, SWITCH_MS, SWITCH_PERCENT, SYNC_GAP_MAX};
use super::suspicion::{Question, Unanswered};

/// The part of a health answer that the policy reads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// The gateway has nodes to serve from.
    pub ready: bool,
    /// It says that it has too much to do.
    pub overloaded: bool,
    /// Events that it knows to be behind by.
    pub sync_gap: u64,
    /// Its clock, in Unix milliseconds.
    pub observed_at_unix_ms: u64,
}

impl Health {
    /// Whether such an edge may win a race.
    pub fn qualifies(&self) -> bool {
        self.ready && !self.overloaded && !self.is_behind()
    }

    /// Whether the edge knows to be behind by more than a race allows.
    pub fn is_behind(&self) -> bool {
        self.sync_gap > SYNC_GAP_MAX
    }
}

/// Whether an edge may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EdgeState {
    /// It serves.
    Up,
    /// It was left and rests.
    Cooling,
    /// It has rested; a good probe admits one trial request.
    HalfOpen,
}

/// What the table knows of one edge. Times are the platform's monotonic milliseconds.
#[derive(Clone, Copy, Debug)]
pub struct Edge {
    /// What the module calls it.
    pub id: EdgeId,
    pub(super) rtt: Option<Rtt>,
    pub(super) latency_ms: Option<u64>,
    /// The last probe of it that was answered, by anything.
    pub(super) answered_at_ms: Option<u64>,
    /// The last probe of it that any call sent.
    pub(super) probed_at_ms: Option<u64>,
    /// Since when a probe of it is on its way: a mark, since its call may be dead.
    pub(super) asked_at_ms: Option<u64>,
    /// What it last answered, whatever that was: a probe or a request.
    pub(super) heard: Option<Heard>,
    /// Whether it lives, which calls ask while it is silent.
    pub(super) question: Option<Question>,
    /// Since when its probes are lost, while nothing else of it was heard.
    pub(super) unanswered: Option<Unanswered>,
    /// Whether it knows to be behind by too much to win a race.
    pub(super) is_behind: bool,
    /// What the last finished probe said: `None` before the first, `false` also for one that failed.
    pub(super) qualified: Option<bool>,
    pub(super) cooldown: Option<Cooldown>,
    /// Its clock at the time of a probe's answer: Unix milliseconds, and our monotonic ones.
    pub(super) clock: Option<(u64, u64)>,
    /// A half-open edge's one trial, by its start.
    pub(super) trial_at_ms: Option<u64>,
    /// Probes in a row that beat the pinned edge.
    pub(super) wins: u8,
}

/// An answer of an edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heard {
    /// When what it answered left.
    pub sent_at_ms: u64,
    /// When the answer came.
    pub at_ms: u64,
}

/// A rest after the edge was left.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cooldown {
    pub(super) from_ms: u64,
    pub(super) until_ms: u64,
}

/// A smoothed round-trip time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rtt {
    pub(super) ms: u64,
    at_ms: u64,
    /// A lower bound from a probe that was cut short, not a measurement.
    pub(super) estimated: bool,
}

/// An edge's place in the order of preference; the least comes first.
pub(super) type Rank = (bool, bool, u64);

/// After this long, an old measurement weighs half of what it did.
const RTT_HALF_LIFE_MS: u64 = 60_000;
const RTT_MAX_MS: u64 = 3_600_000;

impl Edge {
    pub(super) fn new(id: EdgeId) -> Self {
        Edge {
            id,
            rtt: None,
            latency_ms: None,
            answered_at_ms: None,
            probed_at_ms: None,
            asked_at_ms: None,
            heard: None,
            question: None,
            unanswered: None,
            is_behind: false,
            qualified: None,
            cooldown: None,
            clock: None,
            trial_at_ms: None,
            wins: 0,
        }
    }

    /// Whether it may be used at `now_ms`.
    pub fn state(&self, now_ms: u64) -> EdgeState {
        match self.cooldown {
            None => EdgeState::Up,
            Some(cooldown) if now_ms < cooldown.until_ms => EdgeState::Cooling,
            Some(_) => EdgeState::HalfOpen,
        }
    }

    /// The smoothed round-trip time of its probes, in milliseconds; `None` before the first.
    pub fn rtt_ms(&self) -> Option<u64> {
        self.rtt.map(|rtt| rtt.ms)
    }

    /// Its clock's time, in Unix milliseconds, from a probe of the last five minutes.
    pub fn unix_ms(&self, now_ms: u64) -> Option<u64> {
        let (unix_ms, at_ms) = self.clock?;
        let since_ms = now_ms.saturating_sub(at_ms);
        (since_ms < RANKING_STALE_MS).then_some(unix_ms + since_ms)
    }

    /// What is left of its cooldown, in milliseconds.
    pub fn cooldown_left_ms(&self, now_ms: u64) -> u64 {
        self.cooldown.map_or(0, |cooldown| cooldown.until_ms.saturating_sub(now_ms))
    }

    /// The shortest time in which a request to it can be expected back.
    pub(super) fn expected_ms(&self) -> Option<u64> {
        self.latency_ms.or(self.rtt_ms())
    }

    /// A fresh sample moves the average by half, by more the longer the last one is ago; one that is as old as a
    /// stale ranking counts for nothing.
    pub(super) fn record_rtt(&mut self, sample_ms: u64, now_ms: u64) {
        // A clock that jumped must not overflow the average.
        let sample_ms = sample_ms.min(RTT_MAX_MS);
        let fresh =
            self.rtt.filter(|old| !old.estimated && now_ms.saturating_sub(old.at_ms) < RANKING_STALE_MS);
        let ms = fresh.map_or(sample_ms, |old| {
            let divisor = 2 * RTT_HALF_LIFE_MS + now_ms.saturating_sub(old.at_ms);
            (old.ms * RTT_HALF_LIFE_MS + sample_ms * (divisor - RTT_HALF_LIFE_MS)) / divisor
        });
        self.rtt = Some(Rtt { ms, at_ms: now_ms, estimated: false });
    }

    /// A probe was cut short: the edge is at least that far away. A measurement is not overwritten, unless
    /// it is proven too good.
    pub(super) fn record_cut(&mut self, elapsed_ms: u64, now_ms: u64) {
        if self.rtt.is_none_or(|old| old.estimated || old.ms < elapsed_ms) {
            let ms = elapsed_ms.min(RTT_MAX_MS);
            self.rtt = Some(Rtt { ms, at_ms: now_ms, estimated: true });
        }
    }

    pub(super) fn record_latency(&mut self, sample_ms: u64) {
        let sample_ms = sample_ms.min(RTT_MAX_MS);
        self.latency_ms = Some(self.latency_ms.map_or(sample_ms, |old| (old * 3 + sample_ms) / 4));
    }

    /// Whether `sample_ms` beats `pinned_ms` by enough to be worth new connections.
    pub(super) fn beats(sample_ms: u64, pinned_ms: u64) -> bool {
        sample_ms + SWITCH_MS <= pinned_ms && sample_ms * 100 <= pinned_ms * (100 - SWITCH_PERCENT)
    }

    /// Whether a probe younger than the ranking's age found it fit to serve.
    pub(super) fn is_known_good(&self, now_ms: u64) -> bool {
        self.qualified == Some(true)
            && self.answered_at_ms.is_some_and(|at_ms| now_ms.saturating_sub(at_ms) < RANKING_STALE_MS)
    }

    /// Whether it has answered a good probe since it has rested.
    pub(super) fn is_readmitted(&self) -> bool {
        let rested_ms = self.cooldown.map_or(0, |cooldown| cooldown.until_ms);
        self.qualified == Some(true) && self.answered_at_ms.is_some_and(|at_ms| at_ms >= rested_ms)
    }

    /// Whether a call may send to it without a race.
    pub(super) fn is_usable(&self, policy: &Policy, now_ms: u64) -> bool {
        match self.state(now_ms) {
            EdgeState::Up => self.qualified != Some(false),
            EdgeState::HalfOpen => self.is_readmitted() && !self.is_on_trial(policy, now_ms),
            EdgeState::Cooling => false,
        }
    }

    /// Whether another call is trying it out; a trial as old as an attempt may last belongs to a dead call.
    pub(super) fn is_on_trial(&self, policy: &Policy, now_ms: u64) -> bool {
        self.trial_at_ms.is_some_and(|at_ms| now_ms.saturating_sub(at_ms) < policy.attempt_timeout_ms)
    }

    /// The order of preference: edges that rest after edges that do not, edges that failed their last probe after fit ones,
    /// unknown distances after known. A rest means "later", never "not at all".
    pub(super) fn rank(&self, now_ms: u64) -> Rank {
        let rests = self.state(now_ms) == EdgeState::Cooling;
        (rests, self.qualified == Some(false), self.rtt_ms().unwrap_or(u64::MAX))
    }

    /// Whether it answered something that left at `since_ms` or later.
    pub(super) fn is_heard_since(&self, since_ms: u64) -> bool {
        self.heard.is_some_and(|heard| heard.sent_at_ms >= since_ms)
    }
}
