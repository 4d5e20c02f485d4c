//! (f) The fastest edge serves in the end, and (g) no edge is probed again and again.

use std::collections::BTreeMap;

use super::Finding;
use super::table::Case;
use crate::plan::FaultKind;

/// (f) When all is quiet again, the fastest edge serves.
pub fn fastest_pinned(case: &Case<'_>, findings: &mut Vec<Finding>) {
    let plan = case.plan;
    if plan.rtts_ms.len() == 1 || plan.faults.iter().any(|fault| fault.kind == FaultKind::Lost) {
        return;
    }
    for (client, pinned) in case.evidence.pinned.iter().enumerate() {
        let Some(pinned) = pinned else { continue };
        let Some(pinned) = pinned else {
            findings.push(('f', format!("client {client} ends without a pinned edge")));
            continue;
        };
        let pinned_ms = plan.rtts_ms[*pinned];
        // The jitter of the network is up to a tenth; a switch is worth 10 ms and a fifth.
        let much_faster = |rtt_ms: u64| rtt_ms * 11 / 10 + 12 < pinned_ms && rtt_ms * 3 < pinned_ms * 2;
        if let Some(better) = plan.rtts_ms.iter().position(|rtt_ms| much_faster(*rtt_ms)) {
            let (better_ms, of) = (plan.rtts_ms[better], *pinned);
            findings.push((
                'f',
                format!(
                    "client {client} is pinned to edge {of} of {pinned_ms} ms, not {better} of {better_ms}"
                ),
            ));
        }
    }
}

/// (g) No call asks a region for its health again and again: some times for each attempt, and ten times a second while it
/// waits for a sign of life.
pub fn few_probes(case: &Case<'_>, findings: &mut Vec<Finding>) {
    for call in &case.evidence.calls {
        let of_call = || case.requests.iter().filter(|request| request.passage.task == call.task);
        let attempts = of_call().filter(|request| !request.is_probe).count() as u64;
        let last_ms = of_call().map(|request| request.sent_ms()).max().unwrap_or(0);
        let few = 6 + 4 * attempts + last_ms.saturating_sub(call.began_ms) / 100;
        let mut asked: BTreeMap<usize, u64> = BTreeMap::new();
        for probe in of_call().filter(|request| request.is_probe) {
            *asked.entry(probe.region).or_default() += 1;
        }
        for (edge, times) in asked.into_iter().filter(|(_, times)| *times > few) {
            findings.push((
                'g',
                format!(
                    "a call of {} probed edge {edge} {times} times, with {attempts} attempts",
                    call.plan.at_ms
                ),
            ));
        }
    }
}
