//! The record of a call's write: what it says, and the visit at the store that is under way.

use std::rc::Rc;

use wasm_bindgen::prelude::*;

use super::{Kernel, enter};
use crate::durable::{Claim, Command, Note, RecordedAnswer, Reply, Sent, Visit};
use crate::engine::{Action, Claimed, Close, Input, Touched, Version};
use crate::idempotency::codec::CorruptRecord;
use crate::idempotency::step::Change;
use crate::protocol::effect::{action, change, stored};

/// The record of a call's write.
pub(super) struct Durable {
    note: Note,
    /// Under which the call holds the record.
    token: u64,
    asked: Asked,
    visit: Option<Visit>,
    reply: Option<Result<Reply, CorruptRecord>>,
    /// Whether the last step wanted anything written.
    changes: bool,
    /// What the record is to be completed with.
    answer: Option<RecordedAnswer>,
}

/// What the store is asked for.
#[derive(Clone, Copy)]
enum Asked {
    Nothing,
    Claim { watched: Option<Version>, resumes: bool, token: u64 },
    Touch { edge: bool, hears: bool },
    Close(Close),
}

impl Durable {
    pub(super) fn new(nonce: Rc<str>, fingerprint: Rc<str>) -> Durable {
        let note = Note {
            path: String::new(),
            bucket: "".into(),
            body: "".into(),
            fingerprint,
            nonce,
            hold_ttl_ms: None,
            stamped: false,
            copy: None,
            hears: false,
        };
        Durable {
            note,
            token: 0,
            asked: Asked::Nothing,
            visit: None,
            reply: None,
            changes: false,
            answer: None,
        }
    }

    /// The call wants the store asked. `token` is drawn for a claim.
    pub(super) fn ordered(&mut self, action: Action, token: u64) {
        self.asked = match action {
            Action::Claim { watched, resumes, .. } => Asked::Claim { watched, resumes, token },
            Action::Touch { edge, hears } => Asked::Touch { edge: edge.is_some(), hears },
            Action::Close(close) => Asked::Close(close),
            _ => return,
        };
        (self.visit, self.reply, self.changes) = (None, None, false);
    }

    fn command(&mut self, is_locked: bool) -> Option<Command> {
        let token = self.token;
        Some(match self.asked {
            Asked::Nothing => return None,
            Asked::Claim { watched, resumes, token } => {
                Command::Claim(Claim { note: self.note.clone(), token, watched, is_locked, resumes })
            }
            Asked::Touch { edge, hears } => {
                self.note.hears |= edge && hears;
                Command::Touch { token, note: edge.then(|| self.note.clone()) }
            }
            Asked::Close(Close::Free) => Command::Free { token },
            Asked::Close(_) => match self.answer.take() {
                Some(answer) => Command::Complete { token, answer },
                None => Command::Leave { token },
            },
        })
    }
}

/// What the record of a call's write says. The input is the path, the bucket and the body.
#[wasm_bindgen]
pub fn note(call: u32, path_len: u32, bucket_len: u32, body_len: u32, ttl_ms: f64, stamped: bool) {
    enter(|kernel| {
        let (path_len, bucket_len) = (path_len as usize, bucket_len as usize);
        let path = kernel.text(0, path_len).to_owned();
        let bucket = kernel.text(path_len, bucket_len).into();
        let body = kernel.text(path_len + bucket_len, body_len as usize).into();
        if let Some(durable) = kernel.durable(call) {
            let note = &mut durable.note;
            (note.path, note.bucket, note.body, note.stamped) = (path, bucket, body, stamped);
            note.hold_ttl_ms = (ttl_ms > 0.0).then_some(ttl_ms as u64);
        }
    });
}

/// The copy that is about to leave. The input is its body.
#[wasm_bindgen]
pub fn stamp(call: u32, edge: u32, body_len: u32, unix_ms: f64) {
    enter(|kernel| {
        let body = kernel.text(0, body_len as usize).into();
        let Some(running) = kernel.calls.get_mut(call) else { return };
        let id = running.core.edges.borrow()[edge as usize].id;
        if let Some(durable) = &mut running.durable {
            (durable.note.body, durable.note.stamped) = (body, true);
            let edge = kernel.writes.edge_ids.url(id).clone();
            durable.note.copy = Some(Sent { edge, at_unix_ms: unix_ms as u64, token: durable.token });
        }
    });
}

/// The answer that the record is completed with. The input is the URL of the edge that gave it, and its body.
#[wasm_bindgen]
pub fn landed(call: u32, status: u32, edge_len: u32, body_len: u32) {
    enter(|kernel| {
        let edge = kernel.text(0, edge_len as usize).into();
        let body = kernel.bytes(edge_len as usize, body_len as usize).to_vec();
        if let Some(durable) = kernel.durable(call) {
            durable.answer = Some(RecordedAnswer { status: u16::try_from(status).unwrap_or(0), edge, body });
        }
    });
}

/// What the store is to do with the bytes that are there: the input, or nothing where `len` is negative. See [`change`](Kernel::change).
#[wasm_bindgen]
pub fn step(call: u32, len: i32, unix_ms: f64, is_locked: bool) -> u32 {
    enter(|kernel| {
        let bytes = usize::try_from(len).ok().map(|len| kernel.bytes(0, len).to_vec());
        let Some(running) = kernel.calls.get_mut(call) else { return kernel.too_late() };
        let ledger = running.core.ledger.clone();
        let Some(durable) = &mut running.durable else { return kernel.too_late() };
        if durable.visit.is_none() {
            durable.visit = durable.command(is_locked).map(|command| Visit::new(ledger, command));
        }
        let Some(visit) = &mut durable.visit else { return kernel.too_late() };
        let said = visit.step(bytes.as_deref(), unix_ms as u64);
        durable.changes = said.change != Change::Keep;
        durable.reply = Some(said.reply);
        kernel.change(said.change, said.expires_at_ms)
    })
}

impl Kernel {
    fn durable(&mut self, call: u32) -> Option<&mut Durable> {
        self.calls.get_mut(call)?.durable.as_mut()
    }

    fn too_late(&mut self) -> u32 {
        self.words.begin();
        self.words.push(&[change::TOO_LATE]);
        self.words.place()
    }

    /// A change in words: its kind, and where the bytes are that are put.
    pub(super) fn change(&mut self, wanted: Change<Vec<u8>>, expires_at_ms: u64) -> u32 {
        self.words.begin();
        match wanted {
            Change::Keep => self.words.push(&[change::KEEP, 0, 0]),
            Change::Put(bytes) => {
                self.words.push(&[change::PUT]);
                self.words.push_bytes(bytes);
                // What does not expire, whatever clock is set.
                let never = expires_at_ms == u64::MAX;
                self.words.push_figure(if never { f64::INFINITY } else { expires_at_ms as f64 });
            }
            Change::Delete => self.words.push(&[change::REMOVE, 0, 0]),
        }
        self.words.place()
    }

    /// The store's update has ended.
    pub(super) fn stored(&mut self, call: u32, how: i32, now_ms: u64, random: f64) -> u32 {
        self.begin_words();
        let Some(running) = self.calls.get_mut(call) else { return 0 };
        let Some(durable) = &mut running.durable else { return 0 };
        let asked = std::mem::replace(&mut durable.asked, Asked::Nothing);
        let reply = durable.reply.take().filter(|_| how == stored::DONE);
        let may_be_written = how == stored::FAILED && durable.changes;
        let input = match asked {
            Asked::Nothing => return 0,
            Asked::Claim { token, .. } => Input::Claimed(match reply {
                _ if how == stored::OWNERLESS => Claimed::Gone,
                None => Claimed::Failed { may_be_written },
                Some(Err(CorruptRecord)) => Claimed::Corrupt,
                Some(Ok(Reply::Claimed(left))) => {
                    durable.token = token;
                    let left = left.map(|left| {
                        let told = left.left(&mut self.writes.edge_ids);
                        if left.copy.is_some() {
                            // The same bytes go on.
                            self.words.push(&[action::LEFT]);
                            self.words.push_bytes(left.body.as_bytes().to_vec());
                        }
                        durable.note = left;
                        told
                    });
                    Claimed::Held { token, left }
                }
                Some(Ok(Reply::Busy(version))) => Claimed::Busy(version),
                Some(Ok(Reply::Done(answer))) => {
                    self.words.push(&[action::DONE, answer.status.into()]);
                    self.words.push_bytes(answer.edge.as_bytes().to_vec());
                    self.words.push_bytes(answer.body);
                    Claimed::Done
                }
                Some(Ok(Reply::Conflict)) => Claimed::Conflict,
                Some(Ok(_)) => Claimed::Gone,
            }),
            Asked::Touch { .. } => Input::Touched(match reply {
                None => Touched::Failed,
                Some(Err(CorruptRecord)) => Touched::Corrupt,
                Some(Ok(Reply::Applied)) => Touched::Held,
                Some(Ok(_)) => Touched::Lost,
            }),
            Asked::Close(_) => Input::Closed(matches!(reply, Some(Ok(Reply::Applied)))),
        };
        self.go_on(call, input, now_ms, random)
    }
}
