//! One region's gateway: routes, authentication, JSON in and out.

mod directory;
mod door;
mod event_list;
mod internal;
mod json_body;
mod my_bucket;
mod my_events;
mod operator;
mod post_event;
mod query;
mod read;
mod reply;
mod route;

use crate::cluster::Cluster;
use crate::exchange::{Request, Response};
use crate::ledger::Node;
use crate::seeded::Ids;
use route::Route;

/// Longer request targets are 414 before any route is looked at.
const MAX_TARGET_BYTES: usize = 65_534;
/// More header fields are 431.
const MAX_HEADERS: usize = 100;
/// A gateway waits so long for a frozen node before it tries another …
const NEXT_NODE_MS: u64 = 5_000;
/// … and so long before it gives up.
const NO_NODE_MS: u64 = 30_000;

/// One request at one gateway.
struct Visit<'a> {
    cluster: &'a mut Cluster,
    region: usize,
    /// The node that the gateway asks first.
    first: usize,
    /// The node that serves it: that one, or another if that is lost or frozen.
    home: Option<usize>,
    request: &'a Request,
    /// Everybody's time; the region's own is `clock()`.
    now: u64,
}

/// Answers a request as the gateway of this region does.
pub(crate) fn answer(cluster: &mut Cluster, region: usize, request: &Request, now: u64) -> Response {
    if request.target.len() > MAX_TARGET_BYTES {
        return reply::empty(414);
    }
    if request.headers.len() > MAX_HEADERS {
        return reply::empty(431);
    }
    if cluster.nodes.get(region).is_none() {
        return reply::error(503, "no such region");
    }
    let route = Route::of(request.path());
    if request.method == "OPTIONS" {
        return reply::preflight(route.as_ref().map(Route::allow));
    }
    let mut response = match route {
        None => reply::empty(404),
        Some(route) if !route.allows(&request.method) => reply::not_allowed(route.allow()),
        Some(route) => {
            let first = if route.asks_a_node() { cluster.first(region) } else { region };
            let home = cluster.home(first);
            let mut visit = Visit { cluster, region, first, home, request, now };
            visit.serve(&route).unwrap_or_else(|refusal| refusal)
        }
    };
    reply::open_to_browsers(&mut response);
    if request.method == "HEAD" {
        reply::without_body(&mut response);
    }
    response
}

impl Visit<'_> {
    fn serve(&mut self, route: &Route<'_>) -> Result<Response, Response> {
        let (get, delete) = (self.request.method != "POST", self.request.method == "DELETE");
        match *route {
            Route::Events if get => self.events(),
            Route::Events => self.post_event(),
            Route::Balances => self.balances(),
            Route::Accounts => self.accounts(),
            Route::Account { bucket, account } => self.account(bucket, account),
            Route::GatewayHealth => Ok(self.gateway_health()),
            Route::GatewayEdges => Ok(self.gateway_edges()),
            Route::Operator(page) => self.operator(page),
            Route::DebugOrigin(origin) => self.debug_origin(origin),
            Route::Metrics => Ok(self.metrics()),
            Route::MyBuckets => self.my_buckets(),
            Route::MyDeletedBuckets => self.my_deleted_buckets(),
            Route::MyBucket(name) if delete => self.delete_my_bucket(name),
            Route::MyBucket(name) => self.my_bucket(name),
            Route::MyBucketEvents(name) if get => self.my_bucket_events(name),
            Route::MyBucketEvents(name) => self.post_my_event(name),
            Route::MyEvents => self.my_events(),
            Route::Internal(page) => Err(self.internal(page)),
        }
    }

    /// The node that serves this gateway.
    fn node(&self) -> Result<&Node, Response> {
        self.home.and_then(|home| self.cluster.nodes.get(home)).ok_or_else(|| self.no_node())
    }

    /// The same node, its number and the ids that it may draw.
    fn node_mut(&mut self) -> Result<(usize, &mut Node, &mut Ids), Response> {
        let Some(home) = self.home else { return Err(self.no_node()) };
        let node = self.cluster.nodes.get_mut(home).ok_or_else(|| reply::empty(503))?;
        Ok((home, node, &mut self.cluster.ids))
    }

    /// The 503 of a gateway that finds no node, or none that answers.
    fn no_node(&self) -> Response {
        if self.cluster.nodes.iter().all(|node| node.lost) {
            return reply::error(503, "no libp2p nodes discovered");
        }
        let mut late = reply::error(503, "client RPC failed: Timeout while waiting for a response");
        late.ack_wait_ms = NO_NODE_MS;
        late
    }

    /// The time by this region's clock.
    fn clock(&self) -> u64 {
        self.cluster.nodes.get(self.region).map_or(self.now, |node| node.clock(self.now))
    }

    /// Puts the node's name on an answer that is the node's own.
    fn signed(&mut self, mut response: Response) -> Response {
        let in_vain = self.cluster.waits_in_vain(self.first);
        let now = self.now;
        if let Ok((_, node, _)) = self.node_mut() {
            node.served += 1;
            response.push("x-shardd-target-node-id", node.id.as_str());
            response.push("x-shardd-target-peer-id", node.peer_id.as_str());
            response.push("x-shardd-target-advertise-addr", node.addr.as_str());
            response.push("x-shardd-target-rtt-ms", "0");
            let busy = node.busy_until.saturating_sub(now);
            let late = if in_vain { NEXT_NODE_MS } else { 0 };
            response.ack_wait_ms = response.ack_wait_ms.max(busy).saturating_add(late);
        }
        response
    }
}
