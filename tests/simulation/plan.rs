//! What will go wrong in one world, and when. `storms.rs` and `worlds.rs` draw plans from seeds; `scenes.rs` writes some by
//! hand.

use shardd_wasm::platform::sim::Random;

use crate::{storms, worlds};

/// What kind of trouble a plan is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum World {
    /// Regions that delay, lose, garble, refuse and reset, all at random.
    Storm,
    /// Bytes of one region or of all are held, then delivered, also those that the client has cut.
    Held,
    /// Segments of one region or of all are lost and sent again with a growing pause.
    Lossy,
    /// A node lets writes wait while its gateway answers every probe.
    Frozen,
    /// Replication takes up to 3 s.
    Slow,
    /// Callers give up amid held or lost bytes and call again with the nonce.
    Taps,
    /// Processes with a store die amid held or lost bytes; others resume.
    Reborn,
    /// Several clients of one module share nonces.
    Module,
    /// Two owners or two ledgers share a module, its nonces and perhaps a store.
    Owners,
    /// Partitions and lost nodes: what no client can survive, and so each double must show its cause.
    Harsh,
}

impl World {
    pub const ALL: [(World, &'static str); 10] = [
        (World::Storm, "storm"),
        (World::Held, "held"),
        (World::Lossy, "lossy"),
        (World::Frozen, "frozen"),
        (World::Slow, "slow"),
        (World::Taps, "taps"),
        (World::Reborn, "reborn"),
        (World::Module, "module"),
        (World::Owners, "owners"),
        (World::Harsh, "harsh"),
    ];

    pub fn name(self) -> &'static str {
        World::ALL.iter().find(|(world, _)| *world == self).map_or("", |(_, name)| name)
    }

    pub fn named(name: &str) -> Option<World> {
        World::ALL.iter().find(|(_, known)| *known == name).map(|(world, _)| *world)
    }
}

#[derive(Clone, Debug)]
pub struct Plan {
    pub seed: u64,
    pub world: World,
    /// Round-trip time of each region, in milliseconds.
    pub rtts_ms: Vec<u64>,
    pub replication_ms: u64,
    /// Gateways give requests to any node, as real ones do.
    pub spread: bool,
    /// All requests to a region share a connection, as in HTTP/2: what is lost holds up what comes after it.
    pub one_connection: bool,
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
    /// The first key takes so long that every region's probe is answered before the first request leaves.
    pub knows_all: bool,
    pub calls: Vec<CallPlan>,
    pub pauses: Vec<Pause>,
    /// Clients with one number live in one module: one process, one page.
    pub module: usize,
    /// Clients with one number use the same nonces.
    pub nonces: usize,
    /// Whose key it has.
    pub owner: usize,
    /// Which ledger it talks to.
    pub ledger: usize,
    /// Its writes are recorded in the device's store.
    pub durable: bool,
    /// When its process ends, with all that it was doing.
    pub dies_at_ms: Option<u64>,
}

impl ClientPlan {
    /// A client with nothing amiss.
    pub fn steady(calls: Vec<CallPlan>) -> ClientPlan {
        ClientPlan {
            timeout_ms: 30_000,
            attempt_timeout_ms: 10_000,
            cooldown_ms: 60_000,
            same_edge: false,
            key_after_ms: None,
            knows_all: false,
            calls,
            pauses: Vec::new(),
            module: 0,
            nonces: 0,
            owner: 0,
            ledger: 0,
            durable: false,
            dies_at_ms: None,
        }
    }
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
    /// Calls that share a number share a nonce, in all clients that use the same nonces.
    pub nonce: u64,
    /// The one edge to use.
    pub only: Option<usize>,
    pub end: CallEnd,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    Read,
    Write {
        amount: i64,
    },
    /// Finishes what the store has unfinished.
    Resume,
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
    /// Where; all regions at once where it is none.
    pub region: Option<usize>,
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
    /// Every byte, there and back, waits until the fault ends, and is delivered then.
    Held,
    /// Every segment is lost, and sent again: first after 200 to 400 ms and a round trip, then after twice as long.
    Lossy,
    /// The region's node takes requests and does nothing until the fault ends; then it does all of it. Probes are fine.
    FrozenNode,
    /// An answer in the ledger's place; `lands` says whether the request took effect all the same.
    Status { status: u16, text: &'static str, retry_after: Option<&'static str>, lands: bool, late_ms: u64 },
    /// HTML where JSON was promised; the request took effect.
    Garbage,
    /// Probes say that the edge is not ready.
    Unready,
    /// Replication to and from it is cut; harsh only.
    Partition,
    /// Its node is lost with what it had not replicated; harsh only.
    Lost,
}

impl Fault {
    pub fn covers(&self, region: usize) -> bool {
        self.region.is_none_or(|of| of == region)
    }

    pub fn is_active(&self, at_ms: u64) -> bool {
        (self.from_ms..self.until_ms).contains(&at_ms)
    }
}

impl Plan {
    pub fn new(seed: u64, world: World) -> Plan {
        match world {
            World::Storm | World::Harsh => storms::plan(seed, world),
            _ => worlds::plan(seed, world, &mut Random::new(seed)),
        }
    }

    /// When processes stand still.
    pub fn pauses(&self) -> impl Iterator<Item = &Pause> {
        self.clients.iter().flat_map(|client| &client.pauses)
    }

    /// Whether nothing goes wrong, and no caller gives up.
    pub fn is_calm(&self) -> bool {
        let steady = |client: &ClientPlan| {
            client.pauses.is_empty()
                && client.dies_at_ms.is_none()
                && client.calls.iter().all(|call| call.end == CallEnd::Awaited)
        };
        self.faults.is_empty() && self.clients.iter().all(steady)
    }
}
