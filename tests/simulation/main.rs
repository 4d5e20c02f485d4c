//! The client against regions that delay, lose, garble, refuse and freeze, thousands of times, in virtual time.
//! One seed, one story: `SIM_SEED=n SIM_WORLD=held cargo test --test simulation replay -- --nocapture` tells it.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, missing_docs)]

mod actor;
mod bites;
mod checkers;
mod device;
mod evidence;
mod figures;
mod herd;
mod line;
mod plan;
mod regions;
mod scenes;
mod stalls;
mod store;
mod storms;
mod trace;
mod world;
mod worlds;

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use checkers::{Finding, check};
use herd::{HERD, Herd};
use plan::{FaultKind, Plan, World};
use shardd_wasm::engine::{Event, Rule};
use shardd_wasm::platform::sim::Passage;

/// What the checkers say of a run.
#[derive(Debug)]
pub struct Judged {
    pub findings: Vec<Finding>,
    /// How many calls were made.
    pub calls: usize,
    /// Whether a write is in its ledger more than once, excused or not.
    pub is_doubled: bool,
}

pub fn judge(seed: u64, world: World, broken: Option<Rule>) -> Judged {
    let plan = Plan::new(seed, world);
    let evidence = world::run(&plan, broken);
    Judged {
        findings: check(&plan, &evidence),
        calls: evidence.calls.len(),
        is_doubled: evidence.written.values().any(|ids| ids.len() > 1),
    }
}

pub fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// Judges seeds on all cores; the first that breaks a promise ends it with its story.
fn all_hold(world: World, seeds: u64) {
    let (from, count) = (number("SIM_FROM", 0), number("SIM_SEEDS", seeds));
    let next = AtomicU64::new(from);
    let calls = AtomicUsize::new(0);
    let worker = || {
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= from + count {
                return;
            }
            let judged = judge(seed, world, None);
            calls.fetch_add(judged.calls, Ordering::Relaxed);
            if !judged.findings.is_empty() {
                next.store(from + count, Ordering::Relaxed);
                panic!("{}", trace::story(&Plan::new(seed, world), &judged.findings));
            }
        }
    };
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..cores).map(|_| scope.spawn(worker)).collect();
        for worker in workers {
            if let Err(story) = worker.join() {
                std::panic::resume_unwind(story);
            }
        }
    });
    println!(
        "{}: seeds {from} to {}, {} calls, no promise broken",
        world.name(),
        from + count - 1,
        calls.into_inner()
    );
}

// Ten thousand seeds over all worlds.

#[test]
fn nothing_is_lost_or_doubled() {
    all_hold(World::Storm, 3_000);
}

#[test]
fn nothing_is_doubled_where_bytes_are_held() {
    all_hold(World::Held, 1_200);
}

#[test]
fn nothing_is_doubled_where_segments_are_lost() {
    all_hold(World::Lossy, 1_000);
}

#[test]
fn nothing_is_doubled_by_a_frozen_node() {
    all_hold(World::Frozen, 700);
}

#[test]
fn nothing_is_doubled_by_slow_replication() {
    all_hold(World::Slow, 700);
}

#[test]
fn nothing_is_doubled_by_callers_that_call_again() {
    all_hold(World::Taps, 1_000);
}

#[test]
fn nothing_is_doubled_by_processes_that_die() {
    all_hold(World::Reborn, 700);
}

#[test]
fn nothing_is_doubled_by_clients_of_one_module() {
    all_hold(World::Module, 500);
}

#[test]
fn nothing_of_one_owner_or_ledger_is_anothers() {
    all_hold(World::Owners, 400);
}

#[test]
fn nothing_is_doubled_by_partitions_and_lost_nodes_without_a_cause() {
    all_hold(World::Harsh, 800);
}

/// A process that stands still twice during one write is no reason to leave a region that lives.
#[test]
fn pauses_of_ones_own_are_not_the_regions_silence() {
    for (first_ms, second_ms) in
        (25..1_900).step_by(95).flat_map(|first| (25..1_900).step_by(95).map(move |second| (first, second)))
    {
        let plan = Plan::of_pauses(first_ms, second_ms);
        let evidence = world::run(&plan, None);
        let left =
            evidence.decisions.iter().flatten().find(|(_, _, event)| matches!(event, Event::Failover { .. }));
        assert!(left.is_none(), "pauses of {first_ms} and {second_ms} ms: {left:?}");
        assert_eq!(check(&plan, &evidence).len(), 0, "pauses of {first_ms} and {second_ms} ms");
    }
}

/// Many calls that meet one silent region learn of it from each other: one asks, all leave.
#[test]
fn a_herd_leaves_a_silent_region_together() {
    for first_is_killed in [false, true] {
        let herd = Herd::of(FaultKind::BlackHole, first_is_killed);
        // 100 ms of silence, 200 for its probe, a look at what came of that, 30 for the next region; and another 200 where
        // the one that asked is never heard of again.
        let late_ms = if first_is_killed { 600 } else { 400 };
        assert!(herd.slowest_read_ms <= late_ms, "{herd:?}, first is killed: {first_is_killed}");
        assert!(herd.probes.iter().all(|count| *count <= 3), "{herd:?}, first is killed: {first_is_killed}");
        assert_eq!(herd.attempts_elsewhere, HERD - usize::from(first_is_killed), "{herd:?}");
    }
}

/// Probes that were cut with their call count for nothing: a region that falls silent right after the race is left no later.
#[test]
fn a_race_cut_short_is_no_answer() {
    let plan = Plan::of_silence_after_the_race();
    let evidence = world::run(&plan, None);
    assert_eq!(check(&plan, &evidence), []);
    let read = &evidence.calls[1];
    let took_ms = read.ended.as_ref().map(|(world_ms, _, _)| world_ms - read.plan.at_ms);
    assert!(took_ms.is_some_and(|took_ms| took_ms <= 350), "{took_ms:?}");
}

/// The wait for a word of the copy's own edge ends before the round does by whose answers another edge is chosen.
#[test]
fn a_write_leaves_a_far_region_that_refuses() {
    let plan = Plan::of_a_far_region_that_refuses();
    let evidence = world::run(&plan, None);
    assert_eq!(check(&plan, &evidence), []);
    let write = &evidence.calls[1];
    let took_ms = write.ended.as_ref().map(|(world_ms, _, _)| world_ms - write.plan.at_ms);
    assert!(took_ms.is_some_and(|took_ms| took_ms <= 6_000), "{took_ms:?}");
}

/// Closing a connection does not take back what was sent: a write arrives after its client has given up and gone.
#[test]
fn what_was_cut_arrives() {
    let plan = Plan::of_a_stall(None, 20, 3_000, None);
    let mut client = plan.clients[0].clone();
    client.calls[1].end = plan::CallEnd::Dropped { after_ms: 50 };
    let plan = Plan { clients: vec![client], ..plan };
    let evidence = world::run(&plan, None);
    let last = evidence.passages.iter().rposition(|passage| passage.body.is_some()).expect("it was sent");
    let (passage, voyage) = (&evidence.passages[last], &evidence.voyages[last]);
    assert!(passage.cut && passage.answer.is_none());
    assert!(voyage.lands_at_ms > passage.ended_at_ms);
    assert_eq!(evidence.written.len(), 2, "{:?}", evidence.written);
}

/// A call that has left every region goes back to one that is alive, and ends after its attempts, not at its deadline.
#[test]
fn regions_that_only_seem_alive_end_a_call_soon() {
    let plan = Plan::of_regions_that_only_seem_alive();
    let evidence = world::run(&plan, None);
    assert_eq!(check(&plan, &evidence), []);
    let read = &evidence.calls[1];
    let sent = |passage: &&Passage| passage.task == read.task && !passage.url.ends_with("/gateway/health");
    assert_eq!(evidence.passages.iter().filter(sent).count(), 3);
    let took_ms = read.ended.as_ref().map(|(world_ms, _, _)| world_ms - read.plan.at_ms);
    assert!(took_ms.is_some_and(|took_ms| took_ms <= 2_000), "{took_ms:?}");
}

/// A region that is only slow is not left by any of them, and asked by few.
#[test]
fn a_herd_stays_with_a_slow_region() {
    let herd = Herd::of(FaultKind::SlowAnswer { ms: 800 }, false);
    assert_eq!(herd.attempts_elsewhere, 0, "{herd:?}");
    assert!(herd.probes.iter().all(|count| *count <= HERD / 4), "{herd:?}");
}

#[test]
fn replay() {
    let Ok(seed) = std::env::var("SIM_SEED") else { return };
    let name = std::env::var("SIM_WORLD").unwrap_or("storm".into());
    let world = World::named(&name).expect("SIM_WORLD is the name of a world");
    let seed = seed.parse().expect("SIM_SEED is a number");
    println!("{}", trace::story(&Plan::new(seed, world), &judge(seed, world, None).findings));
}
