//! The client against regions that delay, lose, garble, refuse and freeze, thousands of times, in virtual time.
//! One seed, one story: `SIM_SEED=n cargo test --test simulation replay -- --nocapture` tells it.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, missing_docs)]

mod checkers;
mod plan;
mod regions;
mod trace;
mod world;

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use checkers::{Finding, check};
use plan::{Class, Plan};
use shardd_wasm::engine::{Event, Rule};

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
