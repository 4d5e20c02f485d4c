//! (e) An edge that was left rests: calls begin elsewhere.

use std::collections::BTreeMap;

use shardd_wasm::engine::Event;

use super::Finding;
use super::table::{Case, Request};
use crate::evidence::CallRecord;
use crate::plan::Act;

/// An edge that has not answered for longer is no way out of a rest.
const ANSWERED_WITHIN_MS: u64 = 5 * 60_000;

pub fn rests(case: &Case<'_>, findings: &mut Vec<Finding>) {
    // Each client knows the edges for itself.
    for (client, decisions) in case.evidence.decisions.iter().enumerate() {
        let rests = vec![Rest::default(); case.plan.rtts_ms.len()];
        Known { case, client, rests }.judge(decisions, findings);
    }
}

/// What a client knows of rests.
struct Known<'a> {
    case: &'a Case<'a>,
    client: usize,
    rests: Vec<Rest>,
}

impl<'a> Known<'a> {
    fn judge(&mut self, decisions: &[(u64, usize, Event)], findings: &mut Vec<Finding>) {
        let mut last_edge: BTreeMap<usize, usize> = BTreeMap::new();
        for (now_ms, task, event) in decisions {
            match *event {
                Event::Cooldown { edge, cooldown_ms, .. } => {
                    let until_ms = now_ms + cooldown_ms;
                    self.rests[edge] = Rest { from_ms: *now_ms, until_ms, woken_at_ms: u64::MAX };
                }
                // The winner of a race that was run when all rested serves from then on.
                Event::Pin { edge, .. } => {
                    let rest = &mut self.rests[edge];
                    rest.woken_at_ms = rest.woken_at_ms.min(*now_ms);
                }
                Event::Attempt { edge, .. } => {
                    self.wake_served(*now_ms);
                    let is_retry = last_edge.insert(*task, edge) == Some(edge);
                    let keeps_to_edge = self.case.plan.clients[self.client].same_edge;
                    let excused = is_retry || keeps_to_edge || self.may_go_anywhere(edge, *task, *now_ms);
                    if self.rests[edge].covers(*now_ms, 0) && !excused {
                        findings.push(('e', format!("a request at {now_ms} to edge {edge}, which rests")));
                    }
                }
                _ => {}
            }
        }
    }

    fn requests(&self) -> impl Iterator<Item = &'a Request<'a>> {
        let client = self.client;
        self.case.requests.iter().filter(move |request| request.client == client)
    }

    /// Whether a rest binds this attempt: not where all rest, nor a call bound to the edge, nor a copy after the first, nor
    /// a read that has left a silent edge.
    fn may_go_anywhere(&self, edge: usize, task: usize, now_ms: u64) -> bool {
        // By a clock that stood still a rest may be longer than by the world's.
        let stood_ms: u64 = self.case.plan.pauses().map(|pause| pause.for_ms).sum();
        let all_rest = |at_ms: u64| self.rests.iter().all(|rest| rest.covers(at_ms, stood_ms));
        let call = self.case.evidence.calls.iter().find(|call| call.task == task);
        let bound = call.is_some_and(|call| call.plan.only.is_some());
        // The edge may have been left while the race was on: its answer is newer.
        let raced = self
            .won_probe(task, edge, now_ms)
            .is_some_and(|sent_ms| all_rest(sent_ms) || !self.rests[edge].covers(sent_ms, 0));
        all_rest(now_ms)
            || bound
            || raced
            || self.nobody_else_answered(now_ms)
            || call.is_some_and(|call| self.leaves(call, now_ms))
    }

    /// Whether the call's last request was left in silence, or was a copy in doubt, its own or another call's.
    fn leaves(&self, call: &CallRecord, now_ms: u64) -> bool {
        let is_earlier = |request: &&Request<'_>| !request.is_probe && request.sent_ms() < now_ms;
        if call.plan.act == Act::Read {
            let own =
                self.requests().filter(is_earlier).filter(|request| request.passage.task == call.task).last();
            return own.is_some_and(|request| request.passage.cut);
        }
        // What resumes goes on where another process was.
        if call.plan.act == Act::Resume {
            return true;
        }
        let nonce = crate::evidence::nonce_of(&self.case.plan.clients[call.client], &call.plan);
        let of_nonce = |request: &&Request<'_>| {
            request.passage.body.as_deref().and_then(crate::evidence::nonce_in) == Some(&nonce)
        };
        // A copy of another client of the module binds this one too.
        self.case.requests.iter().filter(is_earlier).filter(of_nonce).any(|request| !request.is_proof())
    }

    /// Whether no edge that is awake has answered of late: there is nowhere else to go.
    fn nobody_else_answered(&self, now_ms: u64) -> bool {
        !self.requests().any(|request| {
            request.is_answered()
                && request.ended_ms <= now_ms
                && request.ended_ms + ANSWERED_WITHIN_MS >= now_ms
                && !self.rests[request.region].covers(now_ms, 0)
        })
    }

    /// When the probe was sent by whose answer this call chose the edge just now.
    fn won_probe(&self, task: usize, edge: usize, now_ms: u64) -> Option<u64> {
        let won = |request: &&Request<'_>| {
            let of_edge = request.passage.task == task && request.region == edge;
            of_edge && request.is_probe && request.passage.ended_at_ms == Some(now_ms)
        };
        self.requests().find(won).map(Request::sent_ms)
    }

    /// An answer of an edge to a request sent since it was left ends its rest; a probe's does not.
    fn wake_served(&mut self, now_ms: u64) {
        let case = self.case;
        for request in &case.requests {
            let of_client = request.client == self.client;
            let healthy = request.passage.answer.as_ref().is_some_and(|(status, text)| {
                let garbage = *status < 300 && !text.is_empty();
                *status < 500 && *status != 408 && !garbage || text.contains("dashboard ")
            });
            let rest = &mut self.rests[request.region];
            let heard = request.ended_ms <= now_ms && rest.from_ms <= request.sent_ms();
            if of_client && healthy && !request.is_probe && heard {
                rest.woken_at_ms = rest.woken_at_ms.min(request.ended_ms);
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
}
