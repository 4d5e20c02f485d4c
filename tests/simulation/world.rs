//! Runs a plan and gathers the evidence: what was called, what came of it, what left the client, what the ledger
//! holds in the end. It judges nothing.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use shardd_local::EventKind;
use shardd_wasm::api::{CreateEventOptions, Operation};
use shardd_wasm::engine::{Event, Policy, Rule};
use shardd_wasm::platform::Platform;
use shardd_wasm::platform::sim::{Passage, START_UNIX_MS, Sim, SimPlatform};
use shardd_wasm::{ApiKey, Client, Code, Config, Controls, Outcome};

use crate::plan::{Act, CallEnd, CallPlan, ClientPlan, Pause, Plan};
use crate::regions::{Regions, edge_url};

/// The nonce that the ledger knows a call by.
pub fn nonce_of(client: usize, call: &CallPlan) -> String {
    format!("nonce-{client}-{}", call.nonce)
}

#[derive(Clone, Debug)]
pub struct CallRecord {
    pub client: usize,
    pub task: usize,
    pub plan: CallPlan,
    /// By the client's clock.
    pub deadline_ms: u64,
    /// The end: the world's time, the client's time, and what it was.
    pub ended: Option<(u64, u64, Ended)>,
    /// Fetches and timers still held when it had ended.
    pub left_behind: (usize, usize),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    Resolved { attempts: u32 },
    Rejected { code: Code, outcome: Outcome },
}

#[derive(Debug)]
pub struct Evidence {
    pub calls: Vec<CallRecord>,
    pub passages: Vec<Passage>,
    /// Decisions of each client: the world's time, the task that made it, the decision.
    pub decisions: Vec<Vec<(u64, usize, Event)>>,
    /// For each nonce, the ids of its standard events that are not lost, in any region.
    pub written: BTreeMap<String, Vec<String>>,
    pub voids: usize,
    pub storms: usize,
    /// The edge that each client ends up pinned to.
    pub pinned: Vec<Option<usize>>,
}

/// What each client decided: when, in which task, what.
type Decisions = Rc<RefCell<Vec<Vec<(u64, usize, Event)>>>>;

struct Actor {
    client: Client,
    platform: SimPlatform,
    plan: ClientPlan,
}

/// The caller's abort signal.
#[derive(Default)]
struct Bell {
    rung: Cell<bool>,
    waker: RefCell<Option<Waker>>,
}

impl Bell {
    fn ring(&self) {
        self.rung.set(true);
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }

    fn poll(&self, context: &mut Context<'_>) -> Poll<()> {
        *self.waker.borrow_mut() = Some(context.waker().clone());
        if self.rung.get() { Poll::Ready(()) } else { Poll::Pending }
    }
}

enum Step {
    Call { client: usize, call: usize },
    Abort { call: usize },
    Drop { call: usize },
    Kill { call: usize },
    Pause { client: usize, pause: Pause },
}

pub fn run(plan: &Plan, broken: Option<Rule>) -> Evidence {
    let regions = Rc::new(RefCell::new(Regions::new(plan)));
    let mut sim = Sim::new(regions.clone());
    let decisions: Decisions = Rc::new(RefCell::new(vec![Vec::new(); plan.clients.len()]));
    let actors: Vec<Actor> =
        (0..plan.clients.len()).map(|at| actor(plan, at, broken, &sim, decisions.clone())).collect();
    let records = Rc::new(RefCell::new(Vec::<CallRecord>::new()));
    let mut bells: Vec<Rc<Bell>> = Vec::new();
    let mut agenda = agenda(plan);
    while let Some((at_ms, step)) = agenda.pop() {
        sim.run_until(at_ms);
        regions.borrow_mut().advance(at_ms);
        match step {
            Step::Call { client, call } => {
                let actor = &actors[client];
                let call = actor.plan.calls[call].clone();
                let at = begin(&mut sim, actor, client, &call, &records, &mut bells);
                let follow = match call.end {
                    CallEnd::Awaited => continue,
                    CallEnd::Aborted { after_ms } => (after_ms, Step::Abort { call: at }),
                    CallEnd::Dropped { after_ms } => (after_ms, Step::Drop { call: at }),
                    CallEnd::Killed { after_ms } => (after_ms, Step::Kill { call: at }),
                };
                let due_ms = at_ms + follow.0;
                let place =
                    agenda.iter().position(|(other_ms, _)| *other_ms <= due_ms).unwrap_or(agenda.len());
                agenda.insert(place, (due_ms, follow.1));
            }
            Step::Abort { call } => bells[call].ring(),
            Step::Drop { call } => {
                let task = records.borrow()[call].task;
                sim.drop_task(task);
            }
            Step::Kill { call } => {
                let task = records.borrow()[call].task;
                sim.kill(task);
            }
            Step::Pause { client, pause } => {
                let longer_ms = sim.pause(pause.for_ms);
                if pause.clock_stops {
                    // All clients live on one device here, and it sleeps as a whole.
                    actors.iter().for_each(|actor| actor.platform.lag(longer_ms));
                }
                actors[client].platform.jump(pause.astray_ms);
            }
        }
    }
    finish(plan, sim, &regions, &actors, records, decisions)
}

fn actor(plan: &Plan, at: usize, broken: Option<Rule>, sim: &Sim, decisions: Decisions) -> Actor {
    let client_plan = plan.clients[at].clone();
    let platform = sim.platform(plan.seed.wrapping_mul(31).wrapping_add(at as u64));
    let mut config = Config::new(key(client_plan.key_after_ms, &platform));
    config.edges = (0..plan.rtts_ms.len()).map(edge_url).collect();
    config.policy = Policy {
        timeout_ms: client_plan.timeout_ms,
        attempt_timeout_ms: client_plan.attempt_timeout_ms,
        cooldown_ms: client_plan.cooldown_ms,
        ambiguous_writes_move: !client_plan.same_edge,
        broken,
        ..Policy::default()
    };
    let watch = platform.clone();
    config.observer = Some(Rc::new(move |event: &Event, _: &[Rc<str>]| {
        decisions.borrow_mut()[at].push((watch.world_ms(), watch.task(), *event));
    }));
    let client =
        Client::from_config(config, Rc::new(platform.clone())).expect("the plan's options are right");
    Actor { client, platform, plan: client_plan }
}

fn key(after_ms: Option<u64>, platform: &SimPlatform) -> ApiKey {
    let Some(after_ms) = after_ms else { return "key".into() };
    let platform = platform.clone();
    ApiKey::Asked(Rc::new(move || {
        let slept = platform.sleep(after_ms);
        Box::pin(async move {
            slept.await;
            Ok("key".into())
        })
    }))
}

/// What happens when, the next thing last.
fn agenda(plan: &Plan) -> Vec<(u64, Step)> {
    let mut agenda = Vec::new();
    for (client, actor) in plan.clients.iter().enumerate() {
        for (call, planned) in actor.calls.iter().enumerate() {
            agenda.push((planned.at_ms, Step::Call { client, call }));
        }
        for pause in &actor.pauses {
            agenda.push((pause.at_ms, Step::Pause { client, pause: pause.clone() }));
        }
    }
    agenda.sort_by_key(|(at_ms, _)| std::cmp::Reverse(*at_ms));
    agenda
}

fn begin(
    sim: &mut Sim,
    actor: &Actor,
    client: usize,
    call: &CallPlan,
    records: &Rc<RefCell<Vec<CallRecord>>>,
    bells: &mut Vec<Rc<Bell>>,
) -> usize {
    let at = records.borrow().len();
    let bell = Rc::new(Bell::default());
    bells.push(bell.clone());
    let options = CreateEventOptions {
        idempotency_nonce: Some(nonce_of(client, call)),
        ..CreateEventOptions::default()
    };
    let operation = match call.act {
        Act::Read => Operation::get_balances("bucket"),
        Act::Write { amount } => {
            Operation::create_event("bucket", "account", amount, &options, &|| unreachable!())
        }
    }
    .expect("the plan's calls are right");
    let deadline_ms = actor.platform.now_ms() + actor.plan.timeout_ms;
    let record =
        CallRecord { client, task: 0, plan: call.clone(), deadline_ms, ended: None, left_behind: (0, 0) };
    records.borrow_mut().push(record);
    let abort: shardd_wasm::Abort = Box::pin(async move {
        poll_fn(|context| bell.poll(context)).await;
        None
    });
    let (run, platform, ends) = (actor.client.clone(), actor.platform.clone(), records.clone());
    let (only, timeout_ms) = (call.only, actor.plan.timeout_ms);
    let task = sim.spawn(async move {
        // A process that stands still begins its calls when it goes on.
        ends.borrow_mut()[at].deadline_ms = platform.now_ms() + timeout_ms;
        let controls = Controls { abort: Some(abort), only, ..Controls::default() };
        let ended = match run.run(&operation, controls).await {
            Ok(answer) => Ended::Resolved { attempts: answer.attempts },
            Err(error) => Ended::Rejected { code: error.code, outcome: error.outcome },
        };
        let record = &mut ends.borrow_mut()[at];
        record.ended = Some((platform.world_ms(), platform.now_ms(), ended));
        record.left_behind = platform.holdings();
    });
    records.borrow_mut()[at].task = task;
    at
}

fn finish(
    plan: &Plan,
    mut sim: Sim,
    regions: &Rc<RefCell<Regions>>,
    actors: &[Actor],
    records: Rc<RefCell<Vec<CallRecord>>>,
    decisions: Decisions,
) -> Evidence {
    sim.run_until(plan.settled_at_ms);
    regions.borrow_mut().advance(plan.settled_at_ms);
    // The quiet after the storm: a stale ranking is refreshed beside the first read, confirmed beside the next.
    let quiet_ms = 10 * 60_000;
    for after_ms in [0, 2_000, 4_000, 6_000] {
        sim.run_until(plan.settled_at_ms + quiet_ms + after_ms);
        for actor in actors {
            let client = actor.client.clone();
            sim.spawn(async move { drop(client.get_balances("bucket").await) });
        }
    }
    let end_ms = plan.settled_at_ms + quiet_ms + 60_000;
    sim.run_until(end_ms);
    let mut regions = regions.borrow_mut();
    regions.advance(end_ms);
    let cluster = &mut regions.cluster;
    while let Some(due_ms) = cluster.next_due_ms() {
        cluster.advance(due_ms.max(START_UNIX_MS + end_ms));
    }
    let mut written: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for region in (0..plan.rtts_ms.len()).filter(|region| !cluster.is_lost(*region)) {
        for event in cluster.events(region).iter().filter(|event| event.kind == EventKind::Standard) {
            let ids = written.entry(event.idempotency_nonce.clone()).or_default();
            if !ids.contains(&event.event_id) {
                ids.push(event.event_id.clone());
            }
        }
    }
    let pinned =
        actors.iter().map(|actor| actor.client.edge_table().iter().position(|edge| edge.pinned)).collect();
    Evidence {
        calls: records.borrow().clone(),
        passages: sim.passages(),
        decisions: decisions.borrow().clone(),
        written,
        voids: cluster.voids(),
        storms: cluster.storms().len(),
        pinned,
    }
}
