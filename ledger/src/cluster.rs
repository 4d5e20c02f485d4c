//! All regions of a ledger, their replication, and the judge's view of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::config::Config;
use crate::exchange::{Request, Response};
use crate::gateway;
use crate::ledger::{Conflict, Event, Node};
use crate::network::{Message, Network};
use crate::seeded::Ids;
use crate::storm::{Copy, Storm};

/// How a region's gateway looks to the other gateways (`/gateway/edges`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reach {
    /// It answers.
    #[default]
    Up,
    /// It refuses connections.
    Refused,
    /// It says nothing; each gateway waits 2 s for it.
    Silent,
}

/// What makes the turns of the nodes independent of the ids, which come from the same seed.
const TURNS: u64 = 0x7475_726e;

/// Several regions of one ledger. Pure: time is an argument, ids come from the seed.
#[derive(Debug)]
pub struct Cluster {
    pub(crate) config: Config,
    pub(crate) nodes: Vec<Node>,
    pub(crate) network: Network,
    pub(crate) ids: Ids,
    /// Which node the next request goes to, where gateways spread theirs. Apart from the ids, which stay the same.
    turns: Ids,
    pub(crate) credits: BTreeMap<String, u64>,
    pub(crate) reach: Vec<Reach>,
    storms: Vec<Storm>,
    voids: usize,
    voided: BTreeSet<String>,
    clock: u64,
}

impl Cluster {
    /// A cluster without any event.
    pub fn new(mut config: Config) -> Self {
        config.regions = config.regions.max(1);
        let mut ids = Ids::new(config.seed);
        let nodes =
            (0..config.regions).map(|region| Node::new(region, &mut ids, config.write_batch_ms)).collect();
        let mut credits = BTreeMap::new();
        for key in config.auth.iter().flat_map(|auth| &auth.keys) {
            if let Some(amount) = key.credits {
                credits.entry(key.owner().into_owned()).or_insert(amount);
            }
        }
        Self {
            nodes,
            network: Network::new(config.regions, config.replication_delay_ms),
            turns: Ids::new(config.seed ^ TURNS),
            ids,
            credits,
            reach: vec![Reach::Up; config.regions],
            storms: Vec::new(),
            voids: 0,
            voided: BTreeSet::new(),
            clock: 0,
            config,
        }
    }

    /// Answers a request at a region's gateway; delivers first what is due.
    pub fn handle(&mut self, region: usize, request: &Request, now_unix_ms: u64) -> Response {
        self.advance(now_unix_ms);
        gateway::answer(self, region, request, now_unix_ms)
    }

    /// Delivers the replication messages that are due.
    pub fn advance(&mut self, now_unix_ms: u64) {
        self.clock = self.clock.max(now_unix_ms);
        while let Some(message) = self.network.pop_due(now_unix_ms) {
            self.deliver(&message);
        }
    }

    /// When the next replication message is due, cut links left out.
    pub fn next_due_ms(&self) -> Option<u64> {
        self.network.next_due()
    }

    fn deliver(&mut self, message: &Message) {
        let at = message.deliver_at;
        let Some(node) = self.nodes.get_mut(message.to).filter(|node| !node.lost) else { return };
        let conflicts: Vec<Conflict> =
            message.events.iter().filter_map(|event| node.receive(event, at)).collect();
        let mut corrections = Vec::new();
        for conflict in &conflicts {
            // One void per loser: the real nodes' voids collide and never end, which `storms` stands for.
            if self.voided.insert(conflict.loser.event_id.clone()) {
                corrections.extend(node.void(&conflict.winner, &conflict.loser, at, &mut self.ids));
                self.voids += 1;
            }
        }
        if !corrections.is_empty() {
            self.network.broadcast(message.to, &corrections, at);
        }
        let alone = conflicts.iter().all(|conflict| conflict.loser.is_companion());
        for conflict in conflicts.iter().filter(|conflict| alone || !conflict.loser.is_companion()) {
            self.report(conflict, at);
        }
    }

    fn report(&mut self, conflict: &Conflict, at: u64) {
        let (winner, loser) = (self.copy(&conflict.winner), self.copy(&conflict.loser));
        if self.storms.iter().any(|storm| storm.winner == winner && storm.loser == loser) {
            return;
        }
        let event = &conflict.loser;
        self.storms.push(Storm {
            nonce: event.idempotency_nonce.clone(),
            bucket: event.bucket.clone(),
            account: event.account.clone(),
            amount: event.amount,
            winner,
            loser,
            detected_at_unix_ms: at,
        });
    }

    fn copy(&self, event: &Event) -> Copy {
        let region = self.nodes.iter().position(|node| node.id == event.origin_node_id).unwrap_or(0);
        Copy {
            event_id: event.event_id.clone(),
            node_id: event.origin_node_id.clone(),
            region,
            created_at_unix_ms: event.created_at_unix_ms,
        }
    }

    /// Cuts or heals the replication from one region to another; messages wait and flow after healing.
    pub fn set_link(&mut self, from: usize, to: usize, up: bool) {
        self.network.set_up(from, to, up, self.clock);
    }

    /// Whether replication flows from one region to another.
    pub fn is_link_up(&self, from: usize, to: usize) -> bool {
        self.network.is_up(from, to)
    }

    /// How long events take from one region to another; messages under way keep their time.
    pub fn set_replication_delay_ms(&mut self, from: usize, to: usize, delay_ms: u64) {
        self.network.set_delay_ms(from, to, delay_ms);
    }

    /// How long events take from one region to another.
    pub fn replication_delay_ms(&self, from: usize, to: usize) -> u64 {
        self.network.delay_ms(from, to)
    }

    /// Messages that have not been delivered, those at cut links included.
    pub fn undelivered(&self) -> usize {
        self.network.pending()
    }

    /// Lets a region's clock (node and gateway) go before or after everybody's.
    pub fn set_clock_skew_ms(&mut self, region: usize, skew_ms: i64) {
        if let Some(node) = self.nodes.get_mut(region) {
            node.skew_ms = skew_ms;
        }
    }

    /// A region's clock skew.
    pub fn clock_skew_ms(&self, region: usize) -> i64 {
        self.nodes.get(region).map_or(0, |node| node.skew_ms)
    }

    /// The node that a region's gateway asks first: its own, or any where gateways spread their requests.
    pub(crate) fn first(&mut self, region: usize) -> usize {
        if self.config.spread { self.turns.below(self.nodes.len()) } else { region }
    }

    /// The node that answers a gateway which asks this one first: this one, or the next that lives and answers.
    pub(crate) fn home(&self, first: usize) -> Option<usize> {
        self.from(first).find(|index| self.nodes.get(*index).is_some_and(|node| !node.lost && !node.frozen))
    }

    /// Whether a gateway that asks this node first waits in vain for one before another answers.
    pub(crate) fn waits_in_vain(&self, first: usize) -> bool {
        let asked = self.from(first).filter_map(|index| self.nodes.get(index)).find(|node| !node.lost);
        asked.is_some_and(|node| node.frozen)
    }

    /// All nodes in the order in which a gateway tries them.
    fn from(&self, first: usize) -> impl Iterator<Item = usize> + use<> {
        let count = self.nodes.len();
        (0..count).map(move |step| (first + step) % count)
    }

    /// A node that takes requests and answers none. Its gateway tries another node after 5 s; if all are frozen it
    /// answers 503 after 30 s. Replication goes on.
    pub fn set_frozen(&mut self, region: usize, frozen: bool) {
        if let Some(node) = self.nodes.get_mut(region) {
            node.frozen = frozen;
        }
    }

    /// A node is gone for good, and with it all it had not replicated. Its region's gateway goes on with another
    /// node, as the real one does; without any node it answers 503.
    pub fn lose_node(&mut self, region: usize) {
        if let Some(node) = self.nodes.get_mut(region) {
            node.lost = true;
        }
        self.network.drop_from(region);
    }

    /// Whether a region's node was lost.
    pub fn is_lost(&self, region: usize) -> bool {
        self.nodes.get(region).is_none_or(|node| node.lost)
    }

    /// How a region looks to the others in `/gateway/edges`.
    pub fn set_reach(&mut self, region: usize, reach: Reach) {
        if let Some(state) = self.reach.get_mut(region) {
            *state = reach;
        }
    }

    /// What the regions call themselves in `/gateway/health` and `/gateway/edges`.
    pub fn set_base_urls(&mut self, base_urls: Vec<String>) {
        self.config.base_urls = base_urls;
    }

    /// Gives a user this many API credits; none means endless.
    pub fn set_credits(&mut self, user: &str, credits: Option<u64>) {
        match credits {
            Some(amount) => self.credits.insert(user.to_owned(), amount),
            None => self.credits.remove(user),
        };
    }

    /// A user's API credits.
    pub fn credits(&self, user: &str) -> Option<u64> {
        self.credits.get(user).copied()
    }

    /// Number of regions.
    pub fn regions(&self) -> usize {
        self.nodes.len()
    }

    /// The id of a region's node.
    pub fn node_id(&self, region: usize) -> &str {
        self.nodes.get(region).map_or("", |node| node.id.as_str())
    }

    /// All events that a region's node has, in the order of their arrival.
    pub fn events(&self, region: usize) -> &[Arc<Event>] {
        self.nodes.get(region).map_or(&[], |node| node.log.as_slice())
    }

    /// A balance as a region's node sees it; 0 for an account it does not know.
    pub fn balance(&self, region: usize, bucket: &str, account: &str) -> i64 {
        self.nodes
            .get(region)
            .and_then(|node| node.account(bucket, account))
            .map_or(0, |account| account.balance)
    }

    /// What is left after holds, as a region's node sees it at this time.
    pub fn available_balance(&self, region: usize, bucket: &str, account: &str, now_unix_ms: u64) -> i64 {
        let node = self.nodes.get(region);
        let found =
            node.and_then(|node| node.account(bucket, account).map(|a| a.available(node.clock(now_unix_ms))));
        found.unwrap_or(0)
    }

    /// How many copies of writes had to be voided.
    pub fn voids(&self) -> usize {
        self.voids
    }

    /// Conflicting copies that were noticed. Anything but an empty list is a bug of the client under test.
    pub fn storms(&self) -> &[Storm] {
        &self.storms
    }

    /// Whether all living nodes know the same events.
    pub fn is_converged(&self) -> bool {
        let mut alive = self.nodes.iter().filter(|node| !node.lost);
        let Some(first) = alive.next() else { return true };
        alive.all(|node| node.log.len() == first.log.len() && first.log.iter().all(|event| node.has(event)))
    }
}
