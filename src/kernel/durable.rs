//! The record of a call's write: what it says, and the visit at the store that is under way.

use std::rc::Rc;

use wasm_bindgen::prelude::*;

use super::{Kernel, Running, enter};
use crate::durable::{Claim, Command, Leaving, Note, RecordedAnswer, Reply, Sent, Visit};
use crate::engine::{Action, Claimed, Close, Input, Left, Touched, Version};
use crate::idempotency::Update;
use crate::idempotency::codec::CorruptRecord;
use crate::idempotency::step::Change;
use crate::protocol::effect::{action, change, stored};

/// The record of a call's write.
pub(super) struct Durable {
    note: Note,
    /// Under which the call holds the record.
    token: u64,
    asked: Asked,
    /// The copy that is about to leave.
    leaving: Option<Departure>,
    visit: Visit,
    told: Option<Told>,
    /// Whether the last step wanted anything written.
    changes: bool,
    /// What the record is to be completed with.
    answer: Option<RecordedAnswer>,
}

/// A copy that is about to leave.
struct Departure {
    body: Rc<str>,
    edge: Rc<str>,
    at_unix_ms: u64,
}

/// What the store's record has told the call.
enum Told {
    /// It is the call's; with what was left unfinished, and the body of the last copy.
    Claimed(Option<(Left, Option<Vec<u8>>)>),
    Busy(Version),
    Done(RecordedAnswer),
    Conflict,
    /// Nothing to resume, or not the call's any more.
    Gone,
    Applied,
    Corrupt,
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
        };
        Durable {
            note,
            token: 0,
            asked: Asked::Nothing,
            leaving: None,
            visit: Visit::default(),
            told: None,
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
        (self.visit, self.told, self.changes) = (Visit::default(), None, false);
    }

    fn command(&self, is_locked: bool) -> Option<Command<'_>> {
        let token = self.token;
        Some(match self.asked {
            Asked::Nothing => return None,
            Asked::Claim { watched, resumes, token } => {
                Command::Claim(Claim { note: self.note.written(), token, watched, is_locked, resumes })
            }
            Asked::Touch { edge, hears } => {
                let leaving = self.leaving.as_ref().filter(|_| edge).map(|copy| Leaving {
                    body: &copy.body,
                    sent: Sent { edge: &copy.edge, at_unix_ms: copy.at_unix_ms, token },
                    hears,
                });
                Command::Touch { token, leaving }
            }
            Asked::Close(Close::Free) => Command::Free { token },
            Asked::Close(_) => match &self.answer {
                Some(answer) => Command::Complete { token, answer: answer.landed() },
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
        let id = running.core.edges.borrow().id(edge as usize);
        if let Some(durable) = &mut running.durable {
            let edge = kernel.writes.edge_ids.url(id).clone();
            durable.leaving = Some(Departure { body, edge, at_unix_ms: unix_ms as u64 });
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
        let Kernel { input, calls, writes, .. } = &mut *kernel;
        let bytes = usize::try_from(len).ok().and_then(|len| input.get(..len));
        let Some(Running { core, durable: Some(durable), .. }) = calls.get_mut(call) else {
            return kernel.too_late();
        };
        let mut visit = durable.visit;
        let Some(command) = durable.command(is_locked) else { return kernel.too_late() };
        let Update { reply, change, expires_at_ms } =
            visit.step(&core.ledger, &command, bytes, unix_ms as u64);
        let told = match reply {
            Err(CorruptRecord) => Told::Corrupt,
            Ok(Reply::Claimed(left)) => Told::Claimed(left.map(|left| {
                let body = left.copy.map(|_| left.body.as_bytes().to_vec());
                (left.left(&mut writes.edge_ids), body)
            })),
            Ok(Reply::Busy(version)) => Told::Busy(version),
            Ok(Reply::Done(answer)) => Told::Done(answer.into()),
            Ok(Reply::Conflict) => Told::Conflict,
            Ok(Reply::Gone | Reply::Lost) => Told::Gone,
            Ok(Reply::Applied) => Told::Applied,
        };
        durable.visit = visit;
        durable.changes = change != Change::Keep;
        durable.told = Some(told);
        kernel.change(change, expires_at_ms)
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
        let told = durable.told.take().filter(|_| how == stored::DONE);
        let may_be_written = how == stored::FAILED && durable.changes;
        let input = match asked {
            Asked::Nothing => return 0,
            Asked::Claim { token, .. } => Input::Claimed(match told {
                _ if how == stored::OWNERLESS => Claimed::Gone,
                None => Claimed::Failed { may_be_written },
                Some(Told::Corrupt) => Claimed::Corrupt,
                Some(Told::Claimed(left)) => {
                    durable.token = token;
                    let left = left.map(|(left, body)| {
                        if let Some(body) = body {
                            // The same bytes go on.
                            self.words.push(&[action::LEFT]);
                            self.words.push_bytes(body);
                        }
                        left
                    });
                    Claimed::Held { token, left }
                }
                Some(Told::Busy(version)) => Claimed::Busy(version),
                Some(Told::Done(answer)) => {
                    self.words.push(&[action::DONE, answer.status.into()]);
                    self.words.push_bytes(answer.edge.as_bytes().to_vec());
                    self.words.push_bytes(answer.body);
                    Claimed::Done
                }
                Some(Told::Conflict) => Claimed::Conflict,
                Some(Told::Gone | Told::Applied) => Claimed::Gone,
            }),
            Asked::Touch { .. } => Input::Touched(match told {
                None => Touched::Failed,
                Some(Told::Corrupt) => Touched::Corrupt,
                Some(Told::Applied) => Touched::Held,
                Some(_) => Touched::Lost,
            }),
            Asked::Close(_) => Input::Closed(matches!(told, Some(Told::Applied))),
        };
        self.go_on(call, input, now_ms, random)
    }
}
