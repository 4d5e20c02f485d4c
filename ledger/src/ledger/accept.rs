//! How a node accepts a write: checks, nonce, mode, events.

use std::sync::Arc;

use super::account::{Account, Hold};
use super::event::{Event, EventKind};
use super::mode::{Mode, Write};
use super::node::{META_BUCKET, Node};
use crate::seeded::Ids;

/// The times of one request, and where ids come from.
#[derive(Debug)]
pub(crate) struct Clock<'a> {
    /// Everybody's time.
    pub(crate) now: u64,
    pub(crate) ids: &'a mut Ids,
    pub(crate) hold_multiplier: u64,
    pub(crate) hold_duration_ms: u64,
}

#[derive(Debug)]
pub(crate) struct Accepted {
    pub(crate) event: Arc<Event>,
    /// Empty if the nonce was known.
    pub(crate) emitted: Vec<Arc<Event>>,
    pub(crate) balance: i64,
    pub(crate) available: i64,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    Invalid(String),
    Insufficient { balance: i64, available: i64, projected: i64, limit: i64, hold_blocking: bool },
}

/// An event before the node has numbered it.
struct Draft {
    kind: EventKind,
    amount: i64,
    nonce: String,
    note: Option<String>,
    void_ref: Option<String>,
    hold: (u64, u64),
}

impl Draft {
    fn new(kind: EventKind, write: &Write) -> Self {
        let (nonce, note) = (write.nonce.clone(), write.note.clone());
        Self { kind, amount: write.amount, nonce, note, void_ref: None, hold: (0, 0) }
    }

    fn companion(kind: EventKind, nonce: String) -> Self {
        Self { kind, amount: 0, nonce, note: None, void_ref: None, hold: (0, 0) }
    }
}

impl Node {
    /// Accepts a write, or says why not.
    pub(crate) fn accept(&mut self, write: &Write, clock: &mut Clock<'_>) -> Result<Accepted, Refusal> {
        let bucket = &write.bucket;
        if bucket == META_BUCKET || bucket.starts_with("__billing__") {
            return Err(Refusal::Invalid(format!("bucket name '{bucket}' is reserved")));
        }
        if self.deleted.contains_key(bucket) {
            let text = format!("bucket '{bucket}' was permanently deleted and cannot be written to");
            return Err(Refusal::Invalid(text));
        }
        let at = self.clock(clock.now);
        let mode = write.mode(at).map_err(|text| Refusal::Invalid(text.into()))?;
        // From here on the account exists, even if the write is refused.
        let id = self.id.clone();
        let account = self.bucket(bucket).account(&write.account);
        if let Some(event) = account.find(&write.nonce, write.amount) {
            let event = Arc::clone(event);
            let (balance, available) = (account.balance, account.available(at));
            return Ok(Accepted { event, emitted: Vec::new(), balance, available });
        }
        let (drafts, main) = plan(account, write, mode, &id, at, clock)?;
        let emitted: Vec<_> = drafts.into_iter().map(|draft| self.mint(draft, write, clock)).collect();
        let event = emitted.get(main).cloned().ok_or_else(|| Refusal::Invalid("no event".into()))?;
        let account = self.bucket(bucket).account(&write.account);
        Ok(Accepted { event, emitted, balance: account.balance, available: account.available(at) })
    }

    fn mint(&mut self, draft: Draft, write: &Write, clock: &mut Clock<'_>) -> Arc<Event> {
        let event = Arc::new(Event {
            event_id: clock.ids.uuid(),
            origin_node_id: self.id.clone(),
            origin_epoch: 1,
            origin_seq: self.next_seq(&write.bucket),
            created_at_unix_ms: self.clock(clock.now),
            kind: draft.kind,
            bucket: write.bucket.clone(),
            account: write.account.clone(),
            amount: draft.amount,
            note: draft.note,
            idempotency_nonce: draft.nonce,
            void_ref: draft.void_ref,
            hold_amount: draft.hold.0,
            hold_expires_at_unix_ms: draft.hold.1,
        });
        self.store(&event, clock.now);
        if event.kind != EventKind::BucketDelete {
            self.bucket(&event.bucket).account(&event.account).remember(&event);
        }
        event
    }

    /// The events that cancel the losing copy of a write.
    pub(crate) fn void(&mut self, winner: &Event, loser: &Event, now: u64, ids: &mut Ids) -> Vec<Arc<Event>> {
        let write =
            Write { bucket: loser.bucket.clone(), account: loser.account.clone(), ..Write::default() };
        let clock = &mut Clock { now, ids, hold_multiplier: 0, hold_duration_ms: 0 };
        let (id, kept) = (&loser.event_id, &winner.event_id);
        let void = Draft {
            amount: loser.amount.wrapping_neg(),
            note: Some(format!("void: duplicate of event {kept}")),
            void_ref: Some(id.clone()),
            ..Draft::companion(EventKind::Void, format!("void:{id}"))
        };
        let mut emitted = vec![self.mint(void, &write, clock)];
        if loser.hold_amount > 0 {
            let release = Draft {
                note: Some(format!("release hold: duplicate of event {kept}")),
                void_ref: Some(id.clone()),
                ..Draft::companion(EventKind::HoldRelease, format!("release:{id}"))
            };
            emitted.push(self.mint(release, &write, clock));
        }
        emitted
    }

    /// Ends a bucket for ever; `Err` if it has ended already.
    pub(crate) fn delete_bucket(
        &mut self,
        bucket: &str,
        clock: &mut Clock<'_>,
    ) -> Result<Arc<Event>, Refusal> {
        if self.deleted.contains_key(bucket) {
            return Err(Refusal::Invalid(format!("bucket '{bucket}' was already deleted")));
        }
        let write = Write { bucket: META_BUCKET.into(), account: bucket.into(), ..Write::default() };
        let draft = Draft::companion(EventKind::BucketDelete, format!("delete:{bucket}"));
        Ok(self.mint(draft, &write, clock))
    }
}

/// The events of a write in order, and which of them answers the caller.
fn plan(
    account: &Account,
    write: &Write,
    mode: Mode<'_>,
    node: &str,
    now: u64,
    clock: &Clock<'_>,
) -> Result<(Vec<Draft>, usize), Refusal> {
    match mode {
        Mode::Charge(own_hold) => {
            let hold = own_hold.unwrap_or_else(|| implicit_hold(account, write, node, now, clock));
            if write.amount < 0 {
                guard(account, write, hold.0, own_hold.is_some(), now)?;
            }
            let main = Draft::new(EventKind::Standard, write);
            if hold.0 == 0 {
                return Ok((vec![main], 0));
            }
            let reserve = Draft {
                hold,
                ..Draft::companion(EventKind::ReservationCreate, format!("reserve:{}", write.nonce))
            };
            Ok((vec![reserve, main], 1))
        }
        Mode::Reserve(amount, expires) => {
            guard(account, write, amount, false, now)?;
            let hold = (amount, expires);
            Ok((vec![Draft { hold, ..Draft::new(EventKind::ReservationCreate, write) }], 0))
        }
        Mode::Settle(id) => {
            let reserved = open_reservation(account, id, now)?.amount;
            let attempted = write.amount.unsigned_abs();
            if attempted > reserved {
                let text = format!("settle attempted {attempted} against a reservation of {reserved}");
                return Err(Refusal::Invalid(text));
            }
            let release = Draft {
                void_ref: Some(id.to_owned()),
                ..Draft::companion(EventKind::HoldRelease, format!("release:{}", write.nonce))
            };
            Ok((vec![Draft::new(EventKind::Standard, write), release], 0))
        }
        Mode::Release(id) => {
            open_reservation(account, id, now)?;
            let void_ref = Some(id.to_owned());
            Ok((vec![Draft { void_ref, ..Draft::new(EventKind::HoldRelease, write) }], 0))
        }
    }
}

/// Five times the debit, as far as funds allow, less what this node holds already.
fn implicit_hold(account: &Account, write: &Write, node: &str, now: u64, clock: &Clock<'_>) -> (u64, u64) {
    if write.amount >= 0 || write.skip_hold {
        return (0, 0);
    }
    let wanted = write.amount.unsigned_abs().saturating_mul(clock.hold_multiplier);
    let floor_distance =
        account.available(now).wrapping_add(write.amount).wrapping_add(write.max_overdraft as i64);
    let held = account.held_by(node, now, clock.hold_duration_ms.div_ceil(10));
    let hold = wanted.min(floor_distance.max(0).unsigned_abs()).saturating_sub(held);
    if hold == 0 { (0, 0) } else { (hold, now.saturating_add(clock.hold_duration_ms)) }
}

/// The overdraft guard. Casts and wraps as the real one does: beyond i64 a limit turns its sign.
fn guard(account: &Account, write: &Write, hold: u64, own_hold: bool, now: u64) -> Result<(), Refusal> {
    let available = account.available(now);
    let bare = available.wrapping_add(write.amount);
    let projected = bare.wrapping_sub(hold as i64);
    let limit = (write.max_overdraft as i64).wrapping_neg();
    if projected >= limit {
        return Ok(());
    }
    let hold_blocking = own_hold && bare >= limit;
    Err(Refusal::Insufficient { balance: account.balance, available, projected, limit, hold_blocking })
}

fn open_reservation<'a>(account: &'a Account, id: &str, now: u64) -> Result<&'a Hold, Refusal> {
    let refuse = |why: &str| Refusal::Invalid(format!("reservation '{id}' {why}"));
    let hold = account.hold(id).ok_or_else(|| refuse("not found"))?;
    if account.is_released(id) {
        return Err(refuse("has already been released"));
    }
    if hold.expires_at <= now { Err(refuse("has expired")) } else { Ok(hold) }
}
