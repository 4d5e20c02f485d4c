//! Replication between nodes: messages that are under way, links that are cut.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::ledger::Event;

/// The events of one write on their way to one node.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    pub(crate) deliver_at: u64,
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) events: Arc<[Arc<Event>]>,
}

#[derive(Debug)]
pub(crate) struct Network {
    regions: usize,
    delay_ms: Vec<u64>,
    up: Vec<bool>,
    /// In the order of delivery; the second number keeps equal times in the order of sending.
    under_way: BTreeMap<(u64, u64), Message>,
    /// What met a cut link.
    held: Vec<Message>,
    sent: u64,
}

impl Network {
    pub(crate) fn new(regions: usize, delay_ms: u64) -> Self {
        let links = regions * regions;
        Self {
            regions,
            delay_ms: vec![delay_ms; links],
            up: vec![true; links],
            under_way: BTreeMap::new(),
            held: Vec::new(),
            sent: 0,
        }
    }

    fn link(&self, from: usize, to: usize) -> usize {
        if from < self.regions && to < self.regions { from * self.regions + to } else { usize::MAX }
    }

    pub(crate) fn delay_ms(&self, from: usize, to: usize) -> u64 {
        self.delay_ms.get(self.link(from, to)).copied().unwrap_or(0)
    }

    pub(crate) fn set_delay_ms(&mut self, from: usize, to: usize, delay_ms: u64) {
        let link = self.link(from, to);
        if let Some(delay) = self.delay_ms.get_mut(link) {
            *delay = delay_ms;
        }
    }

    pub(crate) fn is_up(&self, from: usize, to: usize) -> bool {
        self.up.get(self.link(from, to)).copied().unwrap_or(false)
    }

    /// Cuts or heals a link; what waited at it flows from `now` on.
    pub(crate) fn set_up(&mut self, from: usize, to: usize, up: bool, now: u64) {
        let link = self.link(from, to);
        if let Some(state) = self.up.get_mut(link) {
            *state = up;
        }
        if !up {
            return;
        }
        let (flows, held) =
            std::mem::take(&mut self.held).into_iter().partition(|m| m.from == from && m.to == to);
        self.held = held;
        let flows: Vec<Message> = flows;
        for mut message in flows {
            message.deliver_at = message.deliver_at.max(now);
            self.queue(message);
        }
    }

    /// Sends events to every other node.
    pub(crate) fn broadcast(&mut self, from: usize, events: &[Arc<Event>], now: u64) {
        let events: Arc<[Arc<Event>]> = events.into();
        for to in (0..self.regions).filter(|to| *to != from) {
            let deliver_at = now.saturating_add(self.delay_ms(from, to));
            self.queue(Message { deliver_at, from, to, events: Arc::clone(&events) });
        }
    }

    fn queue(&mut self, message: Message) {
        self.sent += 1;
        self.under_way.insert((message.deliver_at, self.sent), message);
    }

    /// The next message that is due; those for a cut link are set aside on the way.
    pub(crate) fn pop_due(&mut self, now: u64) -> Option<Message> {
        loop {
            let first = self.under_way.first_entry().filter(|entry| entry.key().0 <= now)?;
            let message = first.remove();
            if self.is_up(message.from, message.to) {
                return Some(message);
            }
            self.held.push(message);
        }
    }

    pub(crate) fn next_due(&self) -> Option<u64> {
        let open = self.under_way.values().find(|message| self.is_up(message.from, message.to));
        open.map(|message| message.deliver_at)
    }

    /// Messages of a node that is gone.
    pub(crate) fn drop_from(&mut self, region: usize) {
        self.under_way.retain(|_, message| message.from != region);
        self.held.retain(|message| message.from != region);
    }

    pub(crate) fn pending(&self) -> usize {
        self.under_way.len() + self.held.len()
    }
}
