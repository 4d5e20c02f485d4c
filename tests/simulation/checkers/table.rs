//! The evidence, put in order: which request was whose copy of what, and who answered when.

use std::collections::BTreeMap;

use shardd_wasm::platform::sim::Passage;

use crate::evidence::{CallRecord, Evidence, Write, nonce_in};
use crate::plan::{CallEnd, ClientPlan, Plan};
use crate::regions::{Voyage, ledger_of, region_of};

use super::proof::{is_proof, is_success};

/// A plan, its evidence, and what the checkers make of it before they judge.
pub struct Case<'a> {
    pub plan: &'a Plan,
    pub evidence: &'a Evidence,
    pub requests: Vec<Request<'a>>,
    /// The copies of each write, in the order in which they left: places in `requests`.
    pub copies: BTreeMap<Write, Vec<usize>>,
}

/// A request or a probe.
#[derive(Debug)]
pub struct Request<'a> {
    pub passage: &'a Passage,
    pub voyage: &'a Voyage,
    pub is_probe: bool,
    pub region: usize,
    pub ledger: usize,
    /// The place of the client in the plan.
    pub client: usize,
    pub module: usize,
    /// Its call; none for the reads in the quiet at the end.
    pub call: Option<&'a CallRecord>,
    /// How long the clients' clocks stood still meanwhile: by them the answer came sooner.
    stood_ms: u64,
    /// When it ended for the client; what is never polled again ends with the attempt's deadline.
    pub ended_ms: u64,
}

impl<'a> Case<'a> {
    pub fn new(plan: &'a Plan, evidence: &'a Evidence) -> Case<'a> {
        let calls: BTreeMap<usize, &CallRecord> =
            evidence.calls.iter().map(|call| (call.task, call)).collect();
        let mut case = Case { plan, evidence, requests: Vec::new(), copies: BTreeMap::new() };
        for (passage, voyage) in evidence.passages.iter().zip(&evidence.voyages) {
            // What lists or counts the store's records at the end sends nothing.
            let client = evidence.client_of[&passage.task];
            let call = calls.get(&passage.task).copied();
            let ended_ms = ended_ms(passage, &plan.clients[client], call);
            let request = Request {
                passage,
                voyage,
                is_probe: passage.url.ends_with("/gateway/health"),
                region: region_of(&passage.url),
                ledger: ledger_of(&passage.url),
                client,
                module: plan.clients[client].module,
                call,
                stood_ms: stood_ms(plan, passage.sent_at_ms, ended_ms),
                ended_ms,
            };
            if let Some(nonce) = passage.body.as_deref().and_then(nonce_in) {
                let write = Write::of(&plan.clients[client], nonce.to_owned());
                case.copies.entry(write).or_default().push(case.requests.len());
            }
            case.requests.push(request);
        }
        case
    }

    /// What the module of this request hears of that request's ledger.
    pub fn heard_by<'c>(&'c self, of: &'c Request<'a>) -> impl Iterator<Item = &'c Request<'a>> {
        self.requests.iter().filter(|request| {
            request.module == of.module && request.ledger == of.ledger && request.is_answered()
        })
    }

    /// Whether the device stood still at some time between the two.
    pub fn stood_still(&self, from_ms: u64, until_ms: u64) -> bool {
        self.plan.pauses().any(|pause| pause.at_ms <= until_ms && from_ms <= pause.at_ms + pause.for_ms)
    }
}

impl Request<'_> {
    pub fn sent_ms(&self) -> u64 {
        self.passage.sent_at_ms
    }

    pub fn is_answered(&self) -> bool {
        self.passage.answer.is_some()
    }

    pub fn is_proof(&self) -> bool {
        self.passage.answer.as_ref().is_some_and(|(status, text)| {
            is_proof(*status, text, (self.ended_ms - self.sent_ms()).saturating_sub(self.stood_ms))
        })
    }

    pub fn is_success(&self) -> bool {
        self.passage.answer.as_ref().is_some_and(|(status, text)| is_success(*status, text))
    }

    /// Whether it was cut by a limit of its own or by its caller, not because its edge was silent.
    pub fn is_cut_by_limit(&self, client: &ClientPlan) -> bool {
        let Some(call) = self.call else { return true };
        let by_caller = match call.plan.end {
            CallEnd::Aborted { after_ms } | CallEnd::Dropped { after_ms } => {
                self.ended_ms >= call.plan.at_ms + after_ms
            }
            CallEnd::Awaited | CallEnd::Killed { .. } => false,
        };
        let never_ended = self.passage.ended_at_ms.is_none();
        let attempt_over = self.ended_ms >= self.sent_ms() + client.attempt_timeout_ms;
        let call_over = self.ended_ms >= call.began_ms + client.timeout_ms;
        self.passage.cut && (by_caller || attempt_over || call_over) || never_ended
    }
}

/// How long clocks stood still in the pauses that began between the two. What stands still sees none of it before it goes on.
fn stood_ms(plan: &Plan, from_ms: u64, until_ms: u64) -> u64 {
    let stops =
        plan.pauses().filter(|pause| pause.clock_stops && (from_ms..=until_ms).contains(&pause.at_ms));
    stops.map(|pause| pause.for_ms).sum()
}

fn ended_ms(passage: &Passage, client: &ClientPlan, call: Option<&CallRecord>) -> u64 {
    passage.ended_at_ms.unwrap_or_else(|| {
        let attempt_ms = passage.sent_at_ms + client.attempt_timeout_ms;
        // What `resume` sends has its own deadline for each write.
        let call = call.filter(|call| call.plan.act != crate::plan::Act::Resume);
        call.map_or(attempt_ms, |call| attempt_ms.min(call.began_ms + client.timeout_ms))
    })
}
