//! The quick example of the `idempotent` library's README: nothing is changed but the name of the crate.

/// The README's words, but for the frame of a function around them.
#[rustfmt::skip]
mod words {
    use shardd_wasm::idempotency as idempotent;

use idempotent::{
IdempotencyKey, IdempotencyEntry, IdempotencyStore,
InsertResult, CachedResponse,
};
use idempotent::fingerprint::{DefaultFingerprintStrategy, FingerprintStrategy};
use idempotent::memory::MemoryStore;

    pub async fn example(told: &mut Vec<String>) -> Result<(), Box<dyn std::error::Error>> {
        let mut issue_credential = async || { told.push("issued".into()); b"credential".to_vec() };
let store = MemoryStore::new();
let key = IdempotencyKey::default();
        for _ in 0..2 {
let fingerprint = DefaultFingerprintStrategy.compute("POST /credentials/issue", b"VerifiableCredential");
let entry = IdempotencyEntry::new(fingerprint);
match store.try_insert(&key, entry).await? {
InsertResult::Claimed { fencing_token, entry } => {
// Execute your side effect (e.g. issue a verifiable credential)
let response = issue_credential().await;
let completed = entry.complete(CachedResponse::from(response));
store.complete(&key, completed, fencing_token).await?;
}
InsertResult::Exists(existing) => {
// Return the cached response or signal a conflict
                assert!(matches!(existing.replay(fingerprint), idempotent::ReplayOutcome::Replayed(_)));
}
}
        }
        Ok(())
    }
}

#[tokio::test]
async fn runs_and_issues_once() {
    let mut told = Vec::new();
    words::example(&mut told).await.unwrap();
    assert_eq!(told, ["issued"]);
}

/// The quick example of version 2.0's README. Two ends say more here: `InFlight { retry_after }`, and `Uncertain` is new.
#[rustfmt::skip]
#[allow(clippy::useless_conversion)]
mod newer {
    use shardd_wasm::idempotency as idempotent;

use std::time::Duration;

use idempotent::memory::MemoryStore;
use idempotent::CachedResponse;
use idempotent::ExecutionOutcome;
use idempotent::IdempotencyKey;
use idempotent::IdempotencyStore;
use idempotent::Metadata;

/// Signs the credential and returns it as the response to cache.
async fn issue_credential() -> CachedResponse {
    CachedResponse::new(
        201,
        Metadata::new(),
        br#"{"type": "UniversityDegreeCredential", "proof": "..."}"#.to_vec().into(),
    )
}

    pub async fn main() -> Result<String, Box<dyn std::error::Error>> {
    let store = MemoryStore::builder().try_build()?;
    let key = IdempotencyKey::new("offer-8f21")?;
    let request = br#"{"holder": "did:web:alice.example", "type": "UniversityDegreeCredential"}"#;

    let outcome = store
        .claim(&key, Duration::from_secs(30))
        .fingerprint("POST /credentials/issue", request)
        .execute_or_replay(Duration::from_secs(24 * 60 * 60), |_token| async {
            Ok(issue_credential().await)
        })
        .await?;

    Ok(match outcome {
        ExecutionOutcome::Executed(credential) => format!("issued: {}", credential.status_code),
        ExecutionOutcome::Replayed(credential) => format!("same credential again: {}", credential.status_code),
        ExecutionOutcome::InFlight { .. } => "the first request is still signing it".into(),
        ExecutionOutcome::FingerprintMismatch => "the key was reused for a different request".into(),
        ExecutionOutcome::Fenced { rejection, .. } => format!("issued, but the claim was lost: {rejection:?}"),
        ExecutionOutcome::Uncertain { .. } => unreachable!("lapsed attempts run again"),
    })
    }
}

#[tokio::test]
async fn runs_as_version_2_has_it() {
    assert_eq!(newer::main().await.unwrap(), "issued: 201");
}
