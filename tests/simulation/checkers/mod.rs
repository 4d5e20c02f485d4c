//! What must hold, whatever went wrong. The checkers know the ledger, the calls, and what left the client and became of it;
//! they do not know the engine.

mod copies;
mod deadlines;
mod doubles;
mod edges;
mod outcomes;
mod owners;
mod proof;
mod rests;
mod table;
mod watch;

use crate::evidence::Evidence;
use crate::plan::Plan;

use table::Case;

/// The client's default distance between copies.
pub const SETTLE_MS: u64 = 1_000;

/// A broken promise: which, and how.
pub type Finding = (char, String);

/// (a) doubles · (b) outcomes · (c) the next copy · (d) deadlines · (e) rests · (f) the pin · (g) few probes · (h) the watch
/// of a silent edge · (i) several clients of a module · (j) owners and ledgers.
pub fn check(plan: &Plan, evidence: &Evidence) -> Vec<Finding> {
    let case = Case::new(plan, evidence);
    let mut findings = Vec::new();
    doubles::no_doubles(&case, &mut findings);
    outcomes::true_outcomes(&case, &mut findings);
    copies::next_copies(&case, &mut findings);
    deadlines::deadlines(&case, &mut findings);
    rests::rests(&case, &mut findings);
    edges::fastest_pinned(&case, &mut findings);
    edges::few_probes(&case, &mut findings);
    watch::fresh_evidence(&case, &mut findings);
    owners::own_answers(&case, &mut findings);
    findings
}
