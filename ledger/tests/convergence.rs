//! Many seeds: the same one gives the same bytes, careful clients never cause a storm, hasty ones still converge.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod common;

use common::{Dice, Ledger};
use serde_json::json;
use shardd_local::Config;

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let story = |seed: u64| {
        let mut ledger = Ledger::with(Config { seed, ..Config::default() });
        let mut dice = Dice(seed);
        let mut bytes = String::new();
        for step in 0..100 {
            let region = dice.roll(3) as usize;
            let (status, answer) =
                ledger.post(region, &format!("{step}"), dice.roll(100) as i64 - 30, json!({}));
            bytes.push_str(&format!("{status}{answer}"));
            ledger.wait(dice.roll(80));
        }
        bytes
    };
    assert_eq!(story(42), story(42));
    assert_ne!(story(42), story(43));
}

/// Random writes, replays that obey the settle rule, partitions and delays: everything converges without a storm.
#[test]
fn careful_clients_never_cause_a_storm() {
    for seed in 0..300 {
        println!("seed {seed}");
        let mut dice = Dice(seed);
        let mut ledger =
            Ledger::with(Config { seed, replication_delay_ms: 20 + dice.roll(300), ..Config::default() });
        let mut expected = 0;
        for step in 0..40 {
            let nonce = format!("n{step}");
            ledger.done(dice.roll(3) as usize, &nonce, step, json!({}));
            expected += step;
            if dice.roll(3) == 0 {
                ledger.wait(1_000);
                ledger.done(dice.roll(3) as usize, &nonce, step, json!({}));
            }
            ledger.wait(dice.roll(100));
        }
        ledger.wait(10_000);
        assert!(ledger.cluster.is_converged() && ledger.cluster.storms().is_empty(), "seed {seed}");
        assert_eq!(
            (0..3).map(|region| ledger.balance(region)).collect::<Vec<_>>(),
            [expected; 3],
            "seed {seed}"
        );
    }
}

/// Hasty clients send copies at once: storms are reported, and the documented rule still ends in equal balances.
#[test]
fn hasty_clients_cause_storms_and_still_converge() {
    for seed in 0..300 {
        println!("seed {seed}");
        let mut dice = Dice(seed);
        let mut ledger = Ledger::with(Config { seed, ..Config::default() });
        ledger.done(0, "credit", 1_000_000, json!({}));
        ledger.wait(1_000);
        let mut expected = 1_000_000;
        for step in 0..10 {
            let amount = dice.roll(50) as i64 - 25;
            expected += amount;
            for _ in 0..=dice.roll(3) {
                ledger.done(dice.roll(3) as usize, &format!("n{step}"), amount, json!({}));
                ledger.wait(dice.roll(60));
            }
            if dice.roll(4) == 0 {
                let (from, to) = (dice.roll(3) as usize, dice.roll(3) as usize);
                ledger.cluster.set_link(from, to, dice.roll(2) == 0);
            }
        }
        for from in 0..3 {
            (0..3).for_each(|to| ledger.cluster.set_link(from, to, true));
        }
        ledger.wait(60_000);
        assert!(ledger.cluster.is_converged(), "seed {seed}");
        let balances: Vec<i64> = (0..3).map(|region| ledger.balance(region)).collect();
        let available: Vec<i64> = (0..3).map(|region| ledger.available(region)).collect();
        assert!(balances.iter().all(|balance| *balance == balances[0]), "seed {seed}: {balances:?}");
        assert!(available.iter().all(|balance| *balance == available[0]), "seed {seed}: {available:?}");
        assert_eq!(balances[0], expected, "seed {seed}: every write counts once");
        assert_eq!(ledger.cluster.voids() > 0, !ledger.cluster.storms().is_empty(), "seed {seed}");
    }
}
