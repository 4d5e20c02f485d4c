//! The policy's decisions, as `onEvent` gets them.

use std::rc::Rc;

use js_sys::Function;
use wasm_bindgen::prelude::*;

use crate::engine::Event;
use crate::json::ObjectWriter;
use crate::observe::Observer;
use crate::protocol::UNRECORDED;

/// Calls `on_event` with each decision, as JSON. What it throws is dropped: watching must not change what is watched.
pub(super) fn observer(on_event: Function) -> Observer {
    Rc::new(move |event, edges| {
        drop(on_event.call1(&JsValue::UNDEFINED, &JsValue::from_str(&notice(event, edges))));
    })
}

fn notice(event: &Event, edges: &[Rc<str>]) -> String {
    let mut notice = ObjectWriter::new();
    let url = |edge: usize| edges.get(edge).map_or("", |url| &**url);
    let mut head = |kind: &str, edge: usize| {
        notice.text("type", kind);
        notice.text("edge", url(edge));
    };
    match *event {
        Event::Probe { edge, rtt_ms, fit } => {
            head("probe", edge);
            number_or_null(&mut notice, "rttMs", rtt_ms);
            notice.flag("fit", fit);
        }
        Event::Pin { edge, rtt_ms } => {
            head("pin", edge);
            number_or_null(&mut notice, "rttMs", rtt_ms);
        }
        Event::Attempt { edge, attempt } => {
            head("attempt", edge);
            number_or_null(&mut notice, "attempt", Some(attempt.into()));
        }
        Event::Suspect { edge, silent_ms } => {
            head("suspect", edge);
            number_or_null(&mut notice, "silentMs", Some(silent_ms));
        }
        Event::Failover { from, to, reason } => {
            head("failover", from);
            notice.text("to", url(to));
            notice.text("reason", reason);
        }
        Event::Retry { edge, wait_ms, reason } => {
            head("retry", edge);
            number_or_null(&mut notice, "waitMs", Some(wait_ms));
            notice.text("reason", reason);
        }
        Event::Cooldown { edge, cooldown_ms, reason } => {
            head("cooldown", edge);
            number_or_null(&mut notice, "cooldownMs", Some(cooldown_ms));
            notice.text("reason", reason);
        }
        Event::Settle { wait_ms } => {
            notice.text("type", "settle");
            number_or_null(&mut notice, "waitMs", Some(wait_ms));
        }
        Event::Replay { edge } => head("replay", edge),
        Event::StoreFailed => {
            notice.text("type", "warning");
            notice.text("reason", "store");
            notice.text("message", UNRECORDED);
        }
    }
    notice.finish()
}

fn number_or_null(notice: &mut ObjectWriter, key: &str, number: Option<u64>) {
    match number {
        Some(number) => notice.whole(key, number as i64),
        None => notice.raw(key, "null"),
    }
}
