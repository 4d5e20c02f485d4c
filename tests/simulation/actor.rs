//! The clients of a world, each in its module, with its owner's key, its ledger's edges and its device's store.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use shardd_wasm::engine::{Event, Policy, Rule};
use shardd_wasm::platform::Platform;
use shardd_wasm::platform::sim::{Sim, SimPlatform};
use shardd_wasm::{ApiKey, Client, Config, Owner};

use crate::plan::{ClientPlan, Plan};
use crate::regions::{edge_url, key_of};
use crate::store::Disk;

/// What each client decided: when, in which task, what.
pub type Decisions = Rc<RefCell<Vec<Vec<(u64, usize, Event)>>>>;

pub struct Actor {
    pub client: Client,
    pub platform: SimPlatform,
    pub plan: ClientPlan,
    /// The store, where its writes are recorded.
    pub disk: Option<Disk>,
}

/// The owner of the client's writes.
fn set_owner(config: &mut Config, owner: usize) {
    config.owner = Some(Owner::from(format!("owner-{owner}").as_str()));
}

/// The ledger that the client talks to.
fn set_ledger(config: &mut Config, ledger: usize) {
    config.ledger = Some(format!("ledger-{ledger}"));
}

/// All clients of the plan.
pub fn actors(plan: &Plan, broken: Option<Rule>, sim: &Sim, decisions: &Decisions) -> Vec<Actor> {
    let disk = Disk::new(sim.platform(plan.seed ^ 0xd15c), plan.seed.is_multiple_of(2));
    let mut modules: BTreeMap<usize, (SimPlatform, Disk)> = BTreeMap::new();
    let mut actors = Vec::new();
    for (at, client) in plan.clients.iter().enumerate() {
        let seed = plan.seed.wrapping_mul(31).wrapping_add(client.module as u64);
        let module =
            modules.entry(client.module).or_insert_with(|| (sim.platform(seed), disk.of_process())).clone();
        actors.push(actor(plan, at, broken, module, decisions.clone()));
    }
    actors
}

fn actor(
    plan: &Plan,
    at: usize,
    broken: Option<Rule>,
    (platform, disk): (SimPlatform, Disk),
    decisions: Decisions,
) -> Actor {
    let client_plan = plan.clients[at].clone();
    let mut config = Config::new(key(&client_plan, &platform));
    config.edges = (0..plan.rtts_ms.len()).map(|region| edge_url(client_plan.ledger, region)).collect();
    config.policy = Policy {
        timeout_ms: client_plan.timeout_ms,
        attempt_timeout_ms: client_plan.attempt_timeout_ms,
        cooldown_ms: client_plan.cooldown_ms,
        ambiguous_writes_move: !client_plan.same_edge,
        broken,
        ..Policy::default()
    };
    set_owner(&mut config, client_plan.owner);
    set_ledger(&mut config, client_plan.ledger);
    let disk = client_plan.durable.then_some(disk);
    config.store = disk.clone().map(|disk| Rc::new(disk) as Rc<dyn shardd_wasm::durable::Store>);
    let watch = platform.clone();
    config.observer = Some(Rc::new(move |event: &Event, _: &[Rc<str>]| {
        decisions.borrow_mut()[at].push((watch.world_ms(), watch.task(), *event));
    }));
    let client =
        Client::from_config(config, Rc::new(platform.clone())).expect("the plan's options are right");
    Actor { client, platform, plan: client_plan, disk }
}

/// Longer than the slowest region's probe.
const FIRST_KEY_MS: u64 = 400;

fn key(client: &ClientPlan, platform: &SimPlatform) -> ApiKey {
    let key = key_of(client.owner);
    if client.key_after_ms.is_none() && !client.knows_all {
        return key.into();
    }
    let (platform, usual_ms) = (platform.clone(), client.key_after_ms.unwrap_or(0));
    let after_ms = Cell::new(if client.knows_all { FIRST_KEY_MS } else { usual_ms });
    ApiKey::Asked(Rc::new(move || {
        let (slept, key) = (platform.sleep(after_ms.replace(usual_ms)), key.clone());
        Box::pin(async move {
            slept.await;
            Ok(key)
        })
    }))
}
