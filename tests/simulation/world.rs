//! Runs a plan and gathers the evidence. It judges nothing.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use shardd_local::EventKind;
use shardd_wasm::Controls;
use shardd_wasm::api::Operation;
use shardd_wasm::engine::Rule;
use shardd_wasm::platform::Platform;
use shardd_wasm::platform::sim::{START_UNIX_MS, Sim};
use shardd_wasm::protocol::CreateEventOptions;

use crate::actor::{Actor, Decisions, actors};
use crate::evidence::{CallRecord, Ended, Evidence, Write, nonce_of};
use crate::plan::{Act, CallEnd, CallPlan, Pause, Plan};
use crate::regions::{Regions, owner_of};

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
    Die { client: usize },
}

struct Stage<'a> {
    plan: &'a Plan,
    sim: Sim,
    regions: Rc<RefCell<Regions>>,
    actors: Vec<Actor>,
    records: Rc<RefCell<Vec<CallRecord>>>,
    bells: Vec<Rc<Bell>>,
    client_of: BTreeMap<usize, usize>,
}

pub fn run(plan: &Plan, broken: Option<Rule>) -> Evidence {
    let regions = Rc::new(RefCell::new(Regions::new(plan)));
    let sim = Sim::new(regions.clone());
    let decisions: Decisions = Rc::new(RefCell::new(vec![Vec::new(); plan.clients.len()]));
    let actors = actors(plan, broken, &sim, &decisions);
    let mut stage = Stage {
        plan,
        sim,
        regions,
        actors,
        records: Rc::default(),
        bells: Vec::new(),
        client_of: BTreeMap::new(),
    };
    let mut agenda = agenda(plan);
    while let Some((at_ms, step)) = agenda.pop() {
        stage.run_until(at_ms);
        if let Some((due_ms, follow)) = stage.take(step) {
            let place = agenda.iter().position(|(other_ms, _)| *other_ms <= due_ms).unwrap_or(agenda.len());
            agenda.insert(place, (due_ms, follow));
        }
    }
    stage.finish(&decisions)
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
        agenda.extend(actor.dies_at_ms.map(|at_ms| (at_ms, Step::Die { client })));
    }
    agenda.sort_by_key(|(at_ms, _)| std::cmp::Reverse(*at_ms));
    agenda
}

impl Stage<'_> {
    fn run_until(&mut self, at_ms: u64) {
        self.sim.run_until(at_ms);
        self.regions.borrow_mut().advance(at_ms);
    }

    /// Takes a step, and says what follows from it, and when.
    fn take(&mut self, step: Step) -> Option<(u64, Step)> {
        match step {
            Step::Call { client, call } => {
                let dies_at_ms = self.plan.clients[client].dies_at_ms;
                if dies_at_ms.is_some_and(|at_ms| at_ms <= self.sim.now_ms()) {
                    return None;
                }
                let call = self.plan.clients[client].calls[call].clone();
                let at = self.begin(client, &call);
                let (after_ms, follow) = match call.end {
                    CallEnd::Awaited => return None,
                    CallEnd::Aborted { after_ms } => (after_ms, Step::Abort { call: at }),
                    CallEnd::Dropped { after_ms } => (after_ms, Step::Drop { call: at }),
                    CallEnd::Killed { after_ms } => (after_ms, Step::Kill { call: at }),
                };
                return Some((call.at_ms + after_ms, follow));
            }
            Step::Abort { call } => self.bells[call].ring(),
            Step::Drop { call } => self.sim.drop_task(self.records.borrow()[call].task),
            Step::Kill { call } => self.sim.kill(self.records.borrow()[call].task),
            Step::Pause { client, pause } => self.pause(client, &pause),
            Step::Die { client } => self.die(client),
        }
        None
    }

    fn pause(&mut self, client: usize, pause: &Pause) {
        let longer_ms = self.sim.pause(pause.for_ms);
        if pause.clock_stops {
            // All clients live on one device here, and it sleeps as a whole; those of a module share its clock.
            let mut modules = BTreeSet::new();
            for actor in self.actors.iter().filter(|actor| modules.insert(actor.plan.module)) {
                actor.platform.lag(longer_ms);
            }
        }
        self.actors[client].platform.jump(pause.astray_ms);
    }

    fn die(&mut self, client: usize) {
        for (task, _) in self.client_of.iter().filter(|(_, of)| **of == client) {
            self.sim.kill(*task);
        }
        if let Some(disk) = &self.actors[client].disk {
            disk.die();
        }
    }

    fn begin(&mut self, client: usize, call: &CallPlan) -> usize {
        let at = self.records.borrow().len();
        let bell = Rc::new(Bell::default());
        self.bells.push(bell.clone());
        let actor = &self.actors[client];
        let operation = operation(actor, call);
        let record = CallRecord {
            client,
            task: 0,
            plan: call.clone(),
            began_ms: self.sim.now_ms(),
            deadline_ms: actor.platform.now_ms() + actor.plan.timeout_ms,
            ended: None,
            resumed: Vec::new(),
            left_behind: (0, 0),
        };
        self.records.borrow_mut().push(record);
        let abort: shardd_wasm::Abort = Box::pin(async move {
            poll_fn(|context| bell.poll(context)).await;
            None
        });
        let (run, platform, records) = (actor.client.clone(), actor.platform.clone(), self.records.clone());
        let (only, timeout_ms) = (call.only, actor.plan.timeout_ms);
        let task = self.sim.spawn(async move {
            // A process that stands still begins its calls when it goes on.
            records.borrow_mut()[at].began_ms = platform.world_ms();
            records.borrow_mut()[at].deadline_ms = platform.now_ms() + timeout_ms;
            let ended = match &operation {
                Some(operation) => {
                    let controls = Controls { abort: Some(abort), only, ..Controls::default() };
                    Ended::of(run.run(operation, controls).await)
                }
                None => {
                    let resumed = run.resume().await.expect("the store can be asked");
                    records.borrow_mut()[at].resumed = resumed
                        .into_iter()
                        .map(|(note, end)| (note.nonce.to_string(), Ended::of(end)))
                        .collect();
                    Ended::Resolved { attempts: 0, event_id: None }
                }
            };
            let record = &mut records.borrow_mut()[at];
            record.ended = Some((platform.world_ms(), platform.now_ms(), ended));
            record.left_behind = platform.holdings();
        });
        self.records.borrow_mut()[at].task = task;
        self.client_of.insert(task, client);
        at
    }

    fn finish(mut self, decisions: &Decisions) -> Evidence {
        self.run_until(self.plan.settled_at_ms);
        // The quiet after the storm: a stale ranking is refreshed beside the first read, confirmed beside the next.
        let quiet_ms = self.plan.settled_at_ms + 10 * 60_000;
        for after_ms in [0, 2_000, 4_000, 6_000] {
            self.sim.run_until(quiet_ms + after_ms);
            for (at, actor) in
                self.actors.iter().enumerate().filter(|(_, actor)| actor.plan.dies_at_ms.is_none())
            {
                let client = actor.client.clone();
                let task = self.sim.spawn(async move { drop(client.get_balances("bucket").await) });
                self.client_of.insert(task, at);
            }
        }
        let unfinished = self.unfinished();
        let end_ms = quiet_ms + 60_000;
        self.run_until(end_ms);
        let mut regions = self.regions.borrow_mut();
        for cluster in &mut regions.clusters {
            while let Some(due_ms) = cluster.next_due_ms() {
                cluster.advance(due_ms.max(START_UNIX_MS + end_ms));
            }
        }
        let pinned = |actor: &Actor| actor.client.edge_table().iter().position(|edge| edge.pinned);
        let alive = |actor: &&Actor| actor.plan.dies_at_ms.is_none();
        Evidence {
            calls: self.records.borrow().clone(),
            passages: self.sim.passages(),
            voyages: regions.voyages.clone(),
            client_of: self.client_of.clone(),
            decisions: decisions.borrow().clone(),
            written: written(&regions),
            voids: regions.clusters.iter().map(shardd_local::Cluster::voids).sum(),
            storms: regions.clusters.iter().map(|cluster| cluster.storms().len()).sum(),
            pinned: self.actors.iter().map(|actor| Some(actor).filter(alive).map(pinned)).collect(),
            unfinished: unfinished.get(),
        }
    }

    /// How many recorded writes are unfinished now.
    fn unfinished(&mut self) -> Rc<Cell<usize>> {
        let count = Rc::new(Cell::new(0));
        let durable = |actor: &&Actor| actor.plan.dies_at_ms.is_none() && actor.disk.is_some();
        for actor in self.actors.iter().filter(durable) {
            let (client, count) = (actor.client.clone(), count.clone());
            self.sim.spawn(async move {
                let pending = client.pending().await.expect("the store can be asked");
                count.set(count.get() + pending.len());
            });
        }
        count
    }
}

/// What is called; nothing where it resumes.
fn operation(actor: &Actor, call: &CallPlan) -> Option<Operation> {
    let options = CreateEventOptions {
        idempotency_nonce: Some(nonce_of(&actor.plan, call)),
        ..CreateEventOptions::default()
    };
    let operation = match call.act {
        Act::Read => Operation::get_balances("bucket"),
        Act::Write { amount } => {
            Operation::create_event("bucket", "account", amount, &options, &|| unreachable!())
        }
        Act::Resume => return None,
    };
    Some(operation.expect("the plan's calls are right"))
}

fn written(regions: &Regions) -> BTreeMap<Write, Vec<String>> {
    let mut written: BTreeMap<Write, Vec<String>> = BTreeMap::new();
    for (ledger, cluster) in regions.clusters.iter().enumerate() {
        for region in (0..cluster.regions()).filter(|region| !cluster.is_lost(*region)) {
            for event in cluster.events(region).iter().filter(|event| event.kind == EventKind::Standard) {
                let nonce = event.idempotency_nonce.clone();
                let ids = written.entry(Write { ledger, owner: owner_of(&event.bucket), nonce }).or_default();
                if !ids.contains(&event.event_id) {
                    ids.push(event.event_id.clone());
                }
            }
        }
    }
    written
}
