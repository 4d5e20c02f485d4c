//! Storms: faults of every kind, calls and callers at random, over forty seconds.

use shardd_wasm::platform::sim::Random;

use crate::plan::{Act, CallEnd, CallPlan, ClientPlan, Fault, FaultKind, Pause, Plan, World};

pub const STORMY_MS: u64 = 40_000;

const RTTS_MS: [u64; 7] = [2, 5, 12, 40, 90, 120, 200];

const STATUSES: [(u16, &str, Option<&str>, bool, u64); 15] = [
    (500, "boom", None, true, 0),
    (500, "boom", None, false, 0),
    (502, "bad gateway", None, true, 0),
    (503, "client RPC failed: Timeout while waiting for a response", None, true, 0),
    (503, "all candidate libp2p nodes failed", Some("1"), true, 0),
    (503, "no libp2p nodes discovered", None, false, 0),
    (503, "node warming up", None, false, 0),
    // A gateway says so of its second node after 5 s; the first may have taken the write.
    (503, "node warming up", None, true, 4_500),
    (503, "dashboard introspection failed with 401 Unauthorized: x", None, false, 0),
    (503, "dashboard auth is not configured", None, false, 0),
    (503, "error sending request for url (http://x)", None, false, 0),
    (504, "late", None, true, 0),
    (408, "late", None, true, 0),
    (429, "slow down", Some("1"), false, 0),
    (429, "slow down", None, false, 0),
];

pub fn plan(seed: u64, world: World) -> Plan {
    let random = &mut Random::new(seed);
    let regions = [1, 2, 3, 3, 3, 3, 4][random.between(0, 6) as usize];
    let rtts_ms = (0..regions).map(|_| RTTS_MS[random.between(0, 6) as usize]).collect();
    let replication_ms = random.between(20, 400);
    let calm = random.chance(10);
    let count = if calm { 0 } else { random.between(1, 8) };
    let mut faults: Vec<Fault> = (0..count).map(|_| fault(random, regions)).collect();
    if world == World::Harsh {
        faults.push(Fault { kind: harsh(random), ..fault(random, regions) });
    }
    let mut clients: Vec<ClientPlan> =
        (0..random.between(1, 2)).map(|at| client(random, regions, at as usize)).collect();
    if world == World::Harsh && random.chance(70) {
        clients.iter_mut().for_each(|client| client.same_edge = true);
    }
    let (spread, one_connection) = (random.chance(50), random.chance(50));
    let settled_at_ms = STORMY_MS + 30_000;
    Plan { seed, world, rtts_ms, replication_ms, spread, one_connection, faults, clients, settled_at_ms }
}

/// A fault of one region, at any time.
pub fn fault(random: &mut Random, regions: usize) -> Fault {
    let region = Some(random.between(0, regions as u64 - 1) as usize);
    let from_ms = random.between(0, STORMY_MS);
    let kind = kind(random);
    let longest_ms = match kind {
        // A write that lands late in one region alone: no later than a client can allow for.
        FaultKind::Held => 250,
        _ if random.chance(50) => 1_500,
        _ => 30_000,
    };
    Fault { region, from_ms, until_ms: from_ms + random.between(20, longest_ms), kind }
}

fn kind(random: &mut Random) -> FaultKind {
    match random.between(0, 13) {
        0 | 1 => FaultKind::BlackHole,
        2 => FaultKind::DeafHole,
        3 => FaultKind::Refuse,
        4 => FaultKind::ResetBefore,
        5 => FaultKind::ResetAfter,
        6 => FaultKind::StalledBody,
        7 => FaultKind::SlowAnswer { ms: random.between(50, 9_000) },
        8 => FaultKind::Held,
        9..=11 => {
            let (status, text, retry_after, lands, late_ms) =
                STATUSES[random.between(0, STATUSES.len() as u64 - 1) as usize];
            FaultKind::Status { status, text, retry_after, lands, late_ms }
        }
        12 => FaultKind::Garbage,
        _ => FaultKind::Unready,
    }
}

fn harsh(random: &mut Random) -> FaultKind {
    if random.chance(70) { FaultKind::Partition } else { FaultKind::Lost }
}

fn client(random: &mut Random, regions: usize, at: usize) -> ClientPlan {
    let mut calls: Vec<CallPlan> = Vec::new();
    for number in 0..random.between(3, 10) {
        let call = call(random, regions, number, calls.last());
        calls.push(call);
    }
    let pauses = (0..if random.chance(30) { random.between(1, 3) } else { 0 })
        .map(|_| Pause {
            at_ms: random.between(0, STORMY_MS),
            for_ms: random.between(10, 5_000),
            clock_stops: random.chance(50),
            astray_ms: random.between(0, 200_000) as i64 - 100_000,
        })
        .collect();
    ClientPlan {
        timeout_ms: [1_500, 5_000, 30_000, 30_000][random.between(0, 3) as usize],
        attempt_timeout_ms: [800, 3_000, 10_000][random.between(0, 2) as usize],
        cooldown_ms: [2_000, 20_000, 60_000][random.between(0, 2) as usize],
        same_edge: random.chance(20),
        key_after_ms: random.chance(30).then(|| random.between(0, 400)),
        knows_all: false,
        pauses,
        calls,
        module: at,
        nonces: at,
        owner: 0,
        ledger: 0,
        durable: false,
        dies_at_ms: None,
    }
}

fn call(random: &mut Random, regions: usize, number: u64, before: Option<&CallPlan>) -> CallPlan {
    let end = match random.between(0, 19) {
        0 | 1 => CallEnd::Aborted { after_ms: random.between(0, 3_000) },
        2 => CallEnd::Dropped { after_ms: random.between(0, 3_000) },
        3 => CallEnd::Killed { after_ms: random.between(0, 3_000) },
        _ => CallEnd::Awaited,
    };
    let only = random.chance(5).then(|| random.between(0, regions as u64 - 1) as usize);
    // Doubles of the call before: at the same instant, in the middle of it, right after it, much later.
    if let Some(before) = before.filter(|before| before.act != Act::Read && random.chance(35)) {
        let later_ms = [0, random.between(0, 300), random.between(0, 2_500), random.between(0, 20_000)];
        let at_ms = before.at_ms + later_ms[random.between(0, 3) as usize];
        return CallPlan { at_ms, end, only, ..before.clone() };
    }
    let at_ms = if random.chance(30) { random.between(0, 500) } else { random.between(0, STORMY_MS) };
    let act = if random.chance(25) { Act::Read } else { Act::Write { amount: random.between(1, 50) as i64 } };
    CallPlan { at_ms, act, nonce: number, only, end }
}
