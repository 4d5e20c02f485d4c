//! What the processes of a device share: its records, and a browser's locks.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use shardd_wasm::durable::{ByteStep, Hold, Row};
use shardd_wasm::idempotency::step::Change;
use shardd_wasm::platform::sim::START_UNIX_MS;

type Lock = Rc<Cell<bool>>;

/// As one process sees it.
#[derive(Clone)]
pub struct Device {
    records: Rc<RefCell<BTreeMap<String, Vec<u8>>>>,
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

impl Device {
    pub fn new(has_locks: bool) -> Device {
        Device { records: Rc::default(), locks: has_locks.then(Rc::default), mine: Rc::default() }
    }

    /// The same device for another process.
    pub fn of_process(&self) -> Device {
        Device { mine: Rc::default(), ..self.clone() }
    }

    /// The process has died: its locks are free.
    pub fn die(&self) {
        self.mine.borrow().iter().for_each(|lock| lock.set(false));
    }

    pub fn find(&self, name: &str) -> Option<Vec<u8>> {
        self.records.borrow().get(name).cloned()
    }

    pub fn change(&self, name: &str, change: Change<Vec<u8>>) {
        let mut records = self.records.borrow_mut();
        match change {
            Change::Keep => {}
            Change::Put(bytes) => drop(records.insert(name.to_owned(), bytes)),
            Change::Delete => drop(records.remove(name)),
        }
    }

    /// Takes the step at once.
    pub fn turn(&self, name: &str, step: &mut ByteStep, world_ms: u64) {
        let update = step(self.find(name).as_deref(), START_UNIX_MS + world_ms);
        self.change(name, update.change);
    }

    pub fn list(&self, prefix: &str) -> Vec<Row> {
        let records = self.records.borrow();
        let named = records.iter().filter(|(name, _)| name.starts_with(prefix));
        named.map(|(name, bytes)| (name.clone(), bytes.clone())).collect()
    }

    pub fn hold(&self, name: &str) -> Hold {
        let Some(locks) = &self.locks else { return Hold::Unknown };
        let mut locks = locks.borrow_mut();
        if locks.get(name).is_some_and(|lock| lock.get()) {
            return Hold::Others;
        }
        let lock: Lock = Rc::new(Cell::new(true));
        locks.insert(name.to_owned(), lock.clone());
        self.mine.borrow_mut().push(lock.clone());
        Hold::Mine(Box::new(Guard(lock)))
    }
}
