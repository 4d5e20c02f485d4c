//! Fingerprints: those of the `idempotent` library, and nothing that two requests share.

use std::collections::HashMap;

use shardd_wasm::idempotency::fingerprint::{
    DefaultFingerprintStrategy, FingerprintStrategy, Sha256FingerprintStrategy, body,
};
use shardd_wasm::idempotency::{Fingerprint, Operation};

use crate::seeds::{bytes, for_seeds, text};

#[test]
fn is_that_of_the_library() {
    let fingerprint = DefaultFingerprintStrategy.compute("POST /charges", b"{}");
    assert_eq!(fingerprint, Fingerprint::new(299_732_346_916_009_152_855_928_605_633_619_747_208));
    assert_eq!(
        fingerprint,
        DefaultFingerprintStrategy.compute(&Operation::request("POST", "/charges"), b"{}")
    );
}

#[test]
fn sha_256_is_that_of_everybody_else() {
    // printf '\x01\0\0\0\0\0\0\0ab' | sha256sum
    let fingerprint = Sha256FingerprintStrategy.compute("a", b"b");
    assert_eq!(fingerprint.to_string(), "daf8c173dba8deeb7e7971127b494fa3");
}

#[test]
fn tells_requests_apart() {
    let strategies: [&dyn FingerprintStrategy; 2] = [&DefaultFingerprintStrategy, &Sha256FingerprintStrategy];
    for strategy in strategies {
        let mut seen: HashMap<Fingerprint, (String, Vec<u8>)> = HashMap::new();
        for_seeds(5_000, |_, random| {
            let (mut operation, mut body) = (text(random, 12), bytes(random, 600));
            // A letter moves from one to the other now and then: where one ends must count.
            if random.chance(50) && operation.is_ascii() {
                body.insert(0, operation.pop().map_or(0, |letter| letter as u8));
            }
            let fingerprint = strategy.compute(&operation, &body);
            assert_eq!(fingerprint, strategy.compute(&operation, &body));
            let request = (operation, body);
            assert_eq!(*seen.entry(fingerprint).or_insert_with(|| request.clone()), request);
        });
    }
    let split = |operation, body| DefaultFingerprintStrategy.compute(operation, body);
    assert_ne!(split("a:b", b"c"), split("a", b"b:c"));
    assert_ne!(split("ab", b"c"), split("a", b"bc"));
}

#[test]
fn a_value_has_the_bytes_of_its_hash() {
    #[derive(Hash)]
    struct Request {
        holder: String,
        amount: u64,
        tags: Vec<u16>,
    }
    let request = |amount| Request { holder: "alice".into(), amount, tags: vec![1, 2] };
    assert_eq!(body(&request(5)), body(&request(5)));
    assert_ne!(body(&request(5)), body(&request(6)));
    // Lengths are eight bytes everywhere, numbers little-endian: the digest of "alice" 0xff, 5, and 2 tags.
    let mut bytes = b"alice\xff".to_vec();
    bytes.extend(5_u64.to_le_bytes());
    bytes.extend(2_u64.to_le_bytes());
    bytes.extend([1, 0, 2, 0]);
    assert_eq!(body(&request(5)), xxhash_rust::xxh3::xxh3_128(&bytes).to_le_bytes());
}

/// A user's own: the body is a number, and it counts by the hundred.
struct Rounded;

impl FingerprintStrategy for Rounded {
    fn compute(&self, operation: &str, body: &[u8]) -> Fingerprint {
        let amount: u64 = std::str::from_utf8(body).ok().and_then(|text| text.parse().ok()).unwrap_or(0);
        Fingerprint::new(u128::from(amount / 100) << 64 | operation.len() as u128)
    }
}

#[tokio::test]
async fn a_strategy_of_ones_own_decides() {
    use shardd_wasm::idempotency::memory::MemoryStore;
    use shardd_wasm::idempotency::{CachedResponse, ExecutionOutcome, IdempotencyKey, IdempotencyStore};
    use std::time::Duration;

    let (store, key) = (MemoryStore::new(), IdempotencyKey::default());
    let charge = async |amount: &str| {
        store
            .claim(&key, Duration::from_secs(30))
            .fingerprint_with(&Rounded, "POST /charges", amount.as_bytes())
            .execute_or_replay(Duration::from_secs(60), async |_| Ok(CachedResponse::from(amount)))
            .await
            .unwrap()
    };
    assert_eq!(charge("120").await, ExecutionOutcome::Executed(CachedResponse::from("120")));
    assert_eq!(charge("199").await, ExecutionOutcome::Replayed(CachedResponse::from("120")));
    assert_eq!(charge("200").await, ExecutionOutcome::FingerprintMismatch);
}
