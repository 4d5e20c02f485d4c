//! A virtual clock, network and executor: the world of the tests. Everything that happens follows from one
//! seed. A platform like the real one, so that the client under test is the client that ships.

mod client_platform;
mod network;
mod random;

use std::cell::RefCell;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::fmt;
use std::future::Future;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Wake, Waker};

use super::{FetchError, LocalFuture, Request, Response};

pub use client_platform::{START_UNIX_MS, SimPlatform};
pub use network::{Homecoming, Journey, Network};
pub use random::Random;

/// One fetch, from the client's point of view.
#[derive(Clone, Debug)]
pub struct Passage {
    /// The task that sent it.
    pub task: usize,
    /// The whole URL.
    pub url: String,
    /// The body.
    pub body: Option<Rc<str>>,
    /// When it left.
    pub sent_at_ms: u64,
    /// When the client heard or gave up; `None` while in flight.
    pub ended_at_ms: Option<u64>,
    /// Whether the client gave up: what it had sent may arrive all the same.
    pub cut: bool,
    /// Its status, and the text of anything but a JSON success; `None` where it failed or was cut.
    pub answer: Option<(u16, String)>,
}

type Fetched = Result<Response, FetchError>;

enum Occurrence {
    Arrival { fetch: u64, request: Request, answers_at_ms: Option<u64> },
    Return { fetch: u64, fetched: Fetched },
    Timer { timer: u64 },
}

struct Waiting<T> {
    task: usize,
    value: Option<T>,
    waker: Option<Waker>,
}

struct World {
    now_ms: u64,
    next_id: u64,
    queue: BinaryHeap<Reverse<(u64, u64)>>,
    occurrences: BTreeMap<u64, Occurrence>,
    fetches: BTreeMap<u64, Waiting<Fetched>>,
    timers: BTreeMap<u64, Waiting<()>>,
    passages: BTreeMap<u64, Passage>,
    task: usize,
}

struct Task {
    future: Option<LocalFuture<()>>,
    flag: Arc<Flag>,
    dead: bool,
}

struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// A world in the making of a test.
pub struct Sim {
    world: Rc<RefCell<World>>,
    network: Rc<RefCell<dyn Network>>,
    tasks: Vec<Task>,
    paused_until_ms: u64,
}

impl fmt::Debug for Sim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sim").field("now_ms", &self.now_ms()).field("tasks", &self.tasks.len()).finish()
    }
}

impl Sim {
    /// An empty world at time 0 over `network`.
    pub fn new(network: Rc<RefCell<dyn Network>>) -> Self {
        let world = World {
            now_ms: 0,
            next_id: 0,
            queue: BinaryHeap::new(),
            occurrences: BTreeMap::new(),
            fetches: BTreeMap::new(),
            timers: BTreeMap::new(),
            passages: BTreeMap::new(),
            task: usize::MAX,
        };
        Sim { world: Rc::new(RefCell::new(world)), network, tasks: Vec::new(), paused_until_ms: 0 }
    }

    /// The time.
    pub fn now_ms(&self) -> u64 {
        self.world.borrow().now_ms
    }

    /// The platform of one client, whose random numbers come from `seed`.
    pub fn platform(&self, seed: u64) -> SimPlatform {
        SimPlatform::new(self.world.clone(), self.network.clone(), seed)
    }

    /// Starts a task; it is first polled by the next [`Sim::run_until`].
    pub fn spawn(&mut self, future: impl Future<Output = ()> + 'static) -> usize {
        let flag = Arc::new(Flag(AtomicBool::new(true)));
        self.tasks.push(Task { future: Some(Box::pin(future)), flag, dead: false });
        self.tasks.len() - 1
    }

    /// Never polls a task again, and does not drop it either: a Worker's request that was cancelled.
    pub fn kill(&mut self, task: usize) {
        if let Some(task) = self.tasks.get_mut(task) {
            task.dead = true;
        }
    }

    /// Polls a killed task again: a process that was frozen goes on.
    pub fn revive(&mut self, task: usize) {
        if let Some(task) = self.tasks.get_mut(task) {
            task.dead = false;
            task.flag.0.store(true, Ordering::Relaxed);
        }
    }

    /// Drops a task: the caller let go of its future.
    pub fn drop_task(&mut self, task: usize) {
        if let Some(task) = self.tasks.get_mut(task) {
            drop(task.future.take());
        }
    }

    /// Whether a task has ended.
    pub fn is_done(&self, task: usize) -> bool {
        self.tasks.get(task).is_none_or(|task| task.future.is_none())
    }

    /// Polls nobody for `ms`: the process stands still, the network does not. What comes back meanwhile is read after the timers that
    /// are due. Says by how much longer the process stands still for it.
    pub fn pause(&mut self, ms: u64) -> u64 {
        let (now_ms, before_ms) = (self.now_ms(), self.paused_until_ms);
        self.paused_until_ms = before_ms.max(now_ms + ms);
        self.paused_until_ms - before_ms.max(now_ms)
    }

    /// Every fetch so far, in the order they left.
    pub fn passages(&self) -> Vec<Passage> {
        self.world.borrow().passages.values().cloned().collect()
    }

    /// Lets everything happen that happens until `until_ms`, and sets the clock there.
    pub fn run_until(&mut self, until_ms: u64) {
        loop {
            let now_ms = self.now_ms();
            if now_ms >= self.paused_until_ms {
                while self.poll_ready() {}
            }
            let next = self.world.borrow().queue.peek().map(|Reverse((at_ms, _))| *at_ms);
            let resume = (now_ms < self.paused_until_ms).then_some(self.paused_until_ms);
            match next.into_iter().chain(resume).min().filter(|at_ms| *at_ms <= until_ms) {
                Some(at_ms) => {
                    self.world.borrow_mut().now_ms = at_ms.max(now_ms);
                    self.happen(at_ms);
                }
                None => break,
            }
        }
        self.world.borrow_mut().now_ms = until_ms.max(self.now_ms());
    }

    fn poll_ready(&mut self) -> bool {
        let mut polled = false;
        for (id, task) in self.tasks.iter_mut().enumerate() {
            if task.dead || !task.flag.0.swap(false, Ordering::Relaxed) {
                continue;
            }
            let Some(future) = &mut task.future else { continue };
            self.world.borrow_mut().task = id;
            let waker = Waker::from(task.flag.clone());
            if future.as_mut().poll(&mut Context::from_waker(&waker)).is_ready() {
                task.future = None;
            }
            self.world.borrow_mut().task = usize::MAX;
            polled = true;
        }
        polled
    }

    /// Everything that is due at `at_ms`.
    fn happen(&self, at_ms: u64) {
        loop {
            let due = {
                let mut world = self.world.borrow_mut();
                if world.queue.peek().is_none_or(|Reverse((due_ms, _))| *due_ms > at_ms) {
                    return;
                }
                let Some(Reverse((_, id))) = world.queue.pop() else { return };
                world.occurrences.remove(&id)
            };
            match due {
                Some(Occurrence::Arrival { fetch, request, answers_at_ms }) => {
                    let response = self.network.borrow_mut().arrive(&request, at_ms);
                    if let Some(answers_at_ms) = answers_at_ms {
                        let answer = Occurrence::Return { fetch, fetched: Ok(response) };
                        self.world.borrow_mut().schedule(answers_at_ms, answer);
                    }
                }
                // An engine that goes on runs its timers before it reads the network.
                Some(back @ Occurrence::Return { .. }) if at_ms <= self.paused_until_ms => {
                    self.world.borrow_mut().schedule(self.paused_until_ms + 1, back);
                }
                Some(Occurrence::Return { fetch, fetched }) => {
                    self.world.borrow_mut().come_home(fetch, fetched)
                }
                Some(Occurrence::Timer { timer }) => {
                    if let Some(waiting) = self.world.borrow_mut().timers.get_mut(&timer) {
                        waiting.resolve(());
                    }
                }
                None => {}
            }
        }
    }
}

impl World {
    fn id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id
    }

    fn schedule(&mut self, at_ms: u64, occurrence: Occurrence) {
        let id = self.id();
        self.queue.push(Reverse((at_ms, id)));
        self.occurrences.insert(id, occurrence);
    }

    fn come_home(&mut self, fetch: u64, fetched: Fetched) {
        if let Some(waiting) = self.fetches.get_mut(&fetch) {
            waiting.resolve(fetched);
        }
    }
}

impl<T> Waiting<T> {
    fn resolve(&mut self, value: T) {
        self.value = Some(value);
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }
}
