//! Events, balances and accounts.

use std::collections::BTreeMap;

use serde::Serialize;

use super::door::{READ_COST, internal_name};
use super::event_list::EventList;
use super::query::Query;
use super::route::segment;
use super::{Visit, reply};
use crate::auth::Scope;
use crate::exchange::Response;
use crate::ledger::{Account, Bucket, Progress, Reserved};

#[derive(Serialize)]
struct Balances<'a> {
    accounts: Vec<Row<'a>>,
    total_balance: i64,
}

#[derive(Serialize)]
struct Row<'a> {
    bucket: &'a str,
    account: &'a str,
    balance: i64,
    available_balance: i64,
    active_hold_total: i64,
    reserved_by_origin: BTreeMap<&'a str, Reserved>,
    event_count: usize,
}

#[derive(Serialize, Default)]
struct Collapsed<'a> {
    balance: i64,
    available_balance: i64,
    status: &'static str,
    reserved_by_origin: BTreeMap<&'a str, Reserved>,
    contributing_origins: BTreeMap<String, &'a Progress>,
}

/// What a list is about: the whole cluster, or one bucket by its inner and outer name.
enum Extent {
    Cluster,
    Bucket { internal: String, shown: String },
}

impl Visit<'_> {
    fn refuse_owner(&self) -> Result<(), Response> {
        match Query::of(self.request).filled("owner")? {
            Some(_) => Err(reply::error(
                400,
                "owner query parameter is no longer supported; API keys identify the user",
            )),
            None => Ok(()),
        }
    }

    /// Lets a list request in. Without keys the bucket of the query is ignored.
    fn extent(&mut self) -> Result<Extent, Response> {
        self.refuse_owner()?;
        let query = Query::of(self.request);
        let bucket = query.text("bucket")?;
        if !self.has_keys() {
            return Ok(Extent::Cluster);
        }
        let Some(bucket) = bucket.map(str::trim).filter(|bucket| !bucket.is_empty()) else {
            return Err(reply::error(400, "bucket query parameter is required"));
        };
        let user = self.enter(Scope::Read, bucket, READ_COST)?.unwrap_or_default();
        Ok(Extent::Bucket { internal: internal_name(&user, bucket), shown: bucket.to_owned() })
    }

    pub(super) fn events(&mut self) -> Result<Response, Response> {
        let extent = self.extent()?;
        let stored = self.stored()?;
        let events = match &extent {
            Extent::Cluster => stored.into_iter().map(|event| event.shown_as(&event.bucket)).collect(),
            Extent::Bucket { internal, shown } => stored
                .into_iter()
                .filter(|e| e.bucket == *internal)
                .map(|event| event.shown_as(shown))
                .collect(),
        };
        let response = reply::json(200, &EventList { events });
        Ok(self.signed(response))
    }

    pub(super) fn balances(&mut self) -> Result<Response, Response> {
        let extent = self.extent()?;
        let clock = self.clock();
        let mut accounts = Vec::new();
        for (name, bucket) in self.extended(&extent)? {
            accounts.extend(bucket.accounts.iter().map(|(account, state)| row(name, account, state, clock)));
        }
        let total_balance = accounts.iter().fold(0i64, |sum, row| sum.wrapping_add(row.balance));
        let response = reply::json(200, &Balances { accounts, total_balance });
        Ok(self.signed(response))
    }

    pub(super) fn accounts(&mut self) -> Result<Response, Response> {
        let extent = self.extent()?;
        let clock = self.clock();
        let mut all = BTreeMap::new();
        for (name, bucket) in self.extended(&extent)? {
            for (account, state) in &bucket.accounts {
                all.insert(format!("{name}:{account}"), collapsed(bucket, state, clock));
            }
        }
        let response = reply::json(200, &all);
        Ok(self.signed(response))
    }

    pub(super) fn account(&mut self, bucket: &str, account: &str) -> Result<Response, Response> {
        let (bucket, account) = (segment(bucket, "bucket")?, segment(account, "account")?);
        self.refuse_owner()?;
        let user = self.enter(Scope::Read, &bucket, READ_COST)?;
        let internal = user.map_or_else(|| bucket.clone(), |user| internal_name(&user, &bucket));
        let clock = self.clock();
        let node = self.node()?;
        let found =
            node.buckets.get(&internal).and_then(|bucket| Some((bucket, bucket.accounts.get(&account)?)));
        let unknown = Collapsed { status: "unknown", ..Collapsed::default() };
        let state = found.map_or(unknown, |(bucket, account)| collapsed(bucket, account, clock));
        let response = reply::json(200, &state);
        Ok(self.signed(response))
    }

    /// The buckets of an extent under the names that the reader may see.
    fn extended<'v>(&'v self, extent: &'v Extent) -> Result<Vec<(&'v str, &'v Bucket)>, Response> {
        let buckets = &self.node()?.buckets;
        Ok(match extent {
            Extent::Cluster => buckets.iter().map(|(name, bucket)| (name.as_str(), bucket)).collect(),
            Extent::Bucket { internal, shown } => {
                buckets.get(internal).map(|bucket| (shown.as_str(), bucket)).into_iter().collect()
            }
        })
    }
}

fn row<'a>(bucket: &'a str, account: &'a str, state: &'a Account, now: u64) -> Row<'a> {
    Row {
        bucket,
        account,
        balance: state.balance,
        available_balance: state.available(now),
        active_hold_total: state.held(now),
        reserved_by_origin: state.reserved_by_origin(now),
        event_count: state.event_count,
    }
}

fn collapsed<'a>(bucket: &'a Bucket, state: &'a Account, now: u64) -> Collapsed<'a> {
    let origins =
        state.origins.iter().filter_map(|origin| Some((format!("{origin}:1"), bucket.origins.get(origin)?)));
    let contributing_origins: BTreeMap<_, _> = origins.collect();
    let behind = contributing_origins.values().any(|progress| progress.gap() > 0);
    Collapsed {
        balance: state.balance,
        available_balance: state.available(now),
        status: if behind { "provisional" } else { "locally_confirmed" },
        reserved_by_origin: state.reserved_by_origin(now),
        contributing_origins,
    }
}
