//! The library's stores, driven by commands.

use std::time::Duration;

use idempotent::entry::{ExistingEntry, Processing};
use idempotent::{
    CachedResponse, FencedOutcome, FencingToken, Fingerprint, IdempotencyEntry, IdempotencyKey, IdempotencyStore,
    InsertResult, Metadata, Rejection,
};

use crate::command::{Command, Said, fingerprint, key};

fn name(number: u64) -> IdempotencyKey {
    IdempotencyKey::new(key(number)).unwrap()
}

fn entry(number: u64, lease_ms: u64) -> IdempotencyEntry<Processing> {
    IdempotencyEntry::new(Fingerprint::new(fingerprint(number)), Duration::from_millis(lease_ms))
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
                InsertResult::Claimed { fencing_token } => {
                    (Said::Claimed, Some((fencing_token.run_id, fencing_token.sequence)))
                }
                InsertResult::Exists(existing) => (found(existing), None),
            };
        }
        Command::Complete { key, fingerprint, body, replay_ms, .. } => {
            let mut metadata = Metadata::new();
            metadata.append("a", b"b".to_vec().into());
            metadata.append("a", b"c".to_vec().into());
            let response = CachedResponse::new(201, metadata, body.to_string().into_bytes().into());
            let entry = entry(fingerprint, 1).complete(response, Duration::from_millis(replay_ms));
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
        ExistingEntry::Processing(entry) => Said::Processing { fingerprint: number(entry.fingerprint), ttl: entry.ttl },
        ExistingEntry::Completed(entry) => {
            let (fingerprint, ttl) = (number(entry.fingerprint), entry.ttl);
            let response = entry.into_response();
            let metadata: Vec<_> = response.metadata.iter().map(|(name, value)| (name, &value[..])).collect();
            assert_eq!(metadata, [("a", &b"b"[..]), ("a", b"c")]);
            Said::Completed { fingerprint, ttl, status: response.status_code, body: response.body.to_vec() }
        }
    }
}

/// The library does not tell the value of a fingerprint, except in words.
pub fn number(fingerprint: Fingerprint) -> u128 {
    let words = format!("{fingerprint:?}");
    words.chars().filter(char::is_ascii_digit).collect::<String>().parse().unwrap()
}
