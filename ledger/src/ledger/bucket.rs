//! One bucket of a node: its accounts and how far each origin's numbers have arrived.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::account::Account;

#[derive(Debug, Default)]
pub(crate) struct Bucket {
    pub(crate) accounts: BTreeMap<String, Account>,
    pub(crate) origins: BTreeMap<String, Progress>,
}

/// How much of one origin a node has: all up to `head`, some up to `max_known`.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Progress {
    pub(crate) head: u64,
    pub(crate) max_known: u64,
    #[serde(skip)]
    early: BTreeSet<u64>,
}

impl Progress {
    pub(crate) fn has(&self, seq: u64) -> bool {
        seq <= self.head || self.early.contains(&seq)
    }

    pub(crate) fn add(&mut self, seq: u64) {
        self.max_known = self.max_known.max(seq);
        if seq != self.head + 1 {
            self.early.insert(seq);
            return;
        }
        self.head = seq;
        while self.early.remove(&(self.head + 1)) {
            self.head += 1;
        }
    }

    pub(crate) fn gap(&self) -> u64 {
        self.max_known - self.head
    }
}

impl Bucket {
    /// The account, which springs into being.
    pub(crate) fn account(&mut self, name: &str) -> &mut Account {
        if !self.accounts.contains_key(name) {
            self.accounts.insert(name.to_owned(), Account::default());
        }
        self.accounts.entry(name.to_owned()).or_default()
    }

    pub(crate) fn gap(&self) -> u64 {
        self.origins.values().map(Progress::gap).max().unwrap_or(0)
    }
}
