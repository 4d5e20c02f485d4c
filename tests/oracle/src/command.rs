//! What is asked of a store, and what it says, in words that both libraries have.

use std::time::Duration;

use shardd_wasm::platform::sim::Random;

/// A command. Claims are known by their number: the place of the command that made them.
#[derive(Clone, Debug)]
pub enum Command {
    Claim { key: u64, fingerprint: u64, lease_ms: u64 },
    Complete { key: u64, claim: usize, fingerprint: u64, body: u64, replay_ms: u64 },
    Touch { key: u64, claim: usize, lease_ms: u64 },
    Remove { key: u64, claim: usize },
    Purge { key: u64 },
    Pass { ms: u64 },
}

/// What a store says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    Claimed,
    Processing { fingerprint: u128, ttl: Duration },
    Completed { fingerprint: u128, ttl: Duration, status: u16, body: Vec<u8> },
    Applied,
    FencingMismatch,
    KeyExpired,
    FingerprintMismatch,
    Done,
}

/// Random commands over a few keys. Most are of claims made just before, for what they were made; some are of those who lost
/// them, of somebody who never had any, of another key or another request.
pub fn commands(random: &mut Random, count: u64, unit_ms: u64) -> Vec<Command> {
    let mut commands = Vec::new();
    let mut claims = vec![(0, 1, 1)];
    for place in 0..count as usize {
        let (mut key, mut fingerprint) = (random.between(1, 3), random.between(1, 2));
        let back = if random.chance(80) { random.between(1, 3) } else { random.between(1, 12) };
        let (claim, its_key, its_fingerprint) = claims[claims.len().saturating_sub(back as usize)];
        let span_ms = random.between(0, 8) * unit_ms;
        let kind = random.between(0, 11);
        if (4..=8).contains(&kind) {
            key = if random.chance(95) { its_key } else { key };
            fingerprint = if random.chance(90) { its_fingerprint } else { fingerprint };
        }
        commands.push(match kind {
            0..=3 => {
                claims.push((place, key, fingerprint));
                Command::Claim { key, fingerprint, lease_ms: span_ms }
            }
            4 | 5 => Command::Complete { key, claim, fingerprint, body: random.draw(), replay_ms: span_ms },
            6 | 7 => Command::Touch { key, claim, lease_ms: span_ms },
            8 => Command::Remove { key, claim },
            9 if random.chance(30) => Command::Purge { key },
            _ => Command::Pass { ms: random.between(0, 5) * unit_ms },
        });
    }
    commands
}

/// The key of a number.
pub fn key(number: u64) -> String {
    format!("key-{number}")
}

/// A fingerprint of a number, wide enough to show what is cut off.
pub fn fingerprint(number: u64) -> u128 {
    u128::from(number) << 90 | 5
}
