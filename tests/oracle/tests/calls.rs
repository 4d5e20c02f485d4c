//! The same calls, the same ends: `execute_or_replay` of both libraries, many calls of one key at once, in stopped time.
//!
//! Everything that happens has a time of its own (the remainder by 64 is the call's), so that no end depends on who of two is
//! asked first. Where ours says more (how long to come back after), only the common part is compared.

use std::cell::Cell;
use std::time::Duration;

use shardd_wasm::platform::sim::Random;
use tokio::time::sleep;

/// A call: when it begins, what it asks for, how long its effect takes, and whether that fails.
#[derive(Clone, Copy, Debug)]
struct Call {
    begins_ms: u64,
    request: u64,
    lease_ms: u64,
    ceiling_ms: Option<u64>,
    takes_ms: u64,
    fails: bool,
}

const REPLAY: Duration = Duration::from_millis(64 * 300);

fn calls(random: &mut Random) -> Vec<Call> {
    (0..6)
        .map(|number| Call {
            begins_ms: random.between(0, 60) * 64 + number * 4,
            request: u64::from(random.chance(10)),
            lease_ms: random.between(0, 10) * 128,
            ceiling_ms: random.chance(60).then(|| random.between(0, 40) * 64 + 32),
            takes_ms: random.between(0, 40) * 64 + 1,
            fails: random.chance(15),
        })
        .collect()
}

type Ends = Vec<String>;

macro_rules! library {
    ($module:ident, $library:path, |$claim:ident| $unrenewed:expr, $name:expr) => {
        mod $module {
            use super::*;
            use $library as library;
            use library::{CachedResponse, IdempotencyKey, IdempotencyStore, Metadata, memory::MemoryStore};

            async fn call(store: &MemoryStore, call: Call, number: usize, runs: &Cell<u64>) -> String {
                sleep(Duration::from_millis(call.begins_ms)).await;
                let key = IdempotencyKey::new("k").unwrap();
                let lease = Duration::from_millis(call.lease_ms);
                let body = [call.request as u8];
                let $claim = store.claim(&key, lease).fingerprint("POST /", &body);
                let $claim = match call.ceiling_ms {
                    Some(ms) => $claim.keep_alive(Duration::from_millis(ms)),
                    None => $unrenewed,
                };
                let outcome = $claim
                    .execute_or_replay(REPLAY, |_| async move {
                        runs.set(runs.get() + 1);
                        sleep(Duration::from_millis(call.takes_ms)).await;
                        if call.fails {
                            return Err("failed".into());
                        }
                        Ok(CachedResponse::new(200, Metadata::new(), number.to_string().into_bytes().into()))
                    })
                    .await;
                $name(outcome)
            }

            pub async fn run(calls: &[Call]) -> (Ends, u64) {
                let store = MemoryStore::builder().try_build().unwrap();
                let runs = Cell::new(0);
                let (one, two, three, four, five, six) = tokio::join!(
                    call(&store, calls[0], 0, &runs),
                    call(&store, calls[1], 1, &runs),
                    call(&store, calls[2], 2, &runs),
                    call(&store, calls[3], 3, &runs),
                    call(&store, calls[4], 4, &runs),
                    call(&store, calls[5], 5, &runs),
                );
                (vec![one, two, three, four, five, six], runs.get())
            }
        }
    };
}

fn our_name<E: std::fmt::Debug>(
    outcome: Result<shardd_wasm::idempotency::ExecutionOutcome, shardd_wasm::idempotency::ExecutionError<E>>,
) -> String {
    use shardd_wasm::idempotency::ExecutionOutcome::*;
    let text = |response: shardd_wasm::idempotency::CachedResponse| String::from_utf8(response.body).unwrap();
    match outcome {
        Ok(Executed(response)) => format!("executed {}", text(response)),
        Ok(Replayed(response)) => format!("replayed {}", text(response)),
        Ok(Fenced { rejection, response }) => format!("fenced {rejection:?} {}", text(response)),
        Ok(InFlight { .. }) => "in flight".into(),
        Ok(FingerprintMismatch) => "mismatch".into(),
        Ok(Uncertain { .. }) => "uncertain".into(),
        Err(shardd_wasm::idempotency::ExecutionError::SideEffect(error)) => error.to_string(),
        Err(error) => format!("{error:?}"),
    }
}

fn their_name<E: std::fmt::Debug>(
    outcome: Result<idempotent::ExecutionOutcome, idempotent::ExecutionError<E>>,
) -> String {
    use idempotent::ExecutionOutcome::*;
    let text = |response: idempotent::CachedResponse| String::from_utf8(response.body.to_vec()).unwrap();
    match outcome {
        Ok(Executed(response)) => format!("executed {}", text(response)),
        Ok(Replayed(response)) => format!("replayed {}", text(response)),
        Ok(Fenced { rejection, response }) => format!("fenced {rejection:?} {}", text(response)),
        Ok(InFlight) => "in flight".into(),
        Ok(FingerprintMismatch) => "mismatch".into(),
        Err(idempotent::ExecutionError::SideEffect(error)) => error.to_string(),
        Err(error) => format!("{error:?}"),
    }
}

// Ours renews unless told otherwise.
library!(ours, shardd_wasm::idempotency, |claim| claim.keep_alive(Duration::ZERO), our_name);
library!(theirs, idempotent, |claim| claim, their_name);

fn stopped<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap()
        .block_on(future)
}

#[test]
fn end_the_same() {
    let seeds = match std::env::var("IDEMPOTENCY_SEED").ok().map(|seed| seed.parse().unwrap()) {
        Some(seed) => seed..seed + 1,
        None => 0..3_000,
    };
    let mut seen = std::collections::BTreeMap::new();
    for seed in seeds.clone() {
        let calls = calls(&mut Random::new(seed));
        let (ours, theirs) = (stopped(ours::run(&calls)), stopped(theirs::run(&calls)));
        assert_eq!(ours, theirs, "seed {seed}: {calls:#?}");
        for end in ours.0 {
            *seen.entry(end.trim_end_matches(char::is_numeric).to_owned()).or_insert(0_u64) += 1;
        }
    }
    println!("seeds {seeds:?}: {seen:?}");
    assert!(seeds.end == seeds.start + 1 || seen.len() >= 7, "every end was seen: {seen:?}");
}
