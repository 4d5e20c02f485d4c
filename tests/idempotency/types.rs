//! What can be put into JSON and come back; what can cross threads.

use shardd_wasm::idempotency::claim::Builder;
use shardd_wasm::idempotency::memory::MemoryStore;
use shardd_wasm::idempotency::{
    CachedResponse, Completed, FencingToken, Fingerprint, IdempotencyEntry, IdempotencyKey, IdempotencyStore,
    Processing,
};
use std::time::Duration;

#[test]
fn types_survive_serde() {
    fn back<T: serde::Serialize + serde::de::DeserializeOwned + PartialEq + std::fmt::Debug>(value: &T) {
        let json = serde_json::to_string(value).unwrap();
        assert_eq!(serde_json::from_str::<T>(&json).unwrap(), *value, "{json}");
    }
    back(&IdempotencyKey::new("a/b:c").unwrap().scoped("d").unwrap());
    back(&Fingerprint::new(u128::MAX));
    back(&FencingToken::new(u64::MAX, 1));
    back(&IdempotencyEntry::<Processing>::new(Fingerprint::new(1)).with_keep(Duration::from_secs(1)));
    back::<IdempotencyEntry<Completed>>(
        &IdempotencyEntry::new(Fingerprint::new(1)).complete(CachedResponse::from("x")),
    );
    assert_eq!(serde_json::to_string(&IdempotencyKey::new("order:1").unwrap()).unwrap(), "\"order:3A1\"");
    assert!(serde_json::from_str::<IdempotencyKey>("\"order:1\"").is_err(), "not a stored name");
}

#[test]
fn owned_claims_move_into_tasks() {
    fn moves<T: Send + 'static>(_: &T) {}
    let claim = || {
        let key = IdempotencyKey::default();
        MemoryStore::new().claim_owned(key, Duration::from_secs(1)).fingerprint("POST /", b"")
    };
    moves(&claim().try_insert());
    moves(&claim().execute_or_replay(Duration::from_secs(1), async |_| Ok(CachedResponse::from("x"))));
    moves(&claim().json().execute_or_replay(Duration::from_secs(1), async |_| Ok(7_u32)));
    let _: fn(Builder<_>) =
        |builder: Builder<shardd_wasm::idempotency::claim::Owned<MemoryStore>>| drop(builder);
}

#[test]
fn tokens_are_ordered_by_the_time_of_their_claims() {
    use crate::seeds::for_seeds;
    for_seeds(2_000, |_, random| {
        let (earlier_ms, nonce) = (random.between(1, 1 << 47), random.draw());
        let later_ms = earlier_ms + random.between(1, 1 << 46);
        let (earlier, later) = (FencingToken::issue(earlier_ms, nonce), FencingToken::issue(later_ms, 0));
        assert!(earlier < later && earlier.as_u128() < later.as_u128());
        // Whoever takes over, at whatever time its clock shows, is later; and of two no one has the other's token.
        let (now_ms, one, other) = (random.between(0, 1 << 47), random.draw(), random.draw());
        let (taken, also) = (earlier.next(now_ms, one), earlier.next(now_ms, other));
        assert!(earlier < taken && earlier.as_u128() < taken.as_u128() && taken < taken.next(now_ms, 0));
        assert!(taken != also || one == other);
        assert_eq!(FencingToken::from_u128(later.as_u128()), later);
    });
}
