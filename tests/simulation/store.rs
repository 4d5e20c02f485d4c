//! The store of a device: its processes share it, and it knows which of them live.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use shardd_wasm::durable::{ByteStep, Hold, Row, Store, StoreError};
use shardd_wasm::idempotency::step::Change;
use shardd_wasm::platform::sim::{START_UNIX_MS, SimPlatform};
use shardd_wasm::platform::{LocalFuture, Platform};

/// How long it takes to think.
const STORE_MS: u64 = 2;

type Lock = Rc<Cell<bool>>;

/// As one process sees it.
#[derive(Clone)]
pub struct Disk {
    platform: SimPlatform,
    bytes: Rc<RefCell<BTreeMap<String, Vec<u8>>>>,
    /// A browser's locks, where the device has any.
    locks: Option<Rc<RefCell<BTreeMap<String, Lock>>>>,
    /// Those that this process holds.
    mine: Rc<RefCell<Vec<Lock>>>,
}

struct Guard(Lock);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.set(false);
    }
}

impl Disk {
    pub fn new(platform: SimPlatform, has_locks: bool) -> Disk {
        let locks = has_locks.then(Rc::default);
        Disk { platform, bytes: Rc::default(), locks, mine: Rc::default() }
    }

    /// The same store for another process.
    pub fn of_process(&self) -> Disk {
        Disk { mine: Rc::default(), ..self.clone() }
    }

    /// The process has died: its locks are free.
    pub fn die(&self) {
        self.mine.borrow().iter().for_each(|lock| lock.set(false));
    }
}

impl Store for Disk {
    fn update(&self, name: &str, mut step: ByteStep) -> LocalFuture<Result<(), StoreError>> {
        let (disk, name) = (self.clone(), name.to_owned());
        Box::pin(async move {
            disk.platform.sleep(STORE_MS / 2).await;
            let now_ms = START_UNIX_MS + disk.platform.world_ms();
            let found = disk.bytes.borrow().get(&name).cloned();
            match step(found.as_deref(), now_ms).change {
                Change::Keep => {}
                Change::Put(bytes) => drop(disk.bytes.borrow_mut().insert(name, bytes)),
                Change::Delete => drop(disk.bytes.borrow_mut().remove(&name)),
            }
            disk.platform.sleep(STORE_MS / 2).await;
            Ok(())
        })
    }

    fn list(&self, prefix: &str) -> LocalFuture<Result<Vec<Row>, StoreError>> {
        let rows =
            self.bytes.borrow().clone().into_iter().filter(|(name, _)| name.starts_with(prefix)).collect();
        Box::pin(std::future::ready(Ok(rows)))
    }

    fn hold(&self, name: &str) -> LocalFuture<Result<Hold, StoreError>> {
        let Some(locks) = &self.locks else { return Box::pin(std::future::ready(Ok(Hold::Unknown))) };
        let mut locks = locks.borrow_mut();
        if locks.get(name).is_some_and(|lock| lock.get()) {
            return Box::pin(std::future::ready(Ok(Hold::Others)));
        }
        let lock: Lock = Rc::new(Cell::new(true));
        locks.insert(name.to_owned(), lock.clone());
        self.mine.borrow_mut().push(lock.clone());
        Box::pin(std::future::ready(Ok(Hold::Mine(Box::new(Guard(lock))))))
    }
}
