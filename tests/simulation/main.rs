//! The client against regions that delay, lose, garble, refuse and freeze, thousands of times, in virtual time.
//! One seed, one story: `SIM_SEED=n cargo test --test simulation replay -- --nocapture` tells it.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, missing_docs)]

mod checkers;
mod plan;
mod regions;
mod scenes;
mod trace;
mod world;

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use checkers::{Finding, check};
use plan::{Act, Class, FaultKind, Plan};
use regions::region_of;
use scenes::HERD_FROM_MS;
use shardd_wasm::engine::{Event, Rule};
use shardd_wasm::platform::sim::Passage;

fn judge(seed: u64, class: Class, broken: Option<Rule>) -> (Vec<Finding>, usize) {
    let plan = Plan::new(seed, class);
    let evidence = world::run(&plan, broken);
    (check(&plan, &evidence), evidence.calls.len())
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// Judges seeds on all cores; the first that breaks a promise ends it with its story.
fn all_hold(class: Class, from: u64, count: u64) {
    let next = AtomicU64::new(from);
    let calls = AtomicUsize::new(0);
    let worker = || {
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= from + count {
                return;
            }
            let (findings, made) = judge(seed, class, None);
            calls.fetch_add(made, Ordering::Relaxed);
            if !findings.is_empty() {
                next.store(from + count, Ordering::Relaxed);
                panic!("{}", trace::story(seed, class, &findings));
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
        "{class:?}: seeds {from} to {}, {} calls, no promise broken",
        from + count - 1,
        calls.into_inner()
    );
}

#[test]
fn nothing_is_lost_or_doubled() {
    all_hold(Class::Survivable, number("SIM_FROM", 0), number("SIM_SEEDS", 9_000));
}

#[test]
fn nothing_is_doubled_by_partitions_and_lost_nodes_without_a_cause() {
    all_hold(Class::Harsh, number("SIM_FROM", 0), number("SIM_SEEDS", 1_000));
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

const HERD: usize = 64;

/// What became of many calls at once.
#[derive(Debug)]
struct Herd {
    slowest_read_ms: u64,
    attempts_elsewhere: usize,
    /// Health probes that each region got.
    probes: [usize; 3],
}

impl Herd {
    fn of(kind: FaultKind, first_is_killed: bool) -> Herd {
        let plan = Plan::of_a_herd(HERD as u64, kind, first_is_killed);
        let evidence = world::run(&plan, None);
        assert_eq!(check(&plan, &evidence), []);
        let mut herd = Herd { slowest_read_ms: 0, attempts_elsewhere: 0, probes: [0; 3] };
        for call in evidence.calls.iter().filter(|call| call.plan.act == Act::Read) {
            let took_ms = call.ended.as_ref().map(|(world_ms, _, _)| world_ms - call.plan.at_ms);
            herd.slowest_read_ms = herd.slowest_read_ms.max(took_ms.unwrap_or(0));
        }
        // Neither the first charge nor the reads in the quiet afterwards.
        let of_herd = |passage: &&Passage| (HERD_FROM_MS..20_000).contains(&passage.sent_at_ms);
        for passage in evidence.passages.iter().filter(of_herd) {
            let region = region_of(&passage.url);
            if passage.url.ends_with("/gateway/health") {
                herd.probes[region] += 1;
            } else if region != 0 {
                herd.attempts_elsewhere += 1;
            }
        }
        herd
    }
}

#[test]
fn replay() {
    let Ok(seed) = std::env::var("SIM_SEED") else { return };
    let class =
        if std::env::var("SIM_CLASS").as_deref() == Ok("harsh") { Class::Harsh } else { Class::Survivable };
    let seed = seed.parse().expect("SIM_SEED is a number");
    println!("{}", trace::story(seed, class, &judge(seed, class, None).0));
}

/// A rule broken on purpose is caught by the checker that watches over it.
fn is_caught(rule: Rule, checker: char) {
    let caught = (0..2_000).find(|seed| {
        judge(*seed, Class::Survivable, Some(rule)).0.iter().any(|(found_by, _)| *found_by == checker)
    });
    println!("{rule:?} broken: checker ({checker}) sees it in seed {caught:?}");
    assert!(caught.is_some(), "no seed shows checker ({checker}) that {rule:?} is broken");
}

#[test]
fn copies_too_close_are_seen_as_doubles() {
    is_caught(Rule::Settle, 'a');
    is_caught(Rule::Settle, 'c');
}

#[test]
fn two_copies_in_flight_are_seen() {
    is_caught(Rule::OneCopy, 'c');
}

#[test]
fn a_false_outcome_is_seen() {
    is_caught(Rule::Outcome, 'b');
}

#[test]
fn a_missed_deadline_is_seen() {
    is_caught(Rule::Deadline, 'd');
}

#[test]
fn a_request_to_a_resting_edge_is_seen() {
    is_caught(Rule::Cooldown, 'e');
}

#[test]
fn a_slow_pin_is_seen() {
    is_caught(Rule::Pin, 'f');
}

#[test]
fn a_race_without_end_is_seen() {
    is_caught(Rule::Return, 'g');
}
