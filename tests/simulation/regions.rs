//! The simulated network over the pure core of the local shardd: who delays, loses and garbles what.

use shardd_local::{Cluster, Config};
use shardd_wasm::platform::sim::{Homecoming, Journey, Network, Random, START_UNIX_MS};
use shardd_wasm::platform::{Request, Response};

use crate::plan::{Fault, FaultKind, Plan};

pub struct Regions {
    pub cluster: Cluster,
    plan: Plan,
    random: Random,
    advanced_ms: u64,
}

pub fn edge_url(region: usize) -> String {
    format!("http://127.0.0.1:{}", 8081 + region)
}

pub fn region_of(url: &str) -> usize {
    let port = url.trim_start_matches("http://127.0.0.1:").split('/').next().unwrap_or_default();
    port.parse::<usize>().expect("an edge of the simulation") - 8081
}

impl Regions {
    pub fn new(plan: &Plan) -> Regions {
        let config = Config {
            regions: plan.rtts_ms.len(),
            replication_delay_ms: plan.replication_ms,
            seed: plan.seed,
            ..Config::default()
        };
        let random = Random::new(plan.seed ^ 0x5eed);
        Regions { cluster: Cluster::new(config), plan: plan.clone(), random, advanced_ms: 0 }
    }

    /// Lets the ledger go on to `now_ms`: what was under way before a link is cut arrives.
    pub fn advance(&mut self, now_ms: u64) {
        let turns = self.plan.faults.iter().flat_map(|fault| [fault.from_ms, fault.until_ms]);
        let mut turns: Vec<u64> =
            turns.filter(|at_ms| (self.advanced_ms + 1..=now_ms).contains(at_ms)).collect();
        turns.sort_unstable();
        for at_ms in turns {
            self.cluster.advance(START_UNIX_MS + at_ms);
            self.turn(at_ms);
        }
        self.cluster.advance(START_UNIX_MS + now_ms);
        self.advanced_ms = self.advanced_ms.max(now_ms);
    }

    /// Cuts the links and loses the nodes that are due at `now_ms`; heals what is over.
    fn turn(&mut self, now_ms: u64) {
        let regions = self.plan.rtts_ms.len();
        for fault in &self.plan.faults {
            match fault.kind {
                FaultKind::Partition => {
                    let up = !(fault.from_ms..fault.until_ms).contains(&now_ms);
                    for other in (0..regions).filter(|other| *other != fault.region) {
                        self.cluster.set_link(fault.region, other, up);
                        self.cluster.set_link(other, fault.region, up);
                    }
                }
                FaultKind::Lost
                    if now_ms >= fault.from_ms && !self.cluster.is_lost(fault.region) && regions > 1 =>
                {
                    self.cluster.lose_node(fault.region);
                }
                _ => {}
            }
        }
    }

    fn fault(&self, region: usize, now_ms: u64) -> Option<&Fault> {
        let active = |fault: &&Fault| {
            let harsh = matches!(fault.kind, FaultKind::Partition | FaultKind::Lost);
            fault.region == region && !harsh && (fault.from_ms..fault.until_ms).contains(&now_ms)
        };
        self.plan.faults.iter().find(active)
    }
}

impl Network for Regions {
    fn depart(&mut self, request: &Request, now_ms: u64) -> Journey {
        let region = region_of(&request.url);
        let is_probe = request.url.ends_with("/gateway/health");
        let rtt_ms = self.plan.rtts_ms[region] + self.random.between(0, self.plan.rtts_ms[region] / 10);
        let (there_ms, back_ms) = (rtt_ms / 2, rtt_ms - rtt_ms / 2);
        let fine = Journey {
            arrives_after_ms: Some(there_ms),
            returns_after_ms: Some(there_ms + back_ms),
            homecoming: Homecoming::Answer,
        };
        let failure = |arrives_after_ms| Journey {
            arrives_after_ms,
            returns_after_ms: Some(rtt_ms),
            homecoming: Homecoming::Failure,
        };
        let Some(fault) = self.fault(region, now_ms) else { return fine };
        match &fault.kind {
            FaultKind::BlackHole => Journey { arrives_after_ms: None, returns_after_ms: None, ..fine },
            FaultKind::DeafHole => Journey { returns_after_ms: None, ..fine },
            FaultKind::Refuse => failure(None),
            FaultKind::Freeze => {
                let held_ms = (fault.until_ms - now_ms).max(there_ms);
                Journey { arrives_after_ms: Some(held_ms), returns_after_ms: Some(held_ms + back_ms), ..fine }
            }
            FaultKind::Unready if is_probe => instead(
                fine,
                200,
                r#"{"observed_at_unix_ms":1,"ready":false,"discovered_nodes":0,"auth_enabled":false}"#,
                None,
                true,
            ),
            _ if is_probe => fine,
            FaultKind::ResetBefore => failure(None),
            FaultKind::ResetAfter => failure(Some(there_ms)),
            FaultKind::StalledBody => Journey { returns_after_ms: None, ..fine },
            FaultKind::SlowAnswer { ms } => Journey { returns_after_ms: Some(rtt_ms + ms), ..fine },
            FaultKind::Garbage => instead(fine, 200, "<html>hello</html>", None, true),
            FaultKind::Status { status, text, retry_after, lands } => {
                instead(fine, *status, &format!(r#"{{"error":"{text}"}}"#), *retry_after, *lands)
            }
            FaultKind::Unready | FaultKind::Partition | FaultKind::Lost => fine,
        }
    }

    fn arrive(&mut self, request: &Request, now_ms: u64) -> Response {
        self.advance(now_ms);
        let region = region_of(&request.url);
        let target = request.url.trim_start_matches(&edge_url(region)).to_owned();
        let request = match &request.body {
            Some(body) => shardd_local::Request::post(&target, body.as_bytes().to_vec()),
            None => shardd_local::Request::new(request.method, &target),
        };
        let response = self.cluster.handle(region, &request, START_UNIX_MS + now_ms);
        Response { status: response.status, body: response.body, ..Response::default() }
    }
}

fn instead(fine: Journey, status: u16, body: &str, retry_after: Option<&str>, lands: bool) -> Journey {
    let response =
        Response { status, retry_after: retry_after.map(str::to_owned), body: body.into(), read: None };
    let arrives_after_ms = fine.arrives_after_ms.filter(|_| lands);
    Journey { arrives_after_ms, homecoming: Homecoming::Instead(response), ..fine }
}
