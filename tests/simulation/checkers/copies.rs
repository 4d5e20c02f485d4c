//! (c) The rule of the next copy, and (i) the same across the clients of a module.

use shardd_wasm::engine::Event;

use super::table::{Case, Request};
use super::watch::asked_ms;
use super::{Finding, SETTLE_MS};
use crate::evidence::Write;
use crate::plan::Act;

/// The final round begins so long before a copy is due; it may be another call's that began a little earlier.
const ROUND_MS: u64 = 200 + 100;
/// An attempt that ended only after so long may have hung: its edge comes last.
const HUNG_MS: u64 = 6_000;

pub fn next_copies(case: &Case<'_>, findings: &mut Vec<Finding>) {
    for (write, copies) in &case.copies {
        for (at, pair) in copies.windows(2).enumerate() {
            let [before, after] = pair else { continue };
            let pair = Pair {
                case,
                write,
                before: &case.requests[*before],
                after: &case.requests[*after],
                earlier: copies[..=at].iter().map(|copy| &case.requests[*copy]).collect(),
            };
            findings.extend(pair.judge());
        }
    }
}

/// A copy and the next one.
struct Pair<'a> {
    case: &'a Case<'a>,
    write: &'a Write,
    before: &'a Request<'a>,
    after: &'a Request<'a>,
    /// All copies up to `before`.
    earlier: Vec<&'a Request<'a>>,
}

impl Pair<'_> {
    fn judge(&self) -> Option<Finding> {
        let (before, after) = (self.before, self.after);
        if before.module != after.module {
            return self.judge_adopted();
        }
        let of_two_clients = before.client != after.client;
        if after.sent_ms() < before.ended_ms {
            let letter = if of_two_clients { 'i' } else { 'c' };
            return Some((
                letter,
                format!("two copies in flight at {} of {:?}", after.sent_ms(), self.write),
            ));
        }
        // A proof is as good as the doubt before it: the wait of an earlier copy was over already.
        if before.is_proof() {
            return None;
        }
        if before.is_success() {
            let free_ms = before.ended_ms + SETTLE_MS;
            return (after.sent_ms() < free_ms).then(|| self.found(&format!("too soon: free at {free_ms}")));
        }
        self.judge_doubt(self.doubt_ms(), before.sent_ms())
    }

    /// Who adopts a record takes the adoption for the copy and for the doubt's beginning. Nobody here sees it, but it comes
    /// after the adopting call began.
    fn judge_adopted(&self) -> Option<Finding> {
        let (before, after) = (self.before, self.after);
        if before.passage.ended_at_ms.is_some_and(|ended_ms| after.sent_ms() < ended_ms) {
            return Some(self.found("while the other process still has its copy in flight"));
        }
        // What ended with a success or a proof is finished or free in the store; else it is in doubt.
        if before.is_proof() {
            return None;
        }
        let began_ms = after.call.map_or(0, |call| call.began_ms);
        self.judge_doubt(began_ms, began_ms)
    }

    fn judge_doubt(&self, doubt_ms: u64, sent_ms: u64) -> Option<Finding> {
        let (before, after) = (self.before, self.after);
        let client = &self.case.plan.clients[after.client];
        let bound = after.call.is_some_and(|call| call.plan.only.is_some());
        let moved = after.region != before.region;
        if client.same_edge && moved && !bound {
            return Some(self.found("at another edge, though its client keeps to the same"));
        }
        let mut ever = self.case.heard_by(after).filter(|heard| heard.is_probe);
        let is_blind = ever.all(|heard| heard.ended_ms > after.sent_ms());
        if is_blind && !moved && after.sent_ms() >= doubt_ms + 2 * SETTLE_MS {
            return None;
        }
        let Some(heard_ms) = self.heard_ms(doubt_ms) else {
            return Some(self.found(&format!("though nobody was heard since {doubt_ms}")));
        };
        let due_ms = (sent_ms + SETTLE_MS).max(heard_ms + SETTLE_MS / 2);
        if after.sent_ms() < due_ms {
            return Some(
                self.found(&format!("before {due_ms}: in doubt from {doubt_ms}, heard at {heard_ms}")),
            );
        }
        let round = self.last_answered_ms(after.region, after.sent_ms());
        if round.is_none_or(|probed_ms| probed_ms + ROUND_MS < due_ms) {
            return Some(self.found(&format!("to an edge that did not answer the final round of {due_ms}")));
        }
        let own =
            after.sent_ms().checked_sub(1).and_then(|by_ms| self.last_answered_ms(before.region, by_ms));
        let own_answered = own >= round;
        // A record names the edge that a copy was about to leave for, when its process died.
        let resumes = after.call.is_some_and(|call| call.plan.act == Act::Resume);
        if moved && own_answered && !bound && !resumes && !self.own_comes_last() {
            return Some(self.found("elsewhere, though its own edge answered the final round"));
        }
        None
    }

    /// When the doubt of the copy before began: where its edge was left because it was silent, when that was asked.
    fn doubt_ms(&self) -> u64 {
        let before = self.before;
        let decisions = &self.case.evidence.decisions[before.client];
        let left_silent = decisions.iter().any(|(at_ms, task, event)| {
            let is_its_end = *at_ms == before.ended_ms && *task == before.passage.task;
            is_its_end && matches!(event, Event::Cooldown { reason, .. } if reason.starts_with("silent"))
        });
        let is_limit = before.is_cut_by_limit(&self.case.plan.clients[before.client]);
        if !left_silent && (!before.passage.cut || is_limit) {
            return before.ended_ms;
        }
        asked_ms(self.case, before).unwrap_or(before.ended_ms)
    }

    /// When the copy's own edge was first heard since the doubt began; as long as it was not, the first other edge. Where the record
    /// may name the next copy's edge in place of the last one's, each may have been the one that the rule knew.
    fn heard_ms(&self, doubt_ms: u64) -> Option<u64> {
        let named = self.names_another_edge().then_some(self.after.region);
        let readings = [Some(self.before.region), named].into_iter().flatten();
        readings.filter_map(|own| self.heard_where(own, doubt_ms)).min()
    }

    fn heard_where(&self, own: usize, doubt_ms: u64) -> Option<u64> {
        let first = |is_own: bool| {
            let heard = self.case.heard_by(self.after).filter(|heard| {
                (heard.region == own) == is_own
                    && heard.sent_ms() >= doubt_ms
                    && heard.ended_ms + u64::from(is_own) <= self.after.sent_ms()
            });
            heard.map(|heard| heard.ended_ms).min()
        };
        first(true).or_else(|| first(false))
    }

    /// Whether a process may have died in between that was about to send: the record then names the edge of a copy that never left.
    fn names_another_edge(&self) -> bool {
        let between = self.before.sent_ms()..self.after.sent_ms();
        let mut clients = self.case.plan.clients.iter();
        clients.any(|client| {
            let of_neither = client.module != self.before.module && client.module != self.after.module;
            of_neither && client.dies_at_ms.is_some_and(|ms| between.contains(&ms))
        })
    }

    /// When the last probe or request left that this edge had answered by then.
    fn last_answered_ms(&self, region: usize, by_ms: u64) -> Option<u64> {
        let heard = self.case.heard_by(self.after);
        let heard = heard.filter(|heard| heard.region == region && heard.ended_ms <= by_ms);
        heard.map(Request::sent_ms).max()
    }

    /// An edge that had two attempts of this nonce, or hung, comes last.
    fn own_comes_last(&self) -> bool {
        let there = || self.earlier.iter().filter(|copy| copy.region == self.before.region);
        there().count() >= 2 || there().any(|copy| copy.passage.cut && self.outlasted(copy))
    }

    fn outlasted(&self, copy: &Request<'_>) -> bool {
        let limit_ms = self.case.plan.clients[copy.client].attempt_timeout_ms.min(HUNG_MS);
        copy.ended_ms - copy.sent_ms() >= limit_ms
    }

    fn found(&self, what: &str) -> Finding {
        ('c', format!("a copy left at {} {what}; {:?}", self.after.sent_ms(), self.write))
    }
}
