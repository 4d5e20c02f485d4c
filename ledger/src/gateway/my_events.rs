//! `GET /v1/me/events`: all of a user's events, filtered, with how far each node has them.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::door::{own_name, user_prefix};
use super::my_bucket::mentions;
use super::query::Query;
use super::{Visit, reply};
use crate::exchange::Response;
use crate::ledger::{Event, Node};

type Heads = BTreeMap<String, u64>;

/// The answer; its keys are sent in alphabetical order.
#[derive(Serialize)]
struct Answer {
    events: Vec<Value>,
    heads: Heads,
    limit: u32,
    max_known_seqs: Heads,
    offset: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    replication: Option<Replication>,
    total: usize,
}

#[derive(Serialize)]
struct Replication {
    per_node: BTreeMap<String, NodeHeads>,
}

#[derive(Serialize)]
struct NodeHeads {
    error: Option<String>,
    heads: Heads,
    max_known_seqs: Heads,
}

struct Filter<'a> {
    bucket: Option<&'a str>,
    account: Option<&'a str>,
    origin: Option<&'a str>,
    event_type: Option<&'a str>,
    since_ms: Option<u64>,
    until_ms: Option<u64>,
    search: Option<String>,
}

impl<'a> Filter<'a> {
    fn of(query: &'a Query<'a>) -> Result<Self, Response> {
        Ok(Self {
            bucket: query.filled("bucket")?,
            account: query.filled("account")?,
            origin: query.filled("origin")?,
            event_type: query.filled("event_type")?,
            since_ms: query.parsed("since_ms")?,
            until_ms: query.parsed("until_ms")?,
            search: query.filled("search")?.map(|text| text.trim().to_lowercase()),
        })
    }

    fn takes(&self, event: &Event, bucket: &str) -> bool {
        let at = event.created_at_unix_ms;
        self.bucket.is_none_or(|wanted| wanted == bucket)
            && self.account.is_none_or(|account| account == event.account)
            && self.origin.is_none_or(|origin| origin == event.origin_node_id)
            && self.event_type.is_none_or(|kind| kind == event.kind.name())
            && self.since_ms.is_none_or(|since| at >= since)
            && self.until_ms.is_none_or(|until| at <= until)
            && self.search.as_ref().is_none_or(|needle| mentions(event, needle))
    }
}

impl Visit<'_> {
    pub(super) fn my_events(&mut self) -> Result<Response, Response> {
        let query = Query::of(self.request);
        let filter = Filter::of(&query)?;
        let limit = query.parsed::<u32>("limit")?.unwrap_or(100).clamp(1, 500);
        let offset = query.parsed::<u32>("offset")?.unwrap_or(0);
        let with_replication = query.parsed::<bool>("replication")?.unwrap_or(false);
        let prefix = user_prefix(&self.enter_mine()?);
        let own = self.stored_of(&prefix)?;
        let matching: Vec<_> =
            own.into_iter().filter(|(event, bucket)| filter.takes(event, bucket)).collect();
        let page = matching.iter().skip(offset as usize).take(limit as usize);
        // By way of a Value, whose keys come out in alphabetical order.
        let events =
            page.filter_map(|(event, name)| serde_json::to_value(event.shown_as(name)).ok()).collect();
        let node = self.node()?;
        let answer = Answer {
            events,
            heads: heads(node, &prefix, |progress| progress.0),
            limit,
            max_known_seqs: heads(node, &prefix, |progress| progress.1),
            offset,
            replication: with_replication.then(|| self.replication(&prefix)),
            total: matching.len(),
        };
        Ok(reply::json(200, &answer))
    }

    fn replication(&self, prefix: &str) -> Replication {
        let alive = self.cluster.nodes.iter().filter(|node| !node.lost);
        let per_node = alive.map(|node| {
            let heads = heads(node, prefix, |progress| progress.0);
            let short = node.id.chars().take(8).collect();
            (short, NodeHeads { error: None, heads, max_known_seqs: Heads::new() })
        });
        Replication { per_node: per_node.collect() }
    }
}

/// One of the two numbers (head, max known) of each origin, by the user's own bucket names.
fn heads(node: &Node, prefix: &str, number: impl Fn((u64, u64)) -> u64) -> Heads {
    let mut all = Heads::new();
    for (internal, bucket) in &node.buckets {
        let Some(name) = own_name(prefix, internal) else { continue };
        for (origin, progress) in &bucket.origins {
            all.insert(format!("{name}\t{origin}:1"), number((progress.head, progress.max_known)));
        }
    }
    all
}
