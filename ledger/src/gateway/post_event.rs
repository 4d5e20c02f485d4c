//! `POST /events` and its twin under `/v1/me`.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::door::{WRITE_COST, internal_name};
use super::route::segment;
use super::{Visit, json_body, reply};
use crate::auth::Scope;
use crate::exchange::Response;
use crate::ledger::{Accepted, Clock, Event, Refusal, Write};

const MAX_NOTE_CHARS: usize = 4096;
const DEFAULT_ACK_TIMEOUT_MS: u64 = 500;
/// The gateway gives up on its node after this long, whatever became of the write.
const RPC_TIMEOUT_MS: u64 = 5_000;
const NO_NONCE: &str =
    "idempotency_nonce is required — generate a UUID v4 per logical operation and reuse it on retries";
const HINT: &str = "implicit hold (hold_multiplier × |amount|) pushed projected_available below the floor; \
    the bare debit math would clear. Retry with `skip_hold: true` for one-shot administrative writes, \
    or pass an explicit smaller `hold_amount`. See protocol.md §11.4.";

/// The body of `POST /events`. The names and the flattening decide the texts of its errors.
#[derive(Debug, Deserialize)]
#[serde(expecting = "struct GatewayCreateEventRequest")]
pub(super) struct PostBody {
    bucket: String,
    owner: Option<String>,
    #[serde(flatten)]
    event: EventBody,
}

#[derive(Debug, Deserialize)]
#[serde(expecting = "struct MyBucketCreateEventRequest")]
pub(super) struct EventBody {
    account: String,
    amount: i64,
    note: Option<String>,
    idempotency_nonce: Option<String>,
    max_overdraft: Option<u64>,
    min_acks: Option<u32>,
    ack_timeout_ms: Option<u64>,
    hold_amount: Option<u64>,
    hold_expires_at_unix_ms: Option<u64>,
    settle_reservation: Option<String>,
    release_reservation: Option<String>,
    skip_hold: Option<bool>,
}

#[derive(Debug, Serialize, Default)]
struct Acks {
    received: usize,
    requested: usize,
    timeout: bool,
    #[serde(skip)]
    waited_ms: u64,
}

#[derive(Serialize)]
struct Answer<'a, E: Serialize> {
    event: E,
    emitted_events: &'a [Arc<Event>],
    balance: i64,
    available_balance: i64,
    deduplicated: bool,
    acks: Acks,
}

#[derive(Serialize)]
struct Insufficient {
    error: &'static str,
    balance: i64,
    available_balance: i64,
    projected_available_balance: i64,
    limit: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    hold_blocking: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<&'static str>,
}

impl Visit<'_> {
    pub(super) fn post_event(&mut self) -> Result<Response, Response> {
        let body: PostBody = json_body::read(self.request)?;
        if body.owner.is_some_and(|owner| !owner.trim().is_empty()) {
            return Err(reply::error(400, "owner is no longer supported; API keys identify the user"));
        }
        let user = self.enter(Scope::Write, &body.bucket, WRITE_COST)?;
        self.submit(user.as_deref(), &body.bucket, body.event)
    }

    pub(super) fn post_my_event(&mut self, bucket: &str) -> Result<Response, Response> {
        let bucket = segment(bucket, "bucket")?;
        let body: EventBody = json_body::read(self.request)?;
        let user = self.enter_mine()?;
        self.submit(Some(&user), &bucket, body)
    }

    fn submit(&mut self, user: Option<&str>, bucket: &str, body: EventBody) -> Result<Response, Response> {
        if body.note.as_ref().is_some_and(|note| note.chars().count() > MAX_NOTE_CHARS) {
            return Err(reply::error(400, "note must be at most 4096 characters"));
        }
        let nonce = body.idempotency_nonce.as_deref().unwrap_or("").trim();
        if nonce.is_empty() {
            return Err(reply::error(400, NO_NONCE));
        }
        let internal = user.map_or_else(|| bucket.to_owned(), |user| internal_name(user, bucket));
        let (min_acks, ack_timeout) = (body.min_acks.unwrap_or(0), body.ack_timeout_ms);
        let write = body.into_write(internal);
        let accepted = self.accept(&write)?;
        let acks = self.acks(&accepted, min_acks as usize, ack_timeout.unwrap_or(DEFAULT_ACK_TIMEOUT_MS));
        self.respond(&accepted, bucket, acks)
    }

    fn accept(&mut self, write: &Write) -> Result<Accepted, Response> {
        let (now, config) = (self.now, &self.cluster.config);
        let (hold_multiplier, hold_duration_ms) = (config.hold_multiplier, config.hold_duration_ms);
        let (home, node, ids) = self.node_mut()?;
        let mut clock = Clock { now, ids, hold_multiplier, hold_duration_ms };
        match node.accept(write, &mut clock) {
            Ok(accepted) => {
                if !accepted.emitted.is_empty() {
                    self.cluster.network.broadcast(home, &accepted.emitted, self.now);
                }
                Ok(accepted)
            }
            Err(refusal) => Err(self.signed(refused(&refusal))),
        }
    }

    /// Waits for one emitted event after the other, as the real node does.
    fn acks(&mut self, accepted: &Accepted, wanted: usize, timeout_ms: u64) -> Acks {
        if accepted.emitted.is_empty() || wanted == 0 {
            return Acks {
                requested: if accepted.emitted.is_empty() { 0 } else { wanted },
                ..Acks::default()
            };
        }
        let home = self.home.unwrap_or(self.region);
        let others = (0..self.cluster.nodes.len()).filter(|to| *to != home && !self.cluster.is_lost(*to));
        let others: Vec<usize> = others.collect();
        let network = &self.cluster.network;
        let up = others.iter().filter(|to| network.is_up(home, **to));
        let mut times: Vec<u64> = up.map(|to| network.delay_ms(home, *to)).collect();
        times.retain(|time| *time <= timeout_ms);
        times.sort_unstable();
        let (received, everybody) = (times.len().min(wanted), times.len() == others.len());
        let waited = match times.get(received.wrapping_sub(1)).copied() {
            Some(time) if received == wanted || everybody => time,
            _ if everybody => 0,
            _ => timeout_ms,
        };
        let waited_ms = waited.saturating_mul(accepted.emitted.len() as u64);
        Acks { received, requested: wanted, timeout: received < wanted, waited_ms }
    }

    fn respond(&mut self, accepted: &Accepted, bucket: &str, acks: Acks) -> Result<Response, Response> {
        let waited = acks.waited_ms;
        let now = self.now;
        if waited > 0
            && let Ok((_, node, _)) = self.node_mut()
        {
            node.busy_until = node.busy_until.max(now).saturating_add(waited);
        }
        if waited > RPC_TIMEOUT_MS {
            let mut late = reply::error(503, "client RPC failed: Timeout while waiting for a response");
            late.ack_wait_ms = RPC_TIMEOUT_MS;
            return Err(late);
        }
        let deduplicated = accepted.emitted.is_empty();
        let answer = Answer {
            event: accepted.event.shown_as(bucket),
            emitted_events: &accepted.emitted,
            balance: accepted.balance,
            available_balance: accepted.available,
            deduplicated,
            acks,
        };
        let response = reply::json(if deduplicated { 200 } else { 201 }, &answer);
        Ok(self.signed(response))
    }
}

impl EventBody {
    fn into_write(self, bucket: String) -> Write {
        Write {
            bucket,
            account: self.account,
            amount: self.amount,
            note: self.note,
            nonce: self.idempotency_nonce.as_deref().unwrap_or("").trim().to_owned(),
            max_overdraft: self.max_overdraft.unwrap_or(0),
            hold_amount: self.hold_amount,
            hold_expires_at: self.hold_expires_at_unix_ms,
            settle: self.settle_reservation,
            release: self.release_reservation,
            skip_hold: self.skip_hold.unwrap_or(false),
        }
    }
}

/// A node's refusal as the gateway passes it on.
pub(super) fn refused(refusal: &Refusal) -> Response {
    match refusal {
        Refusal::Invalid(text) => reply::error(400, text),
        Refusal::Insufficient { balance, available, projected, limit, hold_blocking } => {
            let body = Insufficient {
                error: "insufficient_funds",
                balance: *balance,
                available_balance: *available,
                projected_available_balance: *projected,
                limit: *limit,
                hold_blocking: hold_blocking.then_some(true),
                hint: hold_blocking.then_some(HINT),
            };
            reply::json(422, &body)
        }
    }
}
