//! What the shell knows about a region: its address, its distance, its fault.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::{mpsc, oneshot, watch};

use super::fault::{Fault, FaultKind};
use super::hold::Hold;
use crate::Reach;

/// Opens or closes a region's port; the answer comes when it is done.
pub(super) type PortOrder = (bool, oneshot::Sender<Result<(), String>>);

/// What goes wrong now; a `hold` brings its hold along.
#[derive(Debug, Default)]
struct Trouble {
    fault: Fault,
    hold: Option<Arc<Hold>>,
}

/// What one request met on its way.
#[derive(Debug, Default)]
pub(super) struct Met {
    pub(super) fault: Fault,
    pub(super) hold: Option<Arc<Hold>>,
}

#[derive(Debug)]
pub(super) struct Region {
    pub(super) index: usize,
    pub(super) url: String,
    delay_ms: AtomicU64,
    trouble: watch::Sender<Trouble>,
    port: mpsc::Sender<PortOrder>,
}

impl Region {
    pub(super) fn new(index: usize, url: String, delay_ms: u64, port: mpsc::Sender<PortOrder>) -> Self {
        Self { index, url, delay_ms: AtomicU64::new(delay_ms), trouble: watch::Sender::default(), port }
    }

    pub(super) fn delay_ms(&self) -> u64 {
        self.delay_ms.load(Ordering::Relaxed)
    }

    pub(super) fn set_delay_ms(&self, delay_ms: u64) {
        self.delay_ms.store(delay_ms, Ordering::Relaxed);
    }

    pub(super) fn fault(&self) -> Fault {
        let trouble = self.trouble.borrow();
        if trouble.is_over() { Fault::default() } else { trouble.fault.clone() }
    }

    /// Resolves when the fault has become something else than a freeze.
    pub(super) async fn thawed(&self) {
        let mut trouble = self.trouble.subscribe();
        // The sender lives as long as `self`.
        let _ = trouble.wait_for(|trouble| trouble.fault.kind != FaultKind::Freeze).await;
    }

    /// Waits while the bytes of an exchange stand still: in the hold that its request met, and in any that is there
    /// when they come by.
    pub(super) async fn let_through(&self, mut met: Option<Arc<Hold>>, method: &str, path: &str) {
        while let Some(hold) = met.or_else(|| self.hold_for(method, path)) {
            hold.over().await;
            met = None;
        }
    }

    fn hold_for(&self, method: &str, path: &str) -> Option<Arc<Hold>> {
        let trouble = self.trouble.borrow();
        let stands = !trouble.is_over() && trouble.fault.is_for(method, path);
        trouble.hold.clone().filter(|_| stands)
    }

    /// The fault that this request meets; a counted one has one request less from then on.
    pub(super) fn meet(&self, method: &str, path: &str) -> Met {
        let mut met = Met::default();
        self.trouble.send_if_modified(|trouble| {
            if trouble.is_over() || !trouble.fault.is_for(method, path) {
                return false;
            }
            met = Met { fault: trouble.fault.clone(), hold: trouble.hold.clone() };
            match trouble.fault.count {
                None => false,
                Some(count) => {
                    trouble.fault.count = Some(count.saturating_sub(1));
                    if count <= 1 {
                        // What the hold has met stays in it.
                        trouble.fault = Fault::default();
                    }
                    true
                }
            }
        });
        met
    }

    /// Sets a fault and, where it is about the port, waits until the port has followed.
    pub(super) async fn set_fault(&self, fault: Fault) -> Result<Reach, String> {
        let (closed, close) = (self.fault().closes_port(), fault.closes_port());
        let reach = match (fault.kind, fault.count) {
            (FaultKind::Refuse, None) if close => Reach::Refused,
            (FaultKind::BlackHole, None) => Reach::Silent,
            _ => Reach::Up,
        };
        let hold = (fault.kind == FaultKind::Hold).then(|| Arc::new(Hold::new(fault.hold_ms)));
        let before = self.trouble.send_replace(Trouble { fault, hold });
        if let Some(hold) = before.hold {
            hold.lift();
        }
        if closed != close {
            let (done, wait) = oneshot::channel();
            let gone = |_| "the region has stopped".to_owned();
            self.port.send((!close, done)).await.map_err(|_| gone(()))?;
            wait.await.map_err(|_| gone(()))??;
        }
        Ok(reach)
    }
}

impl Trouble {
    fn is_over(&self) -> bool {
        self.hold.as_ref().is_some_and(|hold| hold.is_over())
    }
}
