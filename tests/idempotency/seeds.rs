//! Chance by the seed: a failure prints its seed, and `IDEMPOTENCY_SEED=n` runs that one alone.

use shardd_wasm::idempotency::{CachedResponse, Metadata};
use shardd_wasm::platform::sim::Random;

/// Runs a property for many seeds.
pub fn for_seeds(count: u64, mut property: impl FnMut(u64, &mut Random)) {
    let one = std::env::var("IDEMPOTENCY_SEED").ok().map(|seed| seed.parse::<u64>().expect("a number"));
    let seeds = one.map_or(0..count, |seed| seed..seed + 1);
    for seed in seeds {
        let shown = Shown(seed);
        property(seed, &mut Random::new(seed));
        std::mem::forget(shown);
    }
}

/// Says which seed it was if a property panics.
struct Shown(u64);

impl Drop for Shown {
    fn drop(&mut self) {
        eprintln!("seed {}: run it alone with IDEMPOTENCY_SEED={}", self.0, self.0);
    }
}

/// Up to `most` bytes; often none, often such that mean something.
pub fn bytes(random: &mut Random, most: u64) -> Vec<u8> {
    (0..random.between(0, most)).map(|_| random.draw() as u8).collect()
}

/// Text of letters that are hard on names: separators, escapes, controls, several bytes.
pub fn text(random: &mut Random, most: u64) -> String {
    const LETTERS: [char; 14] =
        ['a', 'A', '2', 'F', '%', ':', '/', '\n', '\u{7f}', '\u{85}', 'é', '𝄞', ' ', '\0'];
    (0..random.between(0, most)).map(|_| LETTERS[random.draw() as usize % LETTERS.len()]).collect()
}

pub fn response(random: &mut Random) -> CachedResponse {
    let metadata: Metadata =
        (0..random.between(0, 3)).map(|_| (text(random, 8), bytes(random, 200))).collect();
    CachedResponse::new(random.draw() as u16, metadata, bytes(random, 400))
}
