//! The store of a device, which takes its time.

use std::future::ready;

use shardd_wasm::durable::{ByteStep, Hold, Row, Store, StoreError};
use shardd_wasm::platform::sim::SimPlatform;
use shardd_wasm::platform::{LocalFuture, Platform};

use crate::device::Device;

/// How long it takes to think.
const STORE_MS: u64 = 2;

/// As one process sees it.
#[derive(Clone)]
pub struct Disk {
    platform: SimPlatform,
    device: Device,
}

impl Disk {
    pub fn new(platform: SimPlatform, has_locks: bool) -> Disk {
        Disk { platform, device: Device::new(has_locks) }
    }

    /// The same store for another process.
    pub fn of_process(&self) -> Disk {
        Disk { device: self.device.of_process(), ..self.clone() }
    }

    /// The process has died: its locks are free.
    pub fn die(&self) {
        self.device.die();
    }
}

impl Store for Disk {
    fn update(&self, name: &str, mut step: ByteStep) -> LocalFuture<Result<(), StoreError>> {
        let (disk, name) = (self.clone(), name.to_owned());
        Box::pin(async move {
            disk.platform.sleep(STORE_MS / 2).await;
            disk.device.turn(&name, &mut step, disk.platform.world_ms());
            disk.platform.sleep(STORE_MS / 2).await;
            Ok(())
        })
    }

    fn list(&self, prefix: &str) -> LocalFuture<Result<Vec<Row>, StoreError>> {
        Box::pin(ready(Ok(self.device.list(prefix))))
    }

    fn hold(&self, name: &str) -> LocalFuture<Result<Hold, StoreError>> {
        Box::pin(ready(Ok(self.device.hold(name))))
    }
}
