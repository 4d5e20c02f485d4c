//! The way of bytes to and from a region: held and let go, lost and sent again.

use shardd_wasm::platform::sim::Random;

use crate::plan::{FaultKind, Plan};

/// TCP gives up after so long.
const GIVES_UP_MS: u64 = 60_000;

#[derive(Debug)]
pub struct Line {
    /// The least pause before a segment is sent again.
    pause_ms: u64,
    /// The lost segment that holds up what comes after it on the connection of a region: when it passes.
    behind: Vec<Passed>,
}

/// When bytes get onto their way, and the fault (its place in the plan) that kept them last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Passed {
    pub at_ms: u64,
    pub kept_by: Option<usize>,
}

impl Line {
    pub fn new(plan: &Plan, random: &mut Random) -> Line {
        Line {
            pause_ms: random.between(200, 400),
            behind: vec![Passed { at_ms: 0, kept_by: None }; plan.rtts_ms.len()],
        }
    }

    /// A request leaves for a region.
    pub fn request(&mut self, plan: &Plan, random: &mut Random, region: usize, at_ms: u64) -> Option<Passed> {
        if !plan.one_connection {
            return self.pass(plan, random, region, at_ms);
        }
        if self.behind[region].at_ms > at_ms {
            return Some(self.behind[region]);
        }
        let passed = self.pass(plan, random, region, at_ms)?;
        if passed.at_ms > at_ms {
            self.behind[region] = passed;
        }
        Some(passed)
    }

    /// An answer leaves a region.
    pub fn pass(&self, plan: &Plan, random: &mut Random, region: usize, at_ms: u64) -> Option<Passed> {
        let mut passed = Passed { at_ms, kept_by: None };
        let mut pause_ms = self.pause_ms + plan.rtts_ms[region];
        let mut next_ms = at_ms + pause_ms;
        while let Some(fault) = line_fault(plan, region, passed.at_ms) {
            passed.kept_by = Some(fault);
            if plan.faults[fault].kind == FaultKind::Held {
                passed.at_ms = plan.faults[fault].until_ms + random.between(0, 3);
                continue;
            }
            while next_ms <= passed.at_ms {
                pause_ms *= 2;
                next_ms += pause_ms;
            }
            passed.at_ms = next_ms;
            if passed.at_ms > at_ms + GIVES_UP_MS {
                return None;
            }
        }
        Some(passed)
    }
}

/// The fault that keeps a region's bytes at this time.
fn line_fault(plan: &Plan, region: usize, at_ms: u64) -> Option<usize> {
    plan.faults.iter().position(|fault| {
        matches!(fault.kind, FaultKind::Held | FaultKind::Lossy)
            && fault.covers(region)
            && fault.is_active(at_ms)
    })
}
