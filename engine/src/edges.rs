//! The edge table: who is pinned, who rests, who is tried next. It is shared by all calls of a client, as
//! plain data: borrowed in synchronous blocks only, never across an await.

use std::ops::{Index, IndexMut};

use super::edge::{Cooldown, Edge, EdgeState, Rank};
use super::edge_ids::EdgeId;
use super::edge_set::{EDGES_MAX, EdgeSet};
use super::policy::{Policy, RACE_MARK_MS, RANKING_STALE_MS, Rule};

/// An unconfirmed challenger is probed again by a later call, not by every call of a burst.
const CHALLENGER_PAUSE_MS: u64 = 1_000;
/// The directory is not asked by every call of a burst.
const DIRECTORY_PAUSE_MS: u64 = 1_000;
/// More edges than anybody runs: a directory gone mad is not to be probed whole.
const MERGED_MAX: usize = 32;

/// Where a request can go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// To this edge.
    Send(usize),
    /// Nobody is known to be fit: race the field.
    Race,
    /// Another call is racing: look again soon.
    WaitForRace,
}

/// The edges of a client and what is known of them.
#[derive(Clone, Debug)]
pub struct EdgeTable {
    pub(super) edges: Vec<Edge>,
    pub(super) pinned: Option<usize>,
    /// The start of a race in progress. A mark, never a future: its call may be dead.
    race_at_ms: Option<u64>,
    /// The start of the last round of probes over the field, answered or not.
    round_at_ms: Option<u64>,
    /// The start of the last final round of probes before a copy of a write.
    pub(super) final_round_at_ms: Option<u64>,
    /// When the directory was last asked, and when it last answered.
    directory: (Option<u64>, Option<u64>),
}

impl EdgeTable {
    /// A table of edges that nothing is known of, the first [`EDGES_MAX`] of them.
    pub fn new(ids: &[EdgeId]) -> Self {
        EdgeTable {
            edges: ids.iter().take(EDGES_MAX).map(|id| Edge::new(*id)).collect(),
            pinned: None,
            race_at_ms: None,
            round_at_ms: None,
            final_round_at_ms: None,
            directory: (None, None),
        }
    }

    /// The edge that an earlier client last used serves until somebody is known to be better. It is not measured: the first
    /// request goes to it, and the probes run beside.
    pub fn remember(&mut self, edge: usize) {
        self.pinned.get_or_insert(edge);
    }

    /// Whether the directory should be asked for more edges; marks that it is. A question that its call did not live to see
    /// answered is asked again by a later one.
    pub fn directory_is_due(&mut self, now_ms: u64) -> bool {
        let (asked_at_ms, answered_at_ms) = self.directory;
        let older =
            |at_ms: Option<u64>, age_ms| at_ms.is_none_or(|at_ms| now_ms.saturating_sub(at_ms) >= age_ms);
        let due = older(answered_at_ms, RANKING_STALE_MS) && older(asked_at_ms, DIRECTORY_PAUSE_MS);
        if due {
            self.directory.0 = Some(now_ms);
        }
        due
    }

    /// Adds edges that the directory named. None is ever taken away: calls know edges by their place.
    pub fn merge(&mut self, ids: &[EdgeId], now_ms: u64) {
        self.directory.1 = Some(now_ms);
        for id in ids {
            if self.edges.len() < MERGED_MAX && self.at(*id).is_none() {
                self.edges.push(Edge::new(*id));
            }
        }
    }

    /// Every edge, in configured order.
    pub fn iter(&self) -> impl Iterator<Item = &Edge> {
        self.edges.iter()
    }

    /// How many edges there are.
    pub fn len(&self) -> usize {
        self.edges.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.edges.is_empty()
    }

    /// One edge.
    pub fn get(&self, edge: usize) -> Option<&Edge> {
        self.edges.get(edge)
    }

    /// What the module calls an edge.
    pub fn id(&self, edge: usize) -> EdgeId {
        self[edge].id
    }

    /// The pinned edge.
    pub fn pinned(&self) -> Option<usize> {
        self.pinned
    }

    /// Where a call that has left the edges `left` sends now. Marks the race or the trial that this begins.
    pub fn choose(&mut self, left: EdgeSet, policy: &Policy, now_ms: u64) -> Choice {
        if self.edges.len() == 1 {
            return Choice::Send(0);
        }
        let is_usable = |edge: &usize| !left.contains(*edge) && self[*edge].is_usable(policy, now_ms);
        let pinned = self.pinned.filter(is_usable);
        let best = || self.best(self.fit(left, policy, now_ms), now_ms);
        if let Some(edge) = pinned.or_else(best) {
            self.take(edge, left, now_ms);
            return Choice::Send(edge);
        }
        if self.race_at_ms.is_some_and(|at_ms| now_ms.saturating_sub(at_ms) < RACE_MARK_MS) {
            return Choice::WaitForRace;
        }
        self.race_at_ms = Some(now_ms);
        self.round_at_ms = Some(now_ms);
        Choice::Race
    }

    /// Those of which `holds` is true.
    pub(super) fn those(&self, holds: &dyn Fn(usize, &Edge) -> bool) -> EdgeSet {
        let mut set = EdgeSet::EMPTY;
        for (at, edge) in self.edges.iter().enumerate() {
            if holds(at, edge) {
                set.insert(at);
            }
        }
        set
    }

    /// All edges.
    pub(super) fn all(&self) -> EdgeSet {
        self.those(&|_, _| true)
    }

    /// Those that answered something which left at `since_ms` or later.
    pub(super) fn heard(&self, since_ms: u64) -> EdgeSet {
        self.those(&|_, edge| edge.is_heard_since(since_ms))
    }

    /// The one of these that is preferred to the others.
    pub(super) fn best(&self, of: EdgeSet, now_ms: u64) -> Option<usize> {
        self.least(of, &|edge| edge.rank(now_ms))
    }

    fn least(&self, of: EdgeSet, rank: &dyn Fn(&Edge) -> Rank) -> Option<usize> {
        of.min_by_key(|edge| rank(&self[*edge]))
    }

    /// The place of the edge that the module calls so.
    pub fn at(&self, id: EdgeId) -> Option<usize> {
        self.edges.iter().position(|edge| edge.id == id)
    }

    /// Whether an edge other than those in `left` is known to be fit.
    pub fn has_fit(&self, left: EdgeSet, policy: &Policy, now_ms: u64) -> bool {
        !self.fit(left, policy, now_ms).is_empty()
    }

    /// The edges that a race is run over: those not left and not resting; failing these, those not resting;
    /// failing these, all.
    pub fn field(&self, left: EdgeSet, now_ms: u64) -> EdgeSet {
        let awake = self.those(&|_, edge| edge.state(now_ms) != EdgeState::Cooling);
        awake.without(left).or(awake).or(self.all())
    }

    /// The race that the mark stands for is over, and `winner` was the first fit edge. A good probe ends a
    /// cooldown here: a race over resting edges is only run when there are no others.
    pub fn end_race(&mut self, winner: Option<usize>) {
        self.race_at_ms = None;
        let Some(winner) = winner else { return };
        self.pinned = Some(winner);
        let edge = &mut self[winner];
        edge.cooldown = None;
        edge.trial_at_ms = None;
    }

    /// Where to send when no edge of the `field` proved fit: the best that answered, else the first.
    pub fn last_resort(&self, field: EdgeSet, since_ms: u64) -> Option<usize> {
        let answered = self.those(&|_, edge| edge.answered_at_ms.is_some_and(|at_ms| at_ms >= since_ms));
        let nearest = |edge: &Edge| (false, false, edge.rtt_ms().unwrap_or(0));
        self.least(field.and(answered), &nearest).or(field.first())
    }

    /// The edges that deserve a probe beside a request to `serving`: all of them when the ranking is stale, else a
    /// half-open one that was not asked yet and a challenger whose first win awaits its second.
    pub fn due_probes(&self, serving: usize, policy: &Policy, now_ms: u64) -> EdgeSet {
        if self.edges.len() == 1 {
            return EdgeSet::EMPTY;
        }
        let stale = self.is_stale(now_ms);
        let quiet = |edge: &Edge, pause_ms: u64| {
            edge.probed_at_ms.is_none_or(|at_ms| now_ms.saturating_sub(at_ms) >= pause_ms)
        };
        self.those(&|at, edge| match edge.state(now_ms) {
            EdgeState::Cooling => false,
            _ if stale => true,
            EdgeState::HalfOpen if !edge.is_readmitted() => quiet(edge, policy.probe_timeout_ms),
            _ => at != serving && edge.wins > 0 && quiet(edge, CHALLENGER_PAUSE_MS),
        })
    }

    /// What is due leaves: if the ranking is stale, that is a round.
    pub fn record_due(&mut self, now_ms: u64) {
        if self.is_stale(now_ms) {
            self.round_at_ms = Some(now_ms);
        }
    }

    fn is_stale(&self, now_ms: u64) -> bool {
        self.round_at_ms.is_none_or(|at_ms| now_ms.saturating_sub(at_ms) >= RANKING_STALE_MS)
    }

    /// A request sent at `sent_at_ms` was answered by a healthy edge: that ends a cooldown older than it.
    pub fn record_answer(&mut self, at: usize, sent_at_ms: u64, now_ms: u64) {
        let edge = &mut self[at];
        edge.record_latency(now_ms.saturating_sub(sent_at_ms));
        edge.trial_at_ms = None;
        if edge.cooldown.is_some_and(|cooldown| cooldown.from_ms <= sent_at_ms) {
            edge.cooldown = None;
        }
        // The next copy of a write goes where its rule says: if that edge serves, later calls go there too. An edge that
        // another call has left since the request went out rests on, and is not pinned by an answer older than its rest.
        if edge.cooldown.is_none() {
            self.pinned.get_or_insert(at);
        }
    }

    /// A call leaves `edge`: it rests.
    pub fn cool(&mut self, edge: usize, policy: &Policy, now_ms: u64) {
        if !policy.keeps(Rule::Cooldown) {
            return;
        }
        if self.pinned == Some(edge) {
            self.pinned = None;
        }
        let edge = &mut self[edge];
        let until_ms = now_ms.saturating_add(policy.cooldown_ms);
        edge.cooldown = Some(Cooldown { from_ms: now_ms, until_ms });
        edge.trial_at_ms = None;
        edge.wins = 0;
    }

    /// The edges that may be sent to without a race: usable ones that a probe found fit lately.
    fn fit(&self, left: EdgeSet, policy: &Policy, now_ms: u64) -> EdgeSet {
        self.those(&|_, edge| edge.is_known_good(now_ms) && edge.is_usable(policy, now_ms)).without(left)
    }

    /// A call sends to `edge`: a half-open one is on trial from now on, and the pin follows, unless the
    /// pinned edge is itself only busy with its trial or was left by this call alone.
    fn take(&mut self, edge: usize, left: EdgeSet, now_ms: u64) {
        let keeps_pin =
            self.pinned.is_some_and(|pinned| left.contains(pinned) || self[pinned].trial_at_ms.is_some());
        if !keeps_pin {
            self.pinned = Some(edge);
        }
        let known = &mut self[edge];
        if known.state(now_ms) == EdgeState::HalfOpen {
            known.trial_at_ms = Some(now_ms);
        }
    }
}

/// Calls know edges by their place, and none is ever taken away.
impl Index<usize> for EdgeTable {
    type Output = Edge;

    #[allow(clippy::indexing_slicing)] // a place beyond the table is a bug of the hands
    fn index(&self, edge: usize) -> &Edge {
        &self.edges[edge]
    }
}

impl IndexMut<usize> for EdgeTable {
    #[allow(clippy::indexing_slicing)] // the same
    fn index_mut(&mut self, edge: usize) -> &mut Edge {
        &mut self.edges[edge]
    }
}
