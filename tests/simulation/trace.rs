//! A seed's story, for people: the plan, what left the client and what came back, in order of time.

use std::fmt::Write;

use crate::checkers::Finding;
use crate::plan::Plan;
use crate::world;

pub fn story(plan: &Plan, findings: &[Finding]) -> String {
    let (seed, world) = (plan.seed, plan.world);
    let evidence = world::run(plan, None);
    let mut story = String::new();
    let mut say = |line: String| writeln!(story, "{line}").expect("a string takes it");
    let spread = if plan.spread { "spread over nodes" } else { "each at its own node" };
    let connections = if plan.one_connection { "one connection a region" } else { "one a request" };
    say(format!(
        "seed {seed}, {}: round trips {:?} ms, replication {} ms, {spread}, connections: {connections}",
        world.name(),
        plan.rtts_ms,
        plan.replication_ms
    ));
    for (checker, what) in findings {
        say(format!("  BROKEN ({checker}) {what}"));
    }
    let mut lines: Vec<(u64, String)> = Vec::new();
    for fault in &plan.faults {
        let place = fault.region.map_or("all edges".into(), |region| format!("edge {region}"));
        lines.push((fault.from_ms, format!("{place} until {}: {:?}", fault.until_ms, fault.kind)));
    }
    for call in &evidence.calls {
        let what = format!("task {} begins: client {} {:?}", call.task, call.client, call.plan);
        lines.push((call.plan.at_ms, what));
        if let Some((world_ms, _, ended)) = &call.ended {
            lines.push((*world_ms, format!("task {} ends: {ended:?} {:?}", call.task, call.resumed)));
        }
    }
    for (client, plan) in plan.clients.iter().enumerate() {
        lines.extend(plan.dies_at_ms.map(|at_ms| (at_ms, format!("client {client} dies"))));
        for pause in &plan.pauses {
            lines.push((pause.at_ms, format!("client {client}: {pause:?}")));
        }
    }
    for (client, decisions) in evidence.decisions.iter().enumerate() {
        for (at_ms, task, event) in decisions {
            lines.push((*at_ms, format!("task {task} of client {client}: {event:?}")));
        }
    }
    for (passage, voyage) in evidence.passages.iter().zip(&evidence.voyages) {
        if passage.url.ends_with("/gateway/health") {
            continue;
        }
        let ended = passage.ended_at_ms.map_or("never".into(), |ended_ms| ended_ms.to_string());
        let lands = voyage.lands_at_ms.map_or("never".into(), |at_ms| at_ms.to_string());
        let what = format!(
            "task {} to {}, ended {ended}: {:?}; lands at node {} {lands}",
            passage.task, passage.url, passage.answer, voyage.node
        );
        lines.push((passage.sent_at_ms, what));
    }
    lines.sort_by_key(|(at_ms, _)| *at_ms);
    for (at_ms, line) in lines {
        say(format!("{at_ms:>8} {line}"));
    }
    say(format!("written {:?}, pinned {:?}", evidence.written, evidence.pinned));
    let name = world.name();
    say(format!(
        "again: SIM_SEED={seed} SIM_WORLD={name} cargo test --test simulation replay -- --nocapture"
    ));
    story
}
