//! The same commands, the same words: our memory store and the library's, in stopped time.

use std::time::Duration;

use idempotency_oracle::command::{Command, commands};
use idempotency_oracle::ours::NOBODY;
use idempotency_oracle::{ours, theirs};
use shardd_wasm::platform::sim::Random;

fn seeds(default: u64) -> std::ops::Range<u64> {
    match std::env::var("IDEMPOTENCY_SEED").ok().map(|seed| seed.parse().unwrap()) {
        Some(seed) => seed..seed + 1,
        None => 0..default,
    }
}

async fn agree(seed: u64) -> usize {
    let mut random = Random::new(seed);
    let commands = commands(&mut random, 60, 1_000);
    let our_store = shardd_wasm::idempotency::memory::MemoryStore::new();
    // Swept now and then, which must change nothing.
    let sweep = Duration::from_millis(random.between(1, 20_000));
    let their_store = idempotent::memory::MemoryStore::builder().sweep_interval(sweep).try_build().unwrap();
    let (mut our_tokens, mut their_tokens) = (vec![None; commands.len()], vec![None; commands.len()]);
    let mut applied = 0;
    for (place, command) in commands.iter().enumerate() {
        let held = match *command {
            Command::Pass { ms } => {
                tokio::time::advance(Duration::from_millis(ms)).await;
                continue;
            }
            Command::Complete { claim, .. } | Command::Touch { claim, .. } | Command::Remove { claim, .. } => claim,
            _ => place,
        };
        let (our_token, their_token) =
            (our_tokens[held].unwrap_or(NOBODY), their_tokens[held].unwrap_or(NOBODY));
        let (we_say, our_token) = ours::run(&our_store, command, our_token).await;
        let (they_say, their_token) = theirs::run(&their_store, command, their_token).await;
        assert_eq!(we_say, they_say, "seed {seed}, command {place}: {command:?}\nof {commands:#?}");
        applied += usize::from(we_say == idempotency_oracle::command::Said::Applied);
        (our_tokens[place], their_tokens[place]) = (our_token, their_token);
    }
    applied
}

#[test]
fn say_the_same() {
    let seeds = seeds(5_000);
    let mut applied = 0;
    for seed in seeds.clone() {
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        applied += runtime.block_on(agree(seed));
    }
    println!("seeds {seeds:?}: {applied} fenced operations applied, no difference");
    assert!(seeds.end == seeds.start + 1 || applied > 10_000, "the commands hardly do anything: {applied}");
}
