//! How often each world doubles a write, and which promises it breaks: figures for people, not for the gate.

use std::collections::BTreeMap;

use crate::plan::World;
use crate::{judge, number};

/// `SIM_FIGURES=1000 cargo test --test simulation figures -- --nocapture`
#[test]
fn figures() {
    let seeds = number("SIM_FIGURES", 0);
    let from = number("SIM_FROM", 0);
    for (world, name) in World::ALL.into_iter().filter(|_| seeds > 0) {
        let (mut doubled, mut unexcused) = (0, 0);
        let mut by_checker: BTreeMap<char, (u64, u64)> = BTreeMap::new();
        for seed in from..from + seeds {
            let judged = judge(seed, world, None);
            doubled += u64::from(judged.is_doubled);
            let mut letters: Vec<char> = judged.findings.iter().map(|(by, _)| *by).collect();
            letters.sort_unstable();
            letters.dedup();
            unexcused += u64::from(letters.contains(&'a'));
            for letter in letters {
                by_checker.entry(letter).or_insert((0, seed)).0 += 1;
            }
        }
        println!(
            "{name}: of {seeds} seeds {doubled} double, {unexcused} without a cause; broken (seeds, first): {by_checker:?}"
        );
    }
}
