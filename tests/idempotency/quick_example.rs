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
