//! What a life takes over from the one before: copies of writes that a trap left in flight or in doubt. JavaScript kept them as plain data.

use std::rc::Rc;

use wasm_bindgen::prelude::*;

use super::enter;
use crate::engine::{CopyEnd, Departure, Landed, Policy, WriteId};

/// A copy of the life before, sent by this client or by one with the same options. The input is the nonce, the fingerprint, the key, the owner and
/// the base URL of the copy's edge. A copy that could not be cut is in flight until its deadline; any other is in doubt from now on.
#[wasm_bindgen]
#[allow(clippy::too_many_arguments)] // numbers: an object of them would be a crossing for each
pub fn inherit(
    client: u32,
    nonce_len: u32,
    print_len: u32,
    key_len: u32,
    owner_len: i32,
    edge_len: u32,
    from_function: bool,
    replayable: bool,
    is_cut: bool,
    sent_at_ms: f64,
    now_ms: f64,
) {
    enter(|kernel| {
        let Some(core) = kernel.clients.get(client).cloned() else { return };
        let (nonce_len, print_len, key_len) = (nonce_len as usize, print_len as usize, key_len as usize);
        let key_at = nonce_len + print_len;
        let edge_at = key_at + key_len + usize::try_from(owner_len).unwrap_or(0);
        let id = Rc::new(WriteId {
            ledger: core.ledger.clone(),
            principal: kernel.principal(key_at, key_len, owner_len, from_function),
            nonce: kernel.text(0, nonce_len).into(),
            fingerprint: kernel.text(nonce_len, print_len).into(),
        });
        let url = kernel.text(edge_at, edge_len as usize).to_owned();
        let policy: &Policy = &core.policy;
        let sent_at_ms = sent_at_ms as u64;
        let departure = Departure {
            edge: kernel.writes.edge_ids.of(&url),
            sent_at_ms,
            deadline_ms: sent_at_ms.saturating_add(policy.attempt_timeout_ms),
            moves: policy.ambiguous_writes_move && replayable,
            standing: Landed::Maybe,
            token: None,
        };
        let ticket = kernel.writes.sent(&id, departure, policy);
        if is_cut {
            let end = CopyEnd { landed: Landed::Maybe, silent: None, is_last: false };
            kernel.writes.ended(&id, &ticket, end, policy, now_ms as u64);
        }
    });
}
