//! Tokio, and its clock, which tests can stop.

use std::future::Future;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::runtime::Handle;
use tokio::time::Instant;

use super::Runtime;
use crate::idempotency::bound::MaybeSend;

/// Tokio's clock and timers. Sleeping needs a tokio runtime around it with its time driver on; telling the time does not.
#[derive(Clone, Debug)]
pub struct TokioRuntime {
    origin: Instant,
    origin_unix_ms: u64,
    handle: Option<Handle>,
}

impl TokioRuntime {
    /// With the runtime around this call, if there is one, for what is spawned later.
    pub fn new() -> Self {
        let unix = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let origin_unix_ms = u64::try_from(unix.as_millis()).unwrap_or(u64::MAX);
        Self { origin: Instant::now(), origin_unix_ms, handle: Handle::try_current().ok() }
    }
}

impl Default for TokioRuntime {
    fn default() -> Self {
        Self::new()
    }
}

impl Runtime for TokioRuntime {
    fn now_ms(&self) -> u64 {
        let passed = Instant::now().saturating_duration_since(self.origin).as_millis();
        self.origin_unix_ms.saturating_add(u64::try_from(passed).unwrap_or(u64::MAX))
    }

    fn sleep(&self, ms: u64) -> impl Future<Output = ()> + MaybeSend {
        tokio::time::sleep(Duration::from_millis(ms))
    }

    fn spawn(&self, future: impl Future<Output = ()> + MaybeSend + 'static) {
        if let Some(handle) = self.handle.clone().or_else(|| Handle::try_current().ok()) {
            handle.spawn(future);
        }
    }
}
