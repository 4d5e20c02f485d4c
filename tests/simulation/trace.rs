//! A seed's story, for people: the plan, what left the client and what came back, in order of time.

use std::fmt::Write;

use crate::checkers::Finding;
use crate::plan::{Class, Plan};
use crate::world;

pub fn story(seed: u64, class: Class, findings: &[Finding]) -> String {
    let plan = Plan::new(seed, class);
    let evidence = world::run(&plan, None);
    let mut story = String::new();
    let mut say = |line: String| writeln!(story, "{line}").expect("a string takes it");
    say(format!(
        "seed {seed}, {class:?}: round trips {:?} ms, replication {} ms",
        plan.rtts_ms, plan.replication_ms
    ));
    for (checker, what) in findings {
        say(format!("  BROKEN ({checker}) {what}"));
    }
    let mut lines: Vec<(u64, String)> = Vec::new();
    for fault in &plan.faults {
        lines.push((
            fault.from_ms,
            format!("edge {} until {}: {:?}", fault.region, fault.until_ms, fault.kind),
        ));
    }
    for call in &evidence.calls {
        let what = format!("task {} begins: client {} {:?}", call.task, call.client, call.plan);
        lines.push((call.plan.at_ms, what));
        if let Some((world_ms, _, ended)) = &call.ended {
            lines.push((*world_ms, format!("task {} ends: {ended:?}", call.task)));
        }
    }
    for (client, plan) in plan.clients.iter().enumerate() {
        for pause in &plan.pauses {
            lines.push((pause.at_ms, format!("client {client}: {pause:?}")));
        }
    }
    for (client, decisions) in evidence.decisions.iter().enumerate() {
        for (at_ms, task, event) in decisions {
            lines.push((*at_ms, format!("task {task} of client {client}: {event:?}")));
        }
    }
    for passage in evidence.passages.iter().filter(|passage| !passage.url.ends_with("/gateway/health")) {
        let ended = passage.ended_at_ms.map_or("never".into(), |ended_ms| ended_ms.to_string());
        lines.push((
            passage.sent_at_ms,
            format!("task {} to {}, ended {ended}: {:?}", passage.task, passage.url, passage.answer),
        ));
    }
    lines.sort_by_key(|(at_ms, _)| *at_ms);
    for (at_ms, line) in lines {
        say(format!("{at_ms:>8} {line}"));
    }
    say(format!("written {:?}, pinned {:?}", evidence.written, evidence.pinned));
    let class_name = if class == Class::Harsh { "harsh" } else { "survivable" };
    say(format!(
        "again: SIM_SEED={seed} SIM_CLASS={class_name} cargo test --test simulation replay -- --nocapture"
    ));
    story
}
