//! Our stores, driven by commands.

use std::time::Duration;

use shardd_wasm::idempotency::{
    CachedResponse, ExistingEntry, FencedOutcome, FencingToken, Fingerprint, IdempotencyEntry, IdempotencyKey,
    IdempotencyStore, InsertResult, Metadata, Rejection,
};

use crate::command::{Command, Said, fingerprint, key};

/// The token of nobody.
pub const NOBODY: (u64, u64) = (3, 14);

fn name(number: u64) -> IdempotencyKey {
    IdempotencyKey::new(key(number)).unwrap()
}

fn entry(number: u64, lease_ms: u64) -> IdempotencyEntry<shardd_wasm::idempotency::Processing> {
    IdempotencyEntry::new(Fingerprint::new(fingerprint(number))).with_lease(Duration::from_millis(lease_ms))
}

/// Runs a command; a claim that is granted says its token.
pub async fn run<S: IdempotencyStore>(
    store: &S,
    command: &Command,
    token: (u64, u64),
) -> (Said, Option<(u64, u64)>) {
    let token = FencingToken::new(token.0, token.1);
    let outcome = match *command {
        Command::Claim { key, fingerprint, lease_ms } => {
            return match store.try_insert(&name(key), entry(fingerprint, lease_ms)).await.unwrap() {
                InsertResult::Claimed { fencing_token, .. } => {
                    (Said::Claimed, Some((fencing_token.run_id, fencing_token.sequence)))
                }
                InsertResult::Exists(existing) => (found(existing), None),
            };
        }
        Command::Complete { key, fingerprint, body, replay_ms, .. } => {
            let metadata: Metadata = [("a", "b"), ("a", "c")].into_iter().collect();
            let response = CachedResponse::new(201, metadata, body.to_string().into_bytes());
            let entry = entry(fingerprint, 1).complete_for(response, Duration::from_millis(replay_ms));
            store.complete(&name(key), entry, token).await.unwrap()
        }
        Command::Touch { key, lease_ms, .. } => {
            store.touch(&name(key), token, Duration::from_millis(lease_ms)).await.unwrap()
        }
        Command::Remove { key, .. } => store.remove(&name(key), token).await.unwrap(),
        Command::Purge { key } => {
            store.purge(&name(key)).await.unwrap();
            return (Said::Done, None);
        }
        Command::Pass { .. } => return (Said::Done, None),
    };
    let said = match outcome {
        FencedOutcome::Applied => Said::Applied,
        FencedOutcome::Rejected(Rejection::FencingMismatch) => Said::FencingMismatch,
        FencedOutcome::Rejected(Rejection::KeyExpired) => Said::KeyExpired,
        FencedOutcome::Rejected(Rejection::FingerprintMismatch) => Said::FingerprintMismatch,
    };
    (said, None)
}

fn found(existing: ExistingEntry) -> Said {
    match existing {
        ExistingEntry::Processing(entry) => {
            Said::Processing { fingerprint: entry.fingerprint.value(), ttl: entry.ttl }
        }
        ExistingEntry::Completed(entry) => {
            let (fingerprint, ttl) = (entry.fingerprint.value(), entry.ttl);
            let response = entry.into_response();
            let metadata: Vec<_> = response.metadata.iter().collect();
            assert_eq!(metadata, [("a", &b"b"[..]), ("a", b"c")]);
            Said::Completed { fingerprint, ttl, status: response.status_code, body: response.body }
        }
        ExistingEntry::Lapsed(_) => panic!("nothing was to outlive its lease"),
    }
}
