//! (a) Each write is in its ledger at most once, and no correction was ever needed.

use std::collections::BTreeSet;

use super::table::{Case, Request};
use super::{Finding, SETTLE_MS};
use crate::plan::{FaultKind, World};

/// What the jitter of the network and the rounding to milliseconds are worth.
const SLACK_MS: u64 = 60;
/// Replication up to this is what the client allows for.
const REPLICATES_WITHIN_MS: u64 = 400;

/// What no client can prevent is excused, each double by its own copies: the cause must be a fault of the plan that met one
/// of them.
pub fn no_doubles(case: &Case<'_>, findings: &mut Vec<Finding>) {
    let mut excused = false;
    for (write, events) in case.evidence.written.iter().filter(|(_, events)| events.len() > 1) {
        let copies = case.copies.get(write);
        let copies: Vec<&Request<'_>> =
            copies.into_iter().flatten().map(|copy| &case.requests[*copy]).collect();
        let why = cause(case, &copies);
        excused |= why.is_some();
        if why.is_none() {
            findings.push(('a', format!("{write:?} is in the ledger {} times", events.len())));
        }
    }
    if !excused && (case.evidence.voids > 0 || case.evidence.storms > 0) {
        findings.push(('a', format!("{} voids, {} storms", case.evidence.voids, case.evidence.storms)));
    }
}

/// Why no client could have prevented the double.
fn cause(case: &Case<'_>, copies: &[&Request<'_>]) -> Option<&'static str> {
    if case.plan.world == World::Harsh && has_harsh_cause(case, copies) {
        return Some("a partition or a lost node");
    }
    let pairs = copies
        .iter()
        .enumerate()
        .flat_map(|(at, first)| copies[at + 1..].iter().map(move |second| (*first, *second)));
    pairs.filter(|(first, second)| meet(case, first, second)).find_map(|(first, second)| {
        late_alone(case, first)
            .or_else(|| held_beyond_its_limit(case, first))
            .or_else(|| behind_another_clients(case, first))
            .or_else(|| frozen(case, first))
            .or_else(|| deaf_node(case, first, second))
            .or_else(|| slow_replication(case, first, second))
            .or_else(|| nothing_heard(case, first, second))
    })
}

/// Whether the two landed at two nodes before either could know of the other.
fn meet(case: &Case<'_>, first: &Request<'_>, second: &Request<'_>) -> bool {
    let (Some(one_ms), Some(other_ms)) = (first.voyage.lands_at_ms, second.voyage.lands_at_ms) else {
        return false;
    };
    // A frozen node hears of the other only when it goes on.
    let knows_after_ms = case.plan.replication_ms + longest_freeze_ms(case);
    first.voyage.node != second.voyage.node && one_ms.abs_diff(other_ms) <= knows_after_ms
}

fn longest_freeze_ms(case: &Case<'_>) -> u64 {
    let frozen = case.plan.faults.iter().filter(|fault| fault.kind == FaultKind::FrozenNode);
    frozen.map(|fault| fault.until_ms - fault.from_ms).max().unwrap_or(0)
}

/// One region alone was late, and the copy landed when the next one was due or later, less replication. (Of all regions'
/// lateness the others' answers tell.)
fn late_alone(case: &Case<'_>, copy: &Request<'_>) -> Option<&'static str> {
    let fault = &case.plan.faults[copy.voyage.kept_by?];
    let is_line = matches!(fault.kind, FaultKind::Held | FaultKind::Lossy);
    let rtt_ms = case.plan.rtts_ms[copy.region];
    let due_ms = copy.sent_ms() + SETTLE_MS;
    let landed_ms = copy.voyage.lands_at_ms? + case.plan.replication_ms + rtt_ms + SLACK_MS;
    (is_line && fault.region.is_some() && landed_ms >= due_ms).then_some("one region's bytes were late")
}

/// The attempt's limit or the caller ended the wait while its segments were lost: they may be sent again long after the
/// line is well, and no question tells.
fn held_beyond_its_limit(case: &Case<'_>, copy: &Request<'_>) -> Option<&'static str> {
    let fault = &case.plan.faults[copy.voyage.kept_by?];
    let client = &case.plan.clients[copy.client];
    let gave_up = copy.is_cut_by_limit(client) || process_died(case, copy);
    // A process that dies waits no longer.
    let ended_ms = client.dies_at_ms.filter(|_| process_died(case, copy)).unwrap_or(copy.ended_ms);
    let is_late = copy.voyage.lands_at_ms? > ended_ms;
    (fault.kind == FaultKind::Lossy && gave_up && is_late).then_some("lost bytes outlived their attempt")
}

/// The copy waited in one connection behind lost bytes of another client of the module. Each client knows the edges for itself,
/// so none knows how long the connection has been silent for the other.
fn behind_another_clients(case: &Case<'_>, copy: &Request<'_>) -> Option<&'static str> {
    let fault = copy.voyage.kept_by.filter(|fault| case.plan.faults[*fault].kind == FaultKind::Lossy)?;
    let landed_ms = copy.voyage.lands_at_ms?;
    let is_before = |other: &&Request<'_>| {
        let is_behind = other.voyage.lands_at_ms.is_some_and(|ms| ms + SLACK_MS >= landed_ms);
        let is_anothers = other.client != copy.client && other.module == copy.module;
        let is_same_way = other.region == copy.region && other.voyage.kept_by == Some(fault);
        is_anothers && is_same_way && is_behind && other.sent_ms() < copy.sent_ms()
    };
    let is_excused = case.plan.one_connection && case.requests.iter().any(|other| is_before(&other));
    is_excused.then_some("lost bytes of another client were before it")
}

/// The node was frozen for longer than the attempt lasted. Where the gateway answered its probes, only the attempt's limit,
/// the caller or a broken connection may have ended it.
fn frozen(case: &Case<'_>, copy: &Request<'_>) -> Option<&'static str> {
    let fault = &case.plan.faults[copy.voyage.kept_by?];
    let landed_ms = copy.voyage.lands_at_ms?;
    let left_silent = copy.passage.cut && !copy.is_cut_by_limit(&case.plan.clients[copy.client]);
    let excused = !left_silent || is_deaf(case, copy.region, copy.sent_ms(), landed_ms);
    let is_late = landed_ms > copy.ended_ms || process_died(case, copy);
    (fault.kind == FaultKind::FrozenNode && is_late && excused).then_some("its node was frozen")
}

/// The next copy's node was frozen, and heard of the first only when it went on.
fn deaf_node(case: &Case<'_>, first: &Request<'_>, second: &Request<'_>) -> Option<&'static str> {
    let told_ms = first.voyage.lands_at_ms? + case.plan.replication_ms;
    let landed_ms = second.voyage.lands_at_ms?;
    // It may have gone on just before, and hears of the first only now.
    let mut frozen = case
        .plan
        .faults
        .iter()
        .filter(|fault| fault.kind == FaultKind::FrozenNode && fault.covers(second.voyage.node));
    let is_deaf = frozen.any(|fault| {
        told_ms >= fault.from_ms && landed_ms <= fault.until_ms + case.plan.replication_ms + SLACK_MS
    });
    is_deaf.then_some("the other node was frozen")
}

/// No edge had ever answered a probe of this module: whether the line is held or probes are blocked nobody can tell, and the
/// copy left after twice the distance.
fn nothing_heard(case: &Case<'_>, first: &Request<'_>, second: &Request<'_>) -> Option<&'static str> {
    let has_heard = case.heard_by(second).any(|heard| heard.is_probe && heard.ended_ms <= second.sent_ms());
    let is_patient = second.sent_ms() >= first.ended_ms + 2 * SETTLE_MS;
    (!has_heard && is_patient).then_some("no edge had ever answered a probe")
}

fn process_died(case: &Case<'_>, copy: &Request<'_>) -> bool {
    copy.passage.ended_at_ms.is_none() && case.plan.clients[copy.client].dies_at_ms.is_some()
}

/// Whether probes of the region went unanswered at some time between the two.
fn is_deaf(case: &Case<'_>, region: usize, from_ms: u64, until_ms: u64) -> bool {
    case.plan.faults.iter().any(|fault| {
        let deaf = matches!(
            fault.kind,
            FaultKind::BlackHole
                | FaultKind::DeafHole
                | FaultKind::Refuse
                | FaultKind::Held
                | FaultKind::Lossy
        );
        deaf && fault.covers(region) && fault.from_ms <= until_ms && from_ms <= fault.until_ms
    })
}

/// Replication took longer than the distance that the client promises: `settleMs` after a success, half of it after it
/// heard the copy's edge.
fn slow_replication(case: &Case<'_>, first: &Request<'_>, second: &Request<'_>) -> Option<&'static str> {
    let apart_ms = second.voyage.lands_at_ms?.checked_sub(first.voyage.lands_at_ms?)?;
    let promised_ms = if first.is_success() { SETTLE_MS } else { SETTLE_MS / 2 };
    let is_slow = case.plan.replication_ms > REPLICATES_WITHIN_MS;
    (is_slow && apart_ms + SLACK_MS >= promised_ms).then_some("replication was slow")
}

/// Whether copies of the write went to several nodes while one of them was cut off, lost or late, and no client that keeps
/// to an edge moved it.
fn has_harsh_cause(case: &Case<'_>, copies: &[&Request<'_>]) -> bool {
    let nodes: BTreeSet<usize> = copies.iter().map(|copy| copy.voyage.node).collect();
    let (Some(first), Some(last)) = (copies.first(), copies.last()) else { return false };
    let mut faults = case.plan.faults.iter().filter(|fault| match fault.kind {
        FaultKind::Partition => fault.from_ms <= last.sent_ms() + case.plan.replication_ms,
        FaultKind::Lost => fault.from_ms <= last.sent_ms() + case.plan.replication_ms,
        _ => false,
    });
    let same_edge = case.plan.clients.iter().all(|client| client.same_edge);
    nodes.len() > 1
        && faults.any(|fault| fault.kind == FaultKind::Lost || first.sent_ms() <= fault.until_ms)
        && !(same_edge && moved(copies))
}

/// Whether the client itself took the write from one region to another: within a call, or while it still knew of it.
fn moved(copies: &[&Request<'_>]) -> bool {
    copies.windows(2).any(|pair| {
        let [before, after] = pair else { return false };
        let known = after.sent_ms() < before.ended_ms + SETTLE_MS;
        // A caller that names edges itself goes where it likes.
        let bound = |copy: &Request<'_>| copy.call.is_some_and(|call| call.plan.only.is_some());
        let of_call = before.passage.task == after.passage.task;
        before.region != after.region && !bound(before) && !bound(after) && (of_call || known)
    })
}
