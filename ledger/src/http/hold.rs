//! Bytes that stand still on the way to a region and back.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

/// A hold: what meets it waits until somebody lifts it, or until its time has come.
#[derive(Debug)]
pub(super) struct Hold {
    ends_at: Option<Instant>,
    lifted: watch::Sender<bool>,
}

impl Hold {
    /// A hold that begins now; without a length it lasts until it is lifted.
    pub(super) fn new(hold_ms: Option<u64>) -> Self {
        let ends_at = hold_ms.and_then(|ms| Instant::now().checked_add(Duration::from_millis(ms)));
        Self { ends_at, lifted: watch::Sender::new(false) }
    }

    pub(super) fn lift(&self) {
        self.lifted.send_replace(true);
    }

    pub(super) fn is_over(&self) -> bool {
        *self.lifted.borrow() || self.ends_at.is_some_and(|end| end <= Instant::now())
    }

    /// Resolves at its end.
    pub(super) async fn over(&self) {
        let mut lifted = self.lifted.subscribe();
        let lifted = lifted.wait_for(|lifted| *lifted);
        match self.ends_at {
            None => drop(lifted.await),
            Some(end) => tokio::select! {
                _ = lifted => {}
                () = sleep_until(end) => {}
            },
        }
    }
}
