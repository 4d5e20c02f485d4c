//! Many calls at once, and what became of them.

use crate::checkers::check;
use crate::plan::{Act, FaultKind, Plan};
use crate::regions::region_of;
use crate::scenes::HERD_FROM_MS;
use crate::world;
use shardd_wasm::platform::sim::Passage;

pub const HERD: usize = 64;

/// What became of many calls at once.
#[derive(Debug)]
pub struct Herd {
    pub slowest_read_ms: u64,
    pub attempts_elsewhere: usize,
    /// Health probes that each region got.
    pub probes: [usize; 3],
}

impl Herd {
    pub fn of(kind: FaultKind, first_is_killed: bool) -> Herd {
        let plan = Plan::of_a_herd(HERD as u64, kind, first_is_killed);
        let evidence = world::run(&plan, None);
        assert_eq!(check(&plan, &evidence), []);
        let mut herd = Herd { slowest_read_ms: 0, attempts_elsewhere: 0, probes: [0; 3] };
        for call in evidence.calls.iter().filter(|call| call.plan.act == Act::Read) {
            let took_ms = call.ended.as_ref().map(|(world_ms, _, _)| world_ms - call.plan.at_ms);
            herd.slowest_read_ms = herd.slowest_read_ms.max(took_ms.unwrap_or(0));
        }
        // Neither the first charge nor the reads in the quiet afterwards.
        let of_herd = |passage: &&Passage| (HERD_FROM_MS..20_000).contains(&passage.sent_at_ms);
        for passage in evidence.passages.iter().filter(of_herd) {
            let region = region_of(&passage.url);
            if passage.url.ends_with("/gateway/health") {
                herd.probes[region] += 1;
            } else if region != 0 {
                herd.attempts_elsewhere += 1;
            }
        }
        herd
    }
}
