//! `/v1/me/buckets`: what a user has, and how it ends.

use std::collections::BTreeMap;

use serde::Serialize;

use super::door::{internal_name, own_name, user_prefix};
use super::post_event::refused;
use super::query::Query;
use super::route::segment;
use super::{Visit, reply};
use crate::exchange::Response;
use crate::ledger::{Bucket, Clock, Event};

#[derive(Serialize)]
struct BucketList {
    buckets: Vec<Summary>,
    total: usize,
    page: u64,
    limit: u64,
}

#[derive(Serialize)]
struct Summary {
    bucket: String,
    total_balance: i64,
    available_balance: i64,
    active_hold_total: i64,
    account_count: usize,
    event_count: usize,
    last_event_at_unix_ms: Option<u64>,
}

#[derive(Serialize)]
struct Detail<'a> {
    summary: Summary,
    accounts: Vec<AccountRow<'a>>,
}

#[derive(Serialize)]
struct AccountRow<'a> {
    account: &'a str,
    balance: i64,
    available_balance: i64,
    active_hold_total: i64,
    event_count: usize,
    last_event_at_unix_ms: Option<u64>,
}

#[derive(Serialize)]
struct DeletedList {
    buckets: Vec<Deleted>,
}

#[derive(Serialize)]
struct Deleted {
    deleted_at_unix_ms: u64,
    name: String,
}

#[derive(Serialize)]
struct Deletion<'a> {
    bucket: &'a str,
    event_id: &'a str,
}

#[derive(Serialize)]
struct EventPage<E: Serialize> {
    events: Vec<E>,
    total: usize,
    page: u64,
    limit: u64,
}

impl Visit<'_> {
    pub(super) fn my_buckets(&mut self) -> Result<Response, Response> {
        let query = Query::of(self.request);
        let window = query.window(25, 100)?;
        let needle = query.filled("q")?.map(|q| q.trim().to_lowercase());
        let prefix = user_prefix(&self.enter_mine()?);
        let clock = self.clock();
        let node = self.node()?;
        let own = node.buckets.iter().filter_map(|(name, bucket)| Some((own_name(&prefix, name)?, bucket)));
        let mut summaries: Vec<Summary> = own
            .filter(|(name, _)| {
                needle.as_ref().is_none_or(|needle| name.to_lowercase().contains(needle.as_str()))
            })
            .map(|(name, bucket)| summary(name, bucket, clock))
            .collect();
        summaries.sort_by(|a, b| a.bucket.cmp(&b.bucket));
        let total = summaries.len();
        let list =
            BucketList { buckets: window.cut(summaries), total, page: window.page, limit: window.limit };
        let response = reply::json(200, &list);
        Ok(self.signed(response))
    }

    pub(super) fn my_deleted_buckets(&mut self) -> Result<Response, Response> {
        let prefix = user_prefix(&self.enter_mine()?);
        let deleted = self.node()?.deleted.iter();
        let own = deleted.filter_map(|(name, at)| {
            Some(Deleted { deleted_at_unix_ms: *at, name: own_name(&prefix, name)? })
        });
        let mut buckets: Vec<Deleted> = own.collect();
        buckets.sort_by(|a, b| {
            b.deleted_at_unix_ms.cmp(&a.deleted_at_unix_ms).then_with(|| a.name.cmp(&b.name))
        });
        let response = reply::json(200, &DeletedList { buckets });
        Ok(self.signed(response))
    }

    pub(super) fn my_bucket(&mut self, name: &str) -> Result<Response, Response> {
        let name = segment(name, "bucket")?;
        let internal = internal_name(&self.enter_mine()?, &name);
        let clock = self.clock();
        let node = self.node()?;
        let Some(bucket) = node.buckets.get(&internal) else {
            return Err(reply::error(404, "bucket not found"));
        };
        let mut stored: BTreeMap<&str, (usize, u64)> = BTreeMap::new();
        for event in node.persisted(self.now).filter(|event| event.bucket == internal) {
            let (count, last) = stored.entry(&event.account).or_default();
            *count += 1;
            *last = event.created_at_unix_ms.max(*last);
        }
        let mut accounts: Vec<AccountRow<'_>> = bucket
            .accounts
            .iter()
            .map(|(account, state)| AccountRow {
                account,
                balance: state.balance,
                available_balance: state.available(clock),
                active_hold_total: state.held(clock),
                event_count: stored.get(account.as_str()).map_or(state.event_count, |(count, _)| *count),
                last_event_at_unix_ms: stored.get(account.as_str()).map(|(_, last)| *last),
            })
            .collect();
        accounts.sort_by(|a, b| b.balance.cmp(&a.balance).then_with(|| a.account.cmp(b.account)));
        let mut summary = summary(name, bucket, clock);
        summary.event_count = stored.values().map(|(count, _)| count).sum();
        summary.last_event_at_unix_ms = stored.values().map(|(_, last)| *last).max();
        let response = reply::json(200, &Detail { summary, accounts });
        Ok(self.signed(response))
    }

    pub(super) fn my_bucket_events(&mut self, name: &str) -> Result<Response, Response> {
        let name = segment(name, "bucket")?;
        let query = Query::of(self.request);
        let window = query.window(25, 200)?;
        let needle = query.filled("q")?.map(|q| q.trim().to_lowercase());
        let account = query.filled("account")?;
        let internal = internal_name(&self.enter_mine()?, &name);
        let matches = |event: &&Event| {
            event.bucket == internal
                && account.is_none_or(|account| event.account == account)
                && needle.as_ref().is_none_or(|needle| mentions(event, needle))
        };
        let events: Vec<&Event> = self.stored()?.into_iter().rev().filter(matches).collect();
        let total = events.len();
        let events = window.cut(events).into_iter().map(|event| event.shown_as(&name)).collect();
        let response = reply::json(200, &EventPage { events, total, page: window.page, limit: window.limit });
        Ok(self.signed(response))
    }

    pub(super) fn delete_my_bucket(&mut self, name: &str) -> Result<Response, Response> {
        let name = segment(name, "bucket")?;
        let mode = Query::of(self.request).text("mode")?.unwrap_or("nuke").to_owned();
        let internal = internal_name(&self.enter_mine()?, &name);
        if mode != "nuke" {
            return Err(reply::error(400, "only mode=nuke is supported by the gateway"));
        }
        let now = self.now;
        let (home, node, ids) = self.node_mut()?;
        let mut clock = Clock { now, ids, hold_multiplier: 0, hold_duration_ms: 0 };
        match node.delete_bucket(&internal, &mut clock) {
            Ok(event) => {
                self.cluster.network.broadcast(home, std::slice::from_ref(&event), self.now);
                let response = reply::json(200, &Deletion { bucket: &name, event_id: &event.event_id });
                Ok(self.signed(response))
            }
            Err(refusal) => Err(self.signed(refused(&refusal))),
        }
    }
}

/// Whether an event's note or id contains what was searched for.
pub(super) fn mentions(event: &Event, needle: &str) -> bool {
    let note = event.note.as_ref().is_some_and(|note| note.to_lowercase().contains(needle));
    note || event.event_id.contains(needle)
}

fn summary(name: String, bucket: &Bucket, now: u64) -> Summary {
    let accounts = || bucket.accounts.values();
    Summary {
        bucket: name,
        total_balance: accounts().fold(0, |sum, account| sum.wrapping_add(account.balance)),
        available_balance: accounts().fold(0, |sum, account| sum.wrapping_add(account.available(now))),
        active_hold_total: accounts().fold(0, |sum, account| sum.wrapping_add(account.held(now))),
        account_count: bucket.accounts.len(),
        event_count: accounts().map(|account| account.event_count).sum(),
        last_event_at_unix_ms: None,
    }
}
