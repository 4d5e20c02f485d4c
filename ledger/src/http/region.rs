//! What the shell knows about a region: its address, its distance, its fault.

use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::{mpsc, oneshot, watch};

use super::fault::{Fault, FaultKind};
use crate::Reach;

/// Opens or closes a region's port; the answer comes when it is done.
pub(super) type PortOrder = (bool, oneshot::Sender<Result<(), String>>);

#[derive(Debug)]
pub(super) struct Region {
    pub(super) index: usize,
    pub(super) url: String,
    delay_ms: AtomicU64,
    fault: watch::Sender<Fault>,
    port: mpsc::Sender<PortOrder>,
}

impl Region {
    pub(super) fn new(index: usize, url: String, delay_ms: u64, port: mpsc::Sender<PortOrder>) -> Self {
        Self { index, url, delay_ms: AtomicU64::new(delay_ms), fault: watch::Sender::default(), port }
    }

    pub(super) fn delay_ms(&self) -> u64 {
        self.delay_ms.load(Ordering::Relaxed)
    }

    pub(super) fn set_delay_ms(&self, delay_ms: u64) {
        self.delay_ms.store(delay_ms, Ordering::Relaxed);
    }

    pub(super) fn fault(&self) -> Fault {
        self.fault.borrow().clone()
    }

    /// Resolves when the fault has become something else than a freeze.
    pub(super) async fn thawed(&self) {
        let mut fault = self.fault.subscribe();
        // The sender lives as long as `self`.
        let _ = fault.wait_for(|fault| fault.kind != FaultKind::Freeze).await;
    }

    /// The fault that this request meets; a counted one has one request less from then on.
    pub(super) fn meet(&self, method: &str, path: &str) -> Option<Fault> {
        let mut met = None;
        self.fault.send_if_modified(|fault| {
            if !fault.is_for(method, path) {
                return false;
            }
            met = Some(fault.clone());
            match fault.count {
                None => false,
                Some(count) => {
                    fault.count = Some(count.saturating_sub(1));
                    if count <= 1 {
                        *fault = Fault::default();
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
        self.fault.send_replace(fault);
        if closed != close {
            let (done, wait) = oneshot::channel();
            let gone = |_| "the region has stopped".to_owned();
            self.port.send((!close, done)).await.map_err(|_| gone(()))?;
            wait.await.map_err(|_| gone(()))??;
        }
        Ok(reach)
    }
}
