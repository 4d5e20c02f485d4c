//! The policy's decisions, as `onEvent` gets them.

use std::rc::Rc;

use js_sys::{Function, Promise};
use serde::Serialize;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::result::object;
use crate::engine::Event;
use crate::observe::Observer;
use crate::protocol::UNRECORDED;

/// Calls `on_event` with each decision. What it throws or rejects with is dropped: watching must not change what is watched.
pub(super) fn observer(on_event: Function) -> Observer {
    Rc::new(move |event, edges| {
        let Ok(notice) = object(&notice(event, edges)) else { return };
        let Ok(returned) = on_event.call1(&JsValue::UNDEFINED, &notice) else { return };
        if let Ok(promise) = returned.dyn_into::<Promise>() {
            spawn_local(async move { drop(JsFuture::from(promise).await) });
        }
    })
}

/// See `ShardEvent` in the typings.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
enum Notice<'a> {
    Probe { edge: &'a str, rtt_ms: Option<u64>, fit: bool },
    Pin { edge: &'a str, rtt_ms: Option<u64> },
    Attempt { edge: &'a str, attempt: u32 },
    Suspect { edge: &'a str, silent_ms: u64 },
    Failover { edge: &'a str, to: &'a str, reason: &'static str },
    Retry { edge: &'a str, wait_ms: u64, reason: &'static str },
    Cooldown { edge: &'a str, cooldown_ms: u64, reason: &'static str },
    Settle { wait_ms: u64 },
    Replay { edge: &'a str },
    Warning { reason: &'static str, message: &'static str },
}

fn notice<'a>(event: &Event, edges: &'a [Rc<str>]) -> Notice<'a> {
    let url = |edge: usize| edges.get(edge).map_or("", |url| &**url);
    match *event {
        Event::Probe { edge, rtt_ms, fit } => Notice::Probe { edge: url(edge), rtt_ms, fit },
        Event::Pin { edge, rtt_ms } => Notice::Pin { edge: url(edge), rtt_ms },
        Event::Attempt { edge, attempt } => Notice::Attempt { edge: url(edge), attempt },
        Event::Suspect { edge, silent_ms } => Notice::Suspect { edge: url(edge), silent_ms },
        Event::Failover { from, to, reason } => Notice::Failover { edge: url(from), to: url(to), reason },
        Event::Retry { edge, wait_ms, reason } => Notice::Retry { edge: url(edge), wait_ms, reason },
        Event::Cooldown { edge, cooldown_ms, reason } => {
            Notice::Cooldown { edge: url(edge), cooldown_ms, reason }
        }
        Event::Settle { wait_ms } => Notice::Settle { wait_ms },
        Event::Replay { edge } => Notice::Replay { edge: url(edge) },
        Event::StoreFailed => Notice::Warning { reason: "store", message: UNRECORDED },
    }
}
