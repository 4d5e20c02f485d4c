//! (d) Every call ends by its deadline, and leaves no timer or fetch behind.

use super::Finding;
use super::table::Case;
use crate::plan::{Act, CallEnd};

/// What the last word with the store may take.
const STORE_MS: u64 = 100;

pub fn deadlines(case: &Case<'_>, findings: &mut Vec<Finding>) {
    let plan = case.plan;
    for call in &case.evidence.calls {
        let dies = plan.clients[call.client].dies_at_ms.is_some();
        let may_hang = dies || matches!(call.plan.end, CallEnd::Killed { .. } | CallEnd::Dropped { .. });
        let Some((world_ms, client_ms, ended)) = &call.ended else {
            if !may_hang {
                findings.push(('d', format!("a call of {} never ended", call.plan.at_ms)));
            }
            continue;
        };
        // While the process stands still nothing can end; it must right after.
        let excused = plan
            .pauses()
            .map(|pause| pause.at_ms + pause.for_ms)
            .any(|resumed_ms| resumed_ms.abs_diff(*world_ms) <= 1);
        // `resume` has a deadline for each write, not for all of them.
        let is_call = call.plan.act != Act::Resume;
        // The store is told of the end when the call has ended.
        let late_ms = if plan.clients[call.client].durable { STORE_MS } else { 1 };
        if is_call && *client_ms > call.deadline_ms + late_ms && !excused {
            findings
                .push(('d', format!("a call ended at {client_ms}, after {}: {ended:?}", call.deadline_ms)));
        }
        if call.left_behind != (0, 0) {
            findings.push(('d', format!("a call left (fetches, timers) {:?} behind", call.left_behind)));
        }
    }
}
