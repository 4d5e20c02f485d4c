//! Browsers, Workers, Deno, Bun, Node.

use std::cell::OnceCell;
use std::future::Future;

use super::Runtime;
use crate::idempotency::bound::MaybeSend;
use crate::platform::web::Web;
use crate::platform::{Platform, executor};

/// The runtime around this module.
#[derive(Clone, Copy, Debug, Default)]
pub struct WebRuntime;

thread_local! {
    /// What the wall clock was when the monotonic one was 0, as first seen.
    static ORIGIN_UNIX_MS: OnceCell<u64> = const { OnceCell::new() };
}

impl Runtime for WebRuntime {
    fn now_ms(&self) -> u64 {
        let web = Web::default();
        let now_ms = web.now_ms();
        let origin_unix_ms =
            ORIGIN_UNIX_MS.with(|origin| *origin.get_or_init(|| web.unix_ms().saturating_sub(now_ms)));
        origin_unix_ms.saturating_add(now_ms)
    }

    fn sleep(&self, ms: u64) -> impl Future<Output = ()> + MaybeSend {
        Web::default().sleep(ms)
    }

    fn spawn(&self, future: impl Future<Output = ()> + MaybeSend + 'static) {
        executor::spawn(Box::pin(future));
    }
}
