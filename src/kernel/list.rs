//! The rows of a store: what each holds for a client's ledger, and taking them away.

use wasm_bindgen::prelude::*;

use super::{Kernel, enter};
use crate::durable::{Records, State, kept, written};
use crate::protocol::effect::{lock, removal, row};

/// What a row holds, as one of [`row`](crate::protocol::effect::row), and what its note says. The input is its bytes; `lock` is one of
/// [`lock`](crate::protocol::effect::lock).
#[wasm_bindgen]
pub fn record(client: u32, len: u32, unix_ms: f64, lock: i32) -> u32 {
    enter(|kernel| {
        let Kernel { input, clients, words, .. } = kernel;
        words.begin();
        let bytes = input.get(..len as usize).unwrap_or_default();
        let records = clients.get(client).and_then(|core| Records::decode(bytes, &core.ledger).ok());
        let Some(record) = records.and_then(|records| records.mine) else {
            words.push(&[row::OTHER]);
            return words.place();
        };
        let is_locked = (lock >= lock::FREE).then_some(lock == lock::HELD);
        let status = match record.state {
            State::Completed { .. } => row::FINISHED,
            State::Claimed { is_locked: true } if lock == lock::NOT_ASKED => row::NEEDS_LOCK,
            _ if record.is_likely_alive(is_locked, unix_ms as u64) => row::ALIVE,
            _ => row::LEFT,
        };
        let note = &record.note;
        let copy = note.copy;
        words.push(&[status, i32::from(note.stamped), i32::from(copy.is_some())]);
        let edge = copy.map_or("", |copy| copy.edge);
        for text in [note.nonce, note.bucket, note.path, note.body, note.fingerprint, edge] {
            words.push_bytes(text.as_bytes().to_vec());
        }
        words.push_figure(note.hold_ttl_ms.unwrap_or(0) as f64);
        words.push_figure(copy.map_or(0, |copy| copy.at_unix_ms) as f64);
        words.place()
    })
}

/// Takes a record away: the step of the store's update, and one word more, which says whether one was removed. The input is the bytes that
/// are there and a nonce.
#[wasm_bindgen]
pub fn remove(client: u32, len: i32, mode: u32, nonce_len: u32) -> u32 {
    enter(|kernel| {
        let there = usize::try_from(len).unwrap_or(0);
        let Some(core) = kernel.clients.get(client) else { return 0 };
        let mut records =
            Records::decode(kernel.bytes(0, there), &core.ledger).unwrap_or(Records::new(&core.ledger));
        let nonce = kernel.text(there, nonce_len as usize);
        let is_meant = records.mine.is_some_and(|record| match mode {
            removal::DISCARD => record.is_unfinished() && record.note.nonce == nonce,
            removal::FORGET => !record.is_unfinished(),
            _ => true,
        });
        records.mine = None;
        let said = if is_meant { written(&records, ()) } else { kept(()) };
        kernel.change(said.change, said.expires_at_ms);
        kernel.words.push(&[i32::from(is_meant)]);
        kernel.words.place()
    })
}
