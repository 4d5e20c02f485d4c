//! From a seed to everything that will go wrong, and when.

use shardd_wasm::platform::sim::Random;

/// Whether the plan keeps to what the client promises to survive without any correction by the ledger: replication
/// within 400 ms, and writes that land, if they do, within 550 ms of being sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// It does.
    Survivable,
    /// Partitions and lost nodes: copies of one write may meet, if the client lets them.
    Harsh,
}

#[derive(Clone, Debug)]
pub struct Plan {
    pub seed: u64,
    pub class: Class,
    /// Round-trip time of each region, in milliseconds.
    pub rtts_ms: Vec<u64>,
    pub replication_ms: u64,
    pub faults: Vec<Fault>,
    pub clients: Vec<ClientPlan>,
    /// The storms of the world; the rest of it is quiet.
    pub settled_at_ms: u64,
}

#[derive(Clone, Debug)]
pub struct ClientPlan {
    pub timeout_ms: u64,
    pub attempt_timeout_ms: u64,
    pub cooldown_ms: u64,
    pub same_edge: bool,
    /// The key comes from a function that takes so long.
    pub key_after_ms: Option<u64>,
    pub calls: Vec<CallPlan>,
    pub pauses: Vec<Pause>,
}

#[derive(Clone, Debug)]
pub struct Pause {
    pub at_ms: u64,
    pub for_ms: u64,
    /// The monotonic clock stands still meanwhile.
    pub clock_stops: bool,
    /// The device's time is off by this from then on.
    pub astray_ms: i64,
}

#[derive(Clone, Debug)]
pub struct CallPlan {
    pub at_ms: u64,
    pub act: Act,
    /// The calls of a client that share a number share a nonce.
    pub nonce: u64,
    /// The one edge to use.
    pub only: Option<usize>,
    pub end: CallEnd,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    Read,
    Write { amount: i64 },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallEnd {
    /// The caller waits for it.
    Awaited,
    /// The caller aborts it after this long.
    Aborted { after_ms: u64 },
    /// The caller lets go of its future.
    Dropped { after_ms: u64 },
    /// A Worker's request that dies: never polled again.
    Killed { after_ms: u64 },
}

#[derive(Clone, Debug)]
pub struct Fault {
    pub region: usize,
    pub from_ms: u64,
    pub until_ms: u64,
    pub kind: FaultKind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// Nothing gets through, nothing comes back.
    BlackHole,
    /// Requests land, no answer comes back, probes included.
    DeafHole,
    /// Connections are refused.
    Refuse,
    /// Writes and reads break off before they land; probes are fine.
    ResetBefore,
    /// They break off after.
    ResetAfter,
    /// They land, the body of the answer stalls; probes are fine.
    StalledBody,
    /// They land, the answer takes this much longer; probes are fine.
    SlowAnswer { ms: u64 },
    /// The edge stands still until the fault ends, then goes on.
    Freeze,
    /// An answer in the ledger's place; `lands` says whether the request took effect all the same.
    Status { status: u16, text: &'static str, retry_after: Option<&'static str>, lands: bool },
    /// HTML where JSON was promised; the request took effect.
    Garbage,
    /// Probes say that the edge is not ready.
    Unready,
    /// Replication to and from it is cut; harsh only.
    Partition,
    /// Its node is lost with what it had not replicated; harsh only.
    Lost,
}

const STATUSES: [(u16, &str, Option<&str>, bool); 14] = [
    (500, "boom", None, true),
    (500, "boom", None, false),
    (502, "bad gateway", None, true),
    (503, "client RPC failed: Timeout while waiting for a response", None, true),
    (503, "all candidate libp2p nodes failed", Some("1"), true),
    (503, "no libp2p nodes discovered", None, false),
    (503, "node warming up", None, false),
    (503, "dashboard introspection failed with 401 Unauthorized: x", None, false),
    (503, "dashboard auth is not configured", None, false),
    (503, "error sending request for url (http://x)", None, false),
    (504, "late", None, true),
    (408, "late", None, true),
    (429, "slow down", Some("1"), false),
    (429, "slow down", None, false),
];

const STORMY_MS: u64 = 40_000;

impl Plan {
    pub fn new(seed: u64, class: Class) -> Plan {
        let random = &mut Random::new(seed);
        let regions = [1, 2, 3, 3, 3, 3, 4][random.between(0, 6) as usize];
        let rtts_ms =
            (0..regions).map(|_| [2, 5, 12, 40, 90, 120, 200][random.between(0, 6) as usize]).collect();
        let replication_ms = random.between(20, 400);
        let calm = random.chance(10);
        let count = if calm { 0 } else { random.between(1, 8) };
        let mut faults: Vec<Fault> = (0..count).map(|_| fault(random, regions, class)).collect();
        if class == Class::Harsh {
            faults.push(Fault { kind: harsh(random), ..fault(random, regions, class) });
        }
        let mut clients: Vec<ClientPlan> =
            (0..random.between(1, 2)).map(|_| client(random, regions)).collect();
        if class == Class::Harsh && random.chance(70) {
            clients.iter_mut().for_each(|client| client.same_edge = true);
        }
        Plan { seed, class, rtts_ms, replication_ms, faults, clients, settled_at_ms: STORMY_MS + 30_000 }
    }

    pub fn is_calm(&self) -> bool {
        let awaited = |client: &ClientPlan| client.calls.iter().all(|call| call.end == CallEnd::Awaited);
        self.faults.is_empty()
            && self.clients.iter().all(|client| client.pauses.is_empty() && awaited(client))
    }
}

fn fault(random: &mut Random, regions: usize, class: Class) -> Fault {
    let region = random.between(0, regions as u64 - 1) as usize;
    let from_ms = random.between(0, STORMY_MS);
    let kind = kind(random);
    let longest_ms = match kind {
        // A frozen edge lets a write land late: no later than the class allows.
        FaultKind::Freeze if class == Class::Survivable => 250,
        FaultKind::Freeze => 2_500,
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
        8 => FaultKind::Freeze,
        9..=11 => {
            let (status, text, retry_after, lands) =
                STATUSES[random.between(0, STATUSES.len() as u64 - 1) as usize];
            FaultKind::Status { status, text, retry_after, lands }
        }
        12 => FaultKind::Garbage,
        _ => FaultKind::Unready,
    }
}

fn harsh(random: &mut Random) -> FaultKind {
    if random.chance(70) { FaultKind::Partition } else { FaultKind::Lost }
}

fn client(random: &mut Random, regions: usize) -> ClientPlan {
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
        pauses,
        calls,
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
