//! (h) A silent edge is left on fresh evidence alone.

use super::Finding;
use super::table::{Case, Request};
use crate::plan::Act;

/// An attempt that was cut before this can have been cut only because its edge was silent; later it may have hung.
const READ_HANGS_MS: u64 = 2_000;
const WRITE_HANGS_MS: u64 = 6_000;

/// An attempt ends silent only where another edge answered a probe that left after the silent one was asked, and the silent
/// one had as long again as it had been silent until then.
pub fn fresh_evidence(case: &Case<'_>, findings: &mut Vec<Finding>) {
    for attempt in case.requests.iter().filter(|request| ended_silent(case, request)) {
        let asked_ms = asked_ms(case, attempt).unwrap_or(attempt.ended_ms);
        // Each client watches its edges for itself.
        let other = case.heard_by(attempt).filter(|heard| {
            heard.client == attempt.client
                && heard.region != attempt.region
                && heard.sent_ms() >= asked_ms
                && heard.ended_ms <= attempt.ended_ms
        });
        let at = format!("{} left edge {} at {}", attempt.sent_ms(), attempt.region, attempt.ended_ms);
        let Some(other_ms) = other.map(|heard| heard.ended_ms).min() else {
            findings.push(('h', format!("a request of {at}, and no other edge answered since {asked_ms}")));
            continue;
        };
        let alive_ms = alive_ms(case, attempt);
        let dead_ms = other_ms + (other_ms - alive_ms);
        if attempt.ended_ms < dead_ms {
            findings.push(('h', format!("a request of {at}, and had until {dead_ms}")));
        }
    }
}

/// When the edge of a silent attempt was asked whether it lives: by the client's first probe since its last sign of life.
pub fn asked_ms(case: &Case<'_>, attempt: &Request<'_>) -> Option<u64> {
    let alive_ms = alive_ms(case, attempt);
    let probes = case.requests.iter().filter(|probe| {
        probe.is_probe
            && probe.client == attempt.client
            && probe.region == attempt.region
            && (alive_ms..=attempt.ended_ms).contains(&probe.sent_ms())
    });
    probes.map(Request::sent_ms).min()
}

/// The last sign of life of an attempt's edge: an answer to the client's own, to what was sent since the attempt was.
fn alive_ms(case: &Case<'_>, attempt: &Request<'_>) -> u64 {
    let answers = case.heard_by(attempt).filter(|heard| {
        heard.client == attempt.client
            && heard.region == attempt.region
            && heard.sent_ms() >= attempt.sent_ms()
            && heard.ended_ms < attempt.ended_ms
    });
    answers.map(|heard| heard.ended_ms).max().unwrap_or_else(|| attempt.sent_ms())
}

fn ended_silent(case: &Case<'_>, request: &Request<'_>) -> bool {
    let Some(call) = request.call else { return false };
    let hangs_ms = if call.plan.act == Act::Read { READ_HANGS_MS } else { WRITE_HANGS_MS };
    !request.is_probe
        && request.passage.cut
        && request.ended_ms < request.sent_ms() + hangs_ms
        && !request.is_cut_by_limit(&case.plan.clients[request.client])
        && !case.stood_still(request.sent_ms(), request.ended_ms)
}
