//! Plans that aim: each episode puts one fault where it meets a call.

use shardd_wasm::platform::sim::Random;

use crate::plan::{Act, CallEnd, CallPlan, ClientPlan, Fault, FaultKind, Plan, World};
use crate::storms;

/// Where regions may lie: near and far, close to each other and not.
const RTTS_MS: [&[u64]; 6] =
    [&[5, 40, 120], &[20, 30, 90], &[120, 250, 300], &[40, 40], &[12, 90, 90, 200], &[20]];
/// From one episode to the next: longer than a call's deadline and a lease of the store.
const EPISODE_MS: u64 = 45_000;

pub fn plan(seed: u64, world: World, random: &mut Random) -> Plan {
    let rtts_ms = RTTS_MS[random.between(0, 5) as usize].to_vec();
    let regions = rtts_ms.len();
    let replication_ms =
        if world == World::Slow { random.between(300, 3_000) } else { random.between(58, 150) };
    let (spread, one_connection) = (random.chance(50), random.chance(50));
    let mut plan = Plan {
        seed,
        world,
        rtts_ms,
        replication_ms,
        spread,
        one_connection,
        faults: Vec::new(),
        clients: clients(world, random),
        settled_at_ms: 0,
    };
    let episodes = random.between(1, 2);
    for episode in 0..episodes {
        let at_ms = 3_000 + episode * EPISODE_MS + random.between(0, 2_000);
        plan.faults.extend(aimed_fault(world, random, regions, at_ms));
        calls(&mut plan, random, 10 * (episode + 1), at_ms);
    }
    // Something else goes wrong too, somewhere.
    if random.chance(25) {
        plan.faults.push(storms::fault(random, regions));
    }
    plan.settled_at_ms = 3_000 + episodes * EPISODE_MS + 30_000;
    last_resumes(&mut plan);
    plan
}

fn clients(world: World, random: &mut Random) -> Vec<ClientPlan> {
    let first = client(random);
    match world {
        World::Module => {
            let others = random.between(1, 2);
            (0..=others).map(|_| first.clone()).collect()
        }
        World::Owners => {
            let (owner, ledger) = if random.chance(50) { (1, 0) } else { (0, 1) };
            // Two keys that are strings are two owners, whatever else is said.
            let first = ClientPlan { durable: random.chance(50), knows_all: false, ..first };
            vec![first.clone(), ClientPlan { owner, ledger, ..first }]
        }
        World::Reborn => {
            let first = ClientPlan { durable: true, ..first };
            // Each process is a module of its own; all use the nonces of the device.
            (0..3).map(|module| ClientPlan { module, ..first.clone() }).collect()
        }
        _ => vec![first],
    }
}

fn client(random: &mut Random) -> ClientPlan {
    ClientPlan {
        timeout_ms: [5_000, 30_000, 30_000, 30_000][random.between(0, 3) as usize],
        attempt_timeout_ms: [800, 3_000, 10_000, 10_000, 10_000][random.between(0, 4) as usize],
        cooldown_ms: [2_000, 60_000][random.between(0, 1) as usize],
        same_edge: random.chance(10),
        knows_all: random.chance(70),
        // What is known of the regions before trouble begins.
        calls: vec![call(random.between(0, 1_000), 0)],
        ..ClientPlan::steady(Vec::new())
    }
}

fn call(at_ms: u64, nonce: u64) -> CallPlan {
    CallPlan { at_ms, act: Act::Write { amount: 5 }, nonce, only: None, end: CallEnd::Awaited }
}

/// The fault that the call at `at_ms` meets.
fn aimed_fault(world: World, random: &mut Random, regions: usize, at_ms: u64) -> Option<Fault> {
    let late = || [FaultKind::Held, FaultKind::Lossy];
    let broken = || [FaultKind::ResetAfter, FaultKind::StalledBody, FaultKind::DeafHole];
    let kind = match world {
        World::Held => FaultKind::Held,
        World::Lossy => FaultKind::Lossy,
        World::Frozen => FaultKind::FrozenNode,
        World::Slow | World::Module if random.chance(40) => pick(random, &broken()),
        World::Owners if random.chance(60) => return None,
        World::Owners => pick(random, &broken()),
        _ => pick(random, &late()),
    };
    // What no client can survive is one region's lateness; so most of the lateness is that of all.
    let all = matches!(kind, FaultKind::Held | FaultKind::Lossy) && random.chance(70);
    let nearest = random.chance(70);
    let region = if nearest { 0 } else { random.between(0, regions as u64 - 1) as usize };
    let from_ms = at_ms + 30 - random.between(0, 180);
    let for_ms = match kind {
        FaultKind::FrozenNode => random.between(100, 5_000),
        _ if random.chance(30) => random.between(300, 1_500),
        _ => random.between(0, 5_000),
    };
    Some(Fault { region: (!all).then_some(region), from_ms, until_ms: from_ms + for_ms + 1, kind })
}

/// The calls that meet it.
fn calls(plan: &mut Plan, random: &mut Random, nonce: u64, at_ms: u64) {
    for number in 0..random.between(1, 3) {
        let first = CallPlan {
            at_ms: at_ms + number * random.between(0, 200),
            act: if number == 2 { Act::Read } else { Act::Write { amount: 5 } },
            ..call(at_ms, nonce + number)
        };
        match plan.world {
            World::Taps => tapped(&mut plan.clients[0], random, first),
            World::Module | World::Owners => everywhere(&mut plan.clients, random, &first),
            World::Reborn => plan.clients[0].calls.push(first),
            _ if random.chance(15) => tapped(&mut plan.clients[0], random, first),
            _ => plan.clients[0].calls.push(first),
        }
    }
    if plan.world == World::Reborn {
        processes(&mut plan.clients, random, nonce, at_ms);
    }
}

/// A caller gives up and calls again, perhaps twice.
fn tapped(client: &mut ClientPlan, random: &mut Random, first: CallPlan) {
    let mut call = first;
    for _ in 0..random.between(1, 2) {
        let after_ms = random.between(200, 2_000);
        let end = match random.between(0, 5) {
            0 => CallEnd::Dropped { after_ms },
            1 => CallEnd::Killed { after_ms },
            _ => CallEnd::Aborted { after_ms },
        };
        let again_ms = call.at_ms + after_ms + random.between(10, 1_300);
        client.calls.push(CallPlan { end, ..call.clone() });
        call.at_ms = again_ms;
    }
    client.calls.push(call);
}

/// The same call from every client, more or less at once.
fn everywhere(clients: &mut [ClientPlan], random: &mut Random, first: &CallPlan) {
    let same = random.chance(50);
    for client in clients {
        let later_ms = [0, random.between(0, 300), random.between(0, 2_500)][random.between(0, 2) as usize];
        let end = match random.between(0, 5) {
            0 => CallEnd::Aborted { after_ms: random.between(100, 2_000) },
            _ => CallEnd::Awaited,
        };
        let mut call = CallPlan { at_ms: first.at_ms + later_ms, end, ..first.clone() };
        // Where nonces of two owners or ledgers collide, the writes need not be alike.
        if let (Act::Write { amount }, false) =
            (&mut call.act, same || (client.owner, client.ledger) == (0, 0))
        {
            *amount += 1;
        }
        client.calls.push(call);
    }
}

/// The first process dies amid its calls, the second resumes and may die too, the third resumes.
fn processes(clients: &mut [ClientPlan], random: &mut Random, nonce: u64, at_ms: u64) {
    // A process dies once; with more episodes the last one takes them all over.
    let [first, second, third] = clients else { return };
    let dies_at_ms = *first.dies_at_ms.get_or_insert(at_ms + random.between(1, 3_000));
    first.calls.retain(|call| call.at_ms <= dies_at_ms);
    if at_ms > dies_at_ms {
        third.calls.push(call(at_ms, nonce));
        return;
    }
    let resume = |at_ms| CallPlan { act: Act::Resume, ..call(at_ms, 0) };
    let resumes_at_ms = dies_at_ms + random.between(100, 1_000);
    second.calls = vec![resume(resumes_at_ms)];
    if random.chance(40) {
        second.calls.push(call(resumes_at_ms + random.between(0, 500), nonce));
    }
    let resumes_again_ms = resumes_at_ms + random.between(500, 9_000);
    if random.chance(50) {
        second.dies_at_ms = Some(resumes_again_ms - random.between(0, 400));
    }
    third.calls = vec![resume(resumes_again_ms)];
}

/// Whatever is unfinished when all is quiet, the last process finishes.
fn last_resumes(plan: &mut Plan) {
    let at_ms = plan.settled_at_ms;
    let durable = plan.clients.iter_mut().filter(|client| client.durable && client.dies_at_ms.is_none());
    for client in durable {
        client.calls.push(CallPlan { act: Act::Resume, ..call(at_ms, 0) });
    }
    plan.settled_at_ms += 60_000;
}

fn pick(random: &mut Random, kinds: &[FaultKind]) -> FaultKind {
    kinds[random.between(0, kinds.len() as u64 - 1) as usize].clone()
}
