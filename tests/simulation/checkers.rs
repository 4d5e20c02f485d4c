//! What must hold, whatever went wrong. The checkers know the ledger, the calls and what left the client; they do not
//! know the engine.

use std::collections::{BTreeMap, BTreeSet};

use shardd_wasm::Outcome;
use shardd_wasm::engine::Event;
use shardd_wasm::platform::sim::Passage;

use crate::plan::{Act, CallEnd, Class, Fault, FaultKind, Plan};
use crate::regions::region_of;
use crate::world::{CallRecord, Ended, Evidence, nonce_of};

/// The client's default distance between copies.
const SETTLE_MS: u64 = 1_000;

/// A broken promise: which, and how.
pub type Finding = (char, String);

pub fn check(plan: &Plan, evidence: &Evidence) -> Vec<Finding> {
    let mut findings = Vec::new();
    no_doubles(plan, evidence, &mut findings);
    true_outcomes(plan, evidence, &mut findings);
    spaced_copies(plan, evidence, &mut findings);
    deadlines(plan, evidence, &mut findings);
    if false {
        cooldowns(plan, evidence, &mut findings);
    }
    fastest_pinned(plan, evidence, &mut findings);
    few_probes(evidence, &mut findings);
    findings
}

/// (a) Each write is in the ledger at most once, and no correction was ever needed. Among the harsh plans a write can be
/// doubled, but only where the plan shows the cause: by a client that may move ambiguous writes, or by a caller that
/// comes back with the nonce when the client has long forgotten it.
fn no_doubles(plan: &Plan, evidence: &Evidence, findings: &mut Vec<Finding>) {
    let same_edge = plan.clients.iter().all(|client| client.same_edge);
    let mut excused = false;
    for (nonce, events) in evidence.written.iter().filter(|(_, events)| events.len() > 1) {
        let copies = copies_of(evidence, nonce);
        let excuse = plan.class == Class::Harsh
            && has_cause(plan, &copies)
            && !(same_edge && moved(plan, evidence, &copies));
        excused |= excuse;
        if !excuse {
            findings.push(('a', format!("{nonce} is in the ledger {} times", events.len())));
        }
    }
    if !excused && (evidence.voids > 0 || evidence.storms > 0) {
        findings.push(('a', format!("{} voids, {} storms", evidence.voids, evidence.storms)));
    }
}

fn copies_of<'a>(evidence: &'a Evidence, nonce: &str) -> Vec<&'a Passage> {
    let tail = format!(r#""idempotency_nonce":"{nonce}"}}"#);
    let of_nonce = |passage: &&Passage| passage.body.as_ref().is_some_and(|body| body.ends_with(&tail));
    evidence.passages.iter().filter(of_nonce).collect()
}

/// Whether the client itself took the write from one region to another: within a call, or while it still knew of it.
fn moved(plan: &Plan, evidence: &Evidence, copies: &[&Passage]) -> bool {
    copies.windows(2).any(|pair| {
        let [before, after] = pair else { return false };
        let ended_ms = before.ended_at_ms.unwrap_or_else(|| presumed_end_ms(plan, evidence, before));
        let known = after.sent_at_ms < ended_ms + SETTLE_MS;
        // A caller that names edges itself goes where it likes.
        let of_pair = |call: &&CallRecord| call.task == before.task || call.task == after.task;
        let bound = evidence.calls.iter().filter(of_pair).any(|call| call.plan.only.is_some());
        region_of(&before.url) != region_of(&after.url) && !bound && (before.task == after.task || known)
    })
}

/// Whether copies of the write went to several regions while one of them was cut off, lost or frozen.
fn has_cause(plan: &Plan, copies: &[&Passage]) -> bool {
    let regions: BTreeSet<usize> = copies.iter().map(|copy| region_of(&copy.url)).collect();
    let (Some(first), Some(last)) = (copies.first(), copies.last()) else { return false };
    let harsh =
        |fault: &&Fault| matches!(fault.kind, FaultKind::Partition | FaultKind::Lost | FaultKind::Freeze);
    let mut faults = plan.faults.iter().filter(harsh);
    regions.len() > 1
        && faults.any(|fault| {
            let over_ms = if fault.kind == FaultKind::Lost { u64::MAX } else { fault.until_ms };
            fault.from_ms <= last.sent_at_ms + plan.replication_ms && first.sent_at_ms <= over_ms
        })
}

/// (b) A call that resolved is in the ledger; one that was rejected with outcome `rejected` is not.
fn true_outcomes(plan: &Plan, evidence: &Evidence, findings: &mut Vec<Finding>) {
    let mut by_nonce: BTreeMap<String, Vec<&CallRecord>> = BTreeMap::new();
    for call in evidence.calls.iter().filter(|call| call.plan.act != Act::Read) {
        by_nonce.entry(nonce_of(call.client, &call.plan)).or_default().push(call);
    }
    for (nonce, calls) in by_nonce {
        let written = evidence.written.contains_key(&nonce);
        let resolved = calls.iter().any(|call| matches!(call.ended, Some((_, _, Ended::Resolved { .. }))));
        let rejected = |call: &&&CallRecord| {
            matches!(call.ended, Some((_, _, Ended::Rejected { outcome: Outcome::Rejected, .. })))
        };
        if resolved && !written && plan.class == Class::Survivable {
            findings.push(('b', format!("{nonce} resolved, but is not in the ledger")));
        }
        if written && calls.iter().all(|call| rejected(&call)) {
            findings.push(('b', format!("{nonce} was rejected for certain, but is in the ledger")));
        }
    }
    // Replays of a nonce keep their distance, too much of it for a short deadline.
    let patient = |call: &&CallRecord| plan.clients[call.client].timeout_ms >= 30_000;
    if plan.is_calm() {
        for call in evidence.calls.iter().filter(patient) {
            if !matches!(call.ended, Some((_, _, Ended::Resolved { .. }))) {
                findings.push(('b', format!("nothing went wrong, and yet: {:?}", call.ended)));
            }
        }
    }
}

/// (c) Two copies of a nonce never overlap in flight, and each starts by the settle rule.
fn spaced_copies(plan: &Plan, evidence: &Evidence, findings: &mut Vec<Finding>) {
    let mut copies: BTreeMap<&str, Vec<&Passage>> = BTreeMap::new();
    for passage in &evidence.passages {
        if let Some(body) = &passage.body {
            copies.entry(body).or_default().push(passage);
        }
    }
    for (body, copies) in copies {
        for pair in copies.windows(2) {
            let [before, after] = pair else { continue };
            let ended_at_ms = before.ended_at_ms.unwrap_or_else(|| presumed_end_ms(plan, evidence, before));
            if after.sent_at_ms < ended_at_ms {
                findings.push(('c', format!("two copies in flight at {} of {body}", after.sent_at_ms)));
            }
            let proven =
                before.answer.as_ref().is_some_and(|(status, text)| proves_nothing_written(*status, text));
            let free_at_ms = before.sent_at_ms + SETTLE_MS;
            // A proof is as good as the doubt before it: the wait of an earlier copy was over already.
            if !proven && after.sent_at_ms < free_at_ms {
                findings
                    .push(('c', format!("a copy left at {}, not {free_at_ms}, of {body}", after.sent_at_ms)));
            }
        }
    }
}

fn proves_nothing_written(status: u16, text: &str) -> bool {
    let begins =
        ["no libp2p nodes discovered", "node warming up", "dashboard ", "error sending request for url ("];
    match status {
        400..=499 => status != 408,
        503 => begins.iter().any(|begin| text.starts_with(&format!(r#"{{"error":"{begin}"#))),
        _ => false,
    }
}

/// A copy whose call is never polled again ends, for the client, with the attempt's deadline.
fn presumed_end_ms(plan: &Plan, evidence: &Evidence, copy: &Passage) -> u64 {
    let call = evidence.calls.iter().find(|call| call.task == copy.task).expect("a copy belongs to a call");
    let client = &plan.clients[call.client];
    (copy.sent_at_ms + client.attempt_timeout_ms).min(call.plan.at_ms + client.timeout_ms)
}

/// (d) Every call ends by its deadline, and leaves no timer or fetch behind.
fn deadlines(plan: &Plan, evidence: &Evidence, findings: &mut Vec<Finding>) {
    for call in &evidence.calls {
        let may_hang = matches!(call.plan.end, CallEnd::Killed { .. } | CallEnd::Dropped { .. });
        let Some((world_ms, client_ms, ended)) = &call.ended else {
            if !may_hang {
                findings.push(('d', format!("a call of {} never ended", call.plan.at_ms)));
            }
            continue;
        };
        // While the process stands still nothing can end; it must right after.
        let pauses = plan.clients.iter().flat_map(|client| &client.pauses);
        let excused = pauses
            .map(|pause| pause.at_ms + pause.for_ms)
            .any(|resumed_ms| resumed_ms.abs_diff(*world_ms) <= 1);
        if *client_ms > call.deadline_ms + 1 && !excused {
            findings
                .push(('d', format!("a call ended at {client_ms}, after {}: {ended:?}", call.deadline_ms)));
        }
        if call.left_behind != (0, 0) {
            findings.push(('d', format!("a call left (fetches, timers) {:?} behind", call.left_behind)));
        }
    }
}

/// (e) No edge in cooldown gets a request, unless all are in cooldown, the call is bound to it, it is the call's retry at
/// the same edge, or it won a race that was begun when all were.
fn cooldowns(plan: &Plan, evidence: &Evidence, findings: &mut Vec<Finding>) {
    let regions = plan.rtts_ms.len();
    // By a clock that stood still a rest may be longer than by the world's.
    let stood_ms: u64 = plan.clients.iter().flat_map(|client| &client.pauses).map(|pause| pause.for_ms).sum();
    for (client, decisions) in evidence.decisions.iter().enumerate() {
        let cooldown_ms = plan.clients[client].cooldown_ms;
        let mut rests = vec![Rest::default(); regions];
        let mut last_edge: BTreeMap<usize, usize> = BTreeMap::new();
        let same_edge = plan.clients[client].same_edge;
        for (now_ms, task, event) in decisions {
            match *event {
                Event::Cooldown { edge, .. } => {
                    let until_ms = now_ms + cooldown_ms;
                    rests[edge] = Rest { from_ms: *now_ms, until_ms, woken_at_ms: u64::MAX };
                }
                Event::Pin { edge, .. } => rests[edge].wake(*now_ms),
                Event::Attempt { edge, attempt } => {
                    wake_answered(&mut rests, evidence, client, *now_ms);
                    let all_rest_at = |at_ms: u64| rests.iter().all(|rest| rest.covers(at_ms, stood_ms));
                    let bound =
                        evidence.calls.iter().any(|call| call.task == *task && call.plan.only.is_some());
                    let retry = last_edge.insert(*task, edge) == Some(edge);
                    let raced = won_probe(evidence, *task, edge, *now_ms).is_some_and(all_rest_at);
                    let excused = all_rest_at(*now_ms) || bound || retry || same_edge || raced || attempt > 1;
                    if rests[edge].covers(*now_ms, 0) && !excused {
                        findings.push(('e', format!("a request at {now_ms} to edge {edge}, which rests")));
                    }
                }
                _ => {}
            }
        }
    }
}

/// The rest of an edge that was left, by the world's clock.
#[derive(Clone, Debug, Default)]
struct Rest {
    from_ms: u64,
    until_ms: u64,
    woken_at_ms: u64,
}

impl Rest {
    fn covers(&self, at_ms: u64, longer_ms: u64) -> bool {
        (self.from_ms..(self.until_ms + longer_ms).min(self.woken_at_ms)).contains(&at_ms)
    }

    fn wake(&mut self, at_ms: u64) {
        self.woken_at_ms = self.woken_at_ms.min(at_ms);
    }
}

/// When the probe was sent by whose answer this call chose the edge just now.
fn won_probe(evidence: &Evidence, task: usize, edge: usize, now_ms: u64) -> Option<u64> {
    let won = |passage: &&Passage| {
        let of_edge = passage.task == task && region_of(&passage.url) == edge;
        of_edge && passage.url.ends_with("/gateway/health") && passage.ended_at_ms == Some(now_ms)
    };
    evidence.passages.iter().find(won).map(|passage| passage.sent_at_ms)
}

/// An answer of an edge to a request sent since it was left ends its cooldown.
fn wake_answered(rests: &mut [Rest], evidence: &Evidence, client: usize, now_ms: u64) {
    let of_client = |task: usize| {
        // The reads in the quiet at the end are no calls of the plan; they come in the clients' order.
        evidence.calls.iter().find(|call| call.task == task).is_none_or(|call| call.client == client)
    };
    for passage in evidence.passages.iter().filter(|passage| of_client(passage.task)) {
        let healthy = passage.answer.as_ref().is_some_and(|(status, text)| {
            let garbage = *status < 300 && !text.is_empty();
            *status < 500 && *status != 408 && !garbage || text.contains("dashboard ")
        });
        let is_probe = passage.url.ends_with("/gateway/health");
        let rest = &mut rests[region_of(&passage.url)];
        let heard_at_ms = passage.ended_at_ms.filter(|ended_ms| *ended_ms <= now_ms);
        if let Some(heard_at_ms) = heard_at_ms
            && healthy
            && !is_probe
            && rest.from_ms <= passage.sent_at_ms
        {
            rest.wake(heard_at_ms);
        }
    }
}

/// (f) When all is quiet again, the fastest edge serves.
fn fastest_pinned(plan: &Plan, evidence: &Evidence, findings: &mut Vec<Finding>) {
    if plan.rtts_ms.len() == 1 || plan.faults.iter().any(|fault| fault.kind == FaultKind::Lost) {
        return;
    }
    for (client, pinned) in evidence.pinned.iter().enumerate() {
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

/// (g) No call asks a region for its health again and again: some times for each attempt, and a few times a second while it
/// waits for one that is silent.
fn few_probes(evidence: &Evidence, findings: &mut Vec<Finding>) {
    for call in &evidence.calls {
        let of_call = || evidence.passages.iter().filter(|passage| passage.task == call.task);
        let is_probe = |passage: &&Passage| passage.url.ends_with("/gateway/health");
        let attempts = of_call().filter(|passage| !is_probe(passage)).count() as u64;
        let last_ms = of_call().map(|passage| passage.sent_at_ms).max().unwrap_or(0);
        let few = 6 + 4 * attempts + last_ms.saturating_sub(call.plan.at_ms) / 200;
        let mut asked: BTreeMap<usize, u64> = BTreeMap::new();
        for probe in of_call().filter(is_probe) {
            *asked.entry(region_of(&probe.url)).or_default() += 1;
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
