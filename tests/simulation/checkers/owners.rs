//! (j) Two owners or two ledgers behind one module or one store never meet.

use shardd_wasm::Code;

use super::Finding;
use super::outcomes::ends;
use super::table::Case;
use crate::evidence::Ended;
use crate::plan::World;

/// Who resolved got the event of its own write, from its own ledger; and nobody is told of a conflict with another's.
pub fn own_answers(case: &Case<'_>, findings: &mut Vec<Finding>) {
    let written = &case.evidence.written;
    for (write, ends) in ends(case) {
        let own = written.get(&write).map_or(&[][..], Vec::as_slice);
        for end in ends.into_iter().flatten() {
            match end {
                Ended::Resolved { event_id: Some(id), .. } if !own.contains(id) => {
                    let whose = written.iter().find(|(_, ids)| ids.contains(id)).map(|(of, _)| of);
                    if let Some(whose) = whose {
                        findings.push(('j', format!("{write:?} was answered with the event of {whose:?}")));
                    }
                }
                Ended::Rejected { code: Code::Conflict, .. } if case.plan.world == World::Owners => {
                    findings.push(('j', format!("{write:?} is refused for another's write")));
                }
                _ => {}
            }
            if end.is_resolved() && own.is_empty() && case.plan.world == World::Owners {
                findings.push(('j', format!("{write:?} resolved, and is not in its ledger for its owner")));
            }
        }
    }
}
