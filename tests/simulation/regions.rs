//! The simulated network over the pure core of the local shardd: who delays, loses and garbles what.

use std::collections::{BTreeMap, VecDeque};

use shardd_local::{Auth, Cluster, Config, Key};
use shardd_wasm::platform::sim::{Homecoming, Journey, Network, Random, START_UNIX_MS};
use shardd_wasm::platform::{Request, Response};

use crate::line::{Line, Passed};
use crate::plan::{Fault, FaultKind, Plan};

/// What a thawed node hears of the others, it hears so long after it thawed.
const CATCHES_UP_MS: u64 = 10;

pub struct Regions {
    /// One for each ledger.
    pub clusters: Vec<Cluster>,
    /// What became of each request, in the order in which they left.
    pub voyages: Vec<Voyage>,
    plan: Plan,
    line: Line,
    random: Random,
    /// The voyages that land at a time, in the order in which they left.
    landings: BTreeMap<u64, VecDeque<usize>>,
    advanced_ms: u64,
}

/// The way of one request.
#[derive(Clone, Debug)]
pub struct Voyage {
    /// The node that gets it.
    pub node: usize,
    /// When; never where it is lost.
    pub lands_at_ms: Option<u64>,
    /// The fault (its place in the plan) that made it late.
    pub kept_by: Option<usize>,
}

/// The base URL of a region of a ledger.
pub fn edge_url(ledger: usize, region: usize) -> String {
    format!("http://127.0.0.1:{}", 8081 + 100 * ledger + region)
}

pub fn region_of(url: &str) -> usize {
    (port_of(url) - 8081) % 100
}

pub fn ledger_of(url: &str) -> usize {
    (port_of(url) - 8081) / 100
}

fn port_of(url: &str) -> usize {
    let port = url.trim_start_matches("http://127.0.0.1:").split('/').next().unwrap_or_default();
    port.parse().expect("an edge of the simulation")
}

/// The key of an owner.
pub fn key_of(owner: usize) -> String {
    format!("key-{owner}")
}

fn user_of(owner: usize) -> String {
    format!("00000000-0000-4000-8000-{owner:012}")
}

/// Whose bucket this is, by the name that the ledger has for it.
pub fn owner_of(bucket: &str) -> usize {
    let digits = bucket.trim_start_matches("user_00000000-0000-4000-8000-").get(..12);
    digits.and_then(|digits| digits.parse().ok()).expect("a bucket of an owner of the simulation")
}

impl Regions {
    pub fn new(plan: &Plan) -> Regions {
        let keys =
            (0..2).map(|owner| Key { user: Some(user_of(owner)), ..Key::new(&key_of(owner)) }).collect();
        let config = Config {
            regions: plan.rtts_ms.len(),
            replication_delay_ms: plan.replication_ms,
            seed: plan.seed,
            auth: Some(Auth { keys }),
            ..Config::default()
        };
        let mut random = Random::new(plan.seed ^ 0x5eed);
        let ledgers = plan.clients.iter().map(|client| client.ledger + 1).max().unwrap_or(1);
        Regions {
            clusters: (0..ledgers).map(|_| Cluster::new(config.clone())).collect(),
            voyages: Vec::new(),
            line: Line::new(plan, &mut random),
            plan: plan.clone(),
            random,
            landings: BTreeMap::new(),
            advanced_ms: 0,
        }
    }

    /// Lets the ledgers go on to `now_ms`: what was under way before a link is cut arrives.
    pub fn advance(&mut self, now_ms: u64) {
        let turns = self.plan.faults.iter().filter(|fault| turns(fault));
        let turns = turns.flat_map(|fault| [fault.from_ms, fault.until_ms, fault.until_ms + CATCHES_UP_MS]);
        let mut turns: Vec<u64> =
            turns.filter(|at_ms| (self.advanced_ms + 1..=now_ms).contains(at_ms)).collect();
        turns.sort_unstable();
        for at_ms in turns {
            for cluster in &mut self.clusters {
                cluster.advance(START_UNIX_MS + at_ms);
                turn(cluster, &self.plan, at_ms);
            }
        }
        for cluster in &mut self.clusters {
            cluster.advance(START_UNIX_MS + now_ms);
        }
        self.advanced_ms = self.advanced_ms.max(now_ms);
    }

    fn fault(&self, region: usize, now_ms: u64) -> Option<&Fault> {
        let active = |fault: &&Fault| {
            let elsewhere = matches!(fault.kind, FaultKind::Held | FaultKind::Lossy) || turns(fault);
            !elsewhere && fault.covers(region) && fault.is_active(now_ms)
        };
        self.plan.faults.iter().find(active)
    }

    /// When the node goes on, if it is frozen at this time, and the fault that froze it.
    fn thaw(&self, node: usize, at_ms: u64) -> Option<(u64, usize)> {
        let frozen = |fault: &Fault| {
            fault.kind == FaultKind::FrozenNode && fault.covers(node) && fault.is_active(at_ms)
        };
        let at = self.plan.faults.iter().position(frozen)?;
        Some((self.plan.faults[at].until_ms, at))
    }

    /// The way there and back, as far as the line and the node are concerned.
    fn way(&mut self, region: usize, is_probe: bool, now_ms: u64) -> (Voyage, Option<u64>) {
        let rtt_ms = self.plan.rtts_ms[region] + self.random.between(0, self.plan.rtts_ms[region] / 10);
        let nodes = self.plan.rtts_ms.len() as u64;
        let node = if self.plan.spread { self.random.between(0, nodes - 1) as usize } else { region };
        let Some(Passed { at_ms, mut kept_by }) =
            self.line.request(&self.plan, &mut self.random, region, now_ms)
        else {
            return (Voyage { node, lands_at_ms: None, kept_by: None }, None);
        };
        let mut lands_at_ms = at_ms + rtt_ms / 2;
        if let Some((thaws_at_ms, fault)) = self.thaw(node, lands_at_ms)
            && !is_probe
        {
            lands_at_ms = thaws_at_ms + self.random.between(0, 2 * CATCHES_UP_MS);
            kept_by = Some(fault);
        }
        let back = self.line.pass(&self.plan, &mut self.random, region, lands_at_ms);
        let returns_at_ms = back.map(|passed| passed.at_ms + rtt_ms - rtt_ms / 2);
        (Voyage { node, lands_at_ms: Some(lands_at_ms), kept_by }, returns_at_ms)
    }
}

/// Whether the fault is one of the ledger's own, which begins and ends by itself.
fn turns(fault: &Fault) -> bool {
    matches!(fault.kind, FaultKind::Partition | FaultKind::Lost | FaultKind::FrozenNode)
}

/// Cuts the links and loses the nodes that are due at `now_ms`; heals what is over.
fn turn(cluster: &mut Cluster, plan: &Plan, now_ms: u64) {
    let regions = plan.rtts_ms.len();
    for (from, to) in (0..regions).flat_map(|from| (0..regions).map(move |to| (from, to))) {
        let cuts = |fault: &&Fault| match fault.kind {
            FaultKind::Partition => (fault.covers(from) || fault.covers(to)) && fault.is_active(now_ms),
            // What others tell a frozen node waits too.
            FaultKind::FrozenNode => {
                fault.covers(to) && (fault.from_ms..fault.until_ms + CATCHES_UP_MS).contains(&now_ms)
            }
            _ => false,
        };
        let up = !plan.faults.iter().any(|fault| cuts(&fault));
        if from != to && cluster.is_link_up(from, to) != up {
            cluster.set_link(from, to, up);
        }
    }
    let lost = |fault: &&Fault| fault.kind == FaultKind::Lost && now_ms >= fault.from_ms && regions > 1;
    for region in plan.faults.iter().filter(lost).filter_map(|fault| fault.region) {
        if !cluster.is_lost(region) {
            cluster.lose_node(region);
        }
    }
}

impl Network for Regions {
    fn depart(&mut self, request: &Request, now_ms: u64) -> Journey {
        let region = region_of(&request.url);
        let is_probe = request.url.ends_with("/gateway/health");
        let (mut voyage, returns_at_ms) = self.way(region, is_probe, now_ms);
        let fine = Journey {
            arrives_after_ms: voyage.lands_at_ms.map(|at_ms| at_ms - now_ms),
            returns_after_ms: returns_at_ms.map(|at_ms| at_ms - now_ms),
            homecoming: Homecoming::Answer,
        };
        let journey = match self.fault(region, now_ms) {
            Some(fault) => {
                let rtt_ms = self.plan.rtts_ms[region];
                let lost = voyage.kept_by.filter(|at| self.plan.faults[*at].kind == FaultKind::Lossy);
                // A closed socket sends no lost bytes again: if they arrive, the connection broke after that.
                let breaks_ms = lost.and(fine.arrives_after_ms).unwrap_or(rtt_ms / 2);
                trouble(&fault.kind, fine, is_probe, breaks_ms + rtt_ms - rtt_ms / 2)
            }
            None => fine,
        };
        let at = self.voyages.len();
        voyage.lands_at_ms = journey.arrives_after_ms.map(|ms| now_ms + ms);
        if let Some(at_ms) = voyage.lands_at_ms {
            self.landings.entry(at_ms).or_default().push_back(at);
        }
        self.voyages.push(voyage);
        journey
    }

    fn arrive(&mut self, request: &Request, now_ms: u64) -> Response {
        self.advance(now_ms);
        let landings = self.landings.get_mut(&now_ms).expect("a request lands when its way ends");
        let at = landings.pop_front().expect("a request lands once");
        if landings.is_empty() {
            self.landings.remove(&now_ms);
        }
        let (ledger, region) = (ledger_of(&request.url), region_of(&request.url));
        let target = request.url.trim_start_matches(&edge_url(ledger, region)).to_owned();
        let mut wire = match &request.body {
            Some(body) => shardd_local::Request::post(&target, body.as_bytes().to_vec()),
            None => shardd_local::Request::new(request.method, &target),
        };
        if let Some(authorization) = &request.authorization {
            wire = wire.with("authorization", authorization);
        }
        let node = self.voyages[at].node;
        let response = self.clusters[ledger].handle(node, &wire, START_UNIX_MS + now_ms);
        Response { status: response.status, body: response.body, ..Response::default() }
    }
}

/// What a gateway in trouble makes of a request whose way is `fine`.
fn trouble(kind: &FaultKind, fine: Journey, is_probe: bool, break_heard_ms: u64) -> Journey {
    // A connection that breaks here is heard of at once, also where a box on the way still holds the bytes that it carried.
    let failure = |arrives_after_ms| Journey {
        arrives_after_ms,
        returns_after_ms: Some(break_heard_ms),
        homecoming: Homecoming::Failure,
    };
    match kind {
        FaultKind::BlackHole => Journey { arrives_after_ms: None, returns_after_ms: None, ..fine },
        FaultKind::DeafHole => Journey { returns_after_ms: None, ..fine },
        FaultKind::Refuse => failure(None),
        FaultKind::Unready if is_probe => instead(
            fine,
            200,
            r#"{"observed_at_unix_ms":1,"ready":false,"discovered_nodes":0,"auth_enabled":false}"#,
            None,
            true,
        ),
        _ if is_probe => fine,
        FaultKind::ResetBefore => failure(None),
        FaultKind::ResetAfter => failure(fine.arrives_after_ms),
        FaultKind::StalledBody => Journey { returns_after_ms: None, ..fine },
        FaultKind::SlowAnswer { ms } => later(fine, *ms),
        FaultKind::Garbage => instead(fine, 200, "<html>hello</html>", None, true),
        FaultKind::Status { status, text, retry_after, lands, late_ms } => {
            let body = format!(r#"{{"error":"{text}"}}"#);
            instead(later(fine, *late_ms), *status, &body, *retry_after, *lands)
        }
        _ => fine,
    }
}

fn later(fine: Journey, ms: u64) -> Journey {
    Journey { returns_after_ms: fine.returns_after_ms.map(|after_ms| after_ms + ms), ..fine }
}

fn instead(fine: Journey, status: u16, body: &str, retry_after: Option<&str>, lands: bool) -> Journey {
    let response =
        Response { status, retry_after: retry_after.map(str::to_owned), body: body.into(), read: None };
    let arrives_after_ms = fine.arrives_after_ms.filter(|_| lands);
    Journey { arrives_after_ms, homecoming: Homecoming::Instead(response), ..fine }
}
