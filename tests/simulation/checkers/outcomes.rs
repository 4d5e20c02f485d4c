//! (b) A call that resolved is in the ledger; one that was rejected with outcome `rejected` is not; what was recorded is
//! finished in the end.

use std::collections::BTreeMap;

use shardd_wasm::Outcome;

use super::Finding;
use super::table::Case;
use crate::evidence::{Ended, Write, nonce_of};
use crate::plan::{Act, World};

pub fn true_outcomes(case: &Case<'_>, findings: &mut Vec<Finding>) {
    for (write, ends) in ends(case) {
        let written = case.evidence.written.contains_key(&write);
        let resolved = ends.iter().flatten().any(|end| end.is_resolved());
        let rejected =
            |end: &Option<&Ended>| matches!(end, Some(Ended::Rejected { outcome: Outcome::Rejected, .. }));
        if resolved && !written && case.plan.world != World::Harsh {
            findings.push(('b', format!("{write:?} resolved, but is not in the ledger")));
        }
        if written && ends.iter().all(rejected) {
            findings.push(('b', format!("{write:?} was rejected for certain, but is in the ledger")));
        }
    }
    if case.evidence.unfinished > 0 {
        findings.push(('b', format!("{} recorded writes are unfinished", case.evidence.unfinished)));
    }
    // Replays of a nonce keep their distance, too much of it for a short deadline.
    let patient = |client: usize| case.plan.clients[client].timeout_ms >= 30_000;
    if case.plan.is_calm() {
        for call in case.evidence.calls.iter().filter(|call| patient(call.client)) {
            if !call.ended.as_ref().is_some_and(|(_, _, ended)| ended.is_resolved()) {
                findings.push(('b', format!("nothing went wrong, and yet: {:?}", call.ended)));
            }
        }
    }
}

/// How the calls of each write ended, those of `resume` among them; nothing for one that did not.
pub fn ends<'a>(case: &'a Case<'_>) -> BTreeMap<Write, Vec<Option<&'a Ended>>> {
    let mut ends: BTreeMap<Write, Vec<Option<&Ended>>> = BTreeMap::new();
    for call in &case.evidence.calls {
        let client = &case.plan.clients[call.client];
        match call.plan.act {
            Act::Read => {}
            Act::Write { .. } => {
                let end = call.ended.as_ref().map(|(_, _, ended)| ended);
                ends.entry(Write::of(client, nonce_of(client, &call.plan))).or_default().push(end);
            }
            Act::Resume => {
                for (nonce, end) in &call.resumed {
                    ends.entry(Write::of(client, nonce.clone())).or_default().push(Some(end));
                }
            }
        }
    }
    ends
}
