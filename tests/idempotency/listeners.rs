//! What listeners hear: every operation and every end, and never a key or a body.

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use shardd_wasm::idempotency::memory::MemoryStore;
use shardd_wasm::idempotency::{CachedResponse, IdempotencyKey, IdempotencyStore};
use tracing_subscriber::fmt::format::FmtSpan;

#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<u8>>>);

impl Write for Heard {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn tells_what_happens_and_not_to_whom() {
    let heard = Heard::default();
    let writer = heard.clone();
    let listener = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_span_events(FmtSpan::NEW)
        .with_writer(move || writer.clone())
        .finish();
    let listening = tracing::subscriber::set_default(listener);
    let store = MemoryStore::new();
    let key = IdempotencyKey::new("alice@example.com").unwrap();
    let lease = Duration::from_secs(10);
    let claim = || store.claim(&key, lease).fingerprint("POST /secret-operation", b"secret-request");
    let effect = async |_| Ok(CachedResponse::from("secret-response"));
    claim().execute_or_replay(lease, effect).await.unwrap();
    claim().execute_or_replay(lease, effect).await.unwrap();
    store.purge(&key).await.unwrap();
    let late = claim().keep_alive(Duration::ZERO).execute_or_replay(lease, async |_| {
        tokio::time::sleep(lease * 2).await;
        Ok(CachedResponse::from("secret-response"))
    });
    late.await.unwrap();
    drop(listening);

    let told = String::from_utf8(heard.0.lock().unwrap().clone()).unwrap();
    for word in [
        "operation=\"execute\"",
        "operation=\"try_insert\"",
        "operation=\"complete\"",
        "operation=\"purge\"",
        "outcome=\"executed\"",
        "outcome=\"replayed\"",
        "lease was lost",
    ] {
        assert!(told.contains(word), "{word} is missing in\n{told}");
    }
    for secret in ["alice", "secret"] {
        assert!(!told.contains(secret), "{secret} is told in\n{told}");
    }
}
