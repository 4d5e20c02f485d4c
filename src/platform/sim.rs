//! A virtual clock, network and executor: the world of the tests. Everything that happens follows from one
//! seed. A platform like the real one, so that the client under test is the client that ships.

use std::cell::{Cell, RefCell};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use super::{FetchError, LocalFuture, Platform, Request, Response};

/// A small generator (SplitMix64): the same numbers for the same seed, everywhere.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// A generator that starts from `seed`.
    pub fn new(seed: u64) -> Self {
        Random(seed)
    }

    /// Any number.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.draw() % (high.saturating_sub(low) + 1)
    }

    /// `true` in `percent` of a hundred cases.
    pub fn chance(&mut self, percent: u64) -> bool {
        self.draw() % 100 < percent
    }
}

/// What becomes of a request, decided as it leaves.
#[derive(Clone, Debug)]
pub struct Journey {
    /// When it reaches the server, from now; never where it is lost on the way.
    pub arrives_after_ms: Option<u64>,
    /// When the client hears, from now; never where nothing comes back.
    pub returns_after_ms: Option<u64>,
    /// What the client hears.
    pub homecoming: Homecoming,
}

/// What a client hears of its request.
#[derive(Clone, Debug)]
pub enum Homecoming {
    /// What the server said.
    Answer,
    /// Something else in its place.
    Instead(Response),
    /// That the connection failed.
    Failure,
}

/// The network and the servers behind it.
pub trait Network {
    /// A request leaves.
    fn depart(&mut self, request: &Request, now_ms: u64) -> Journey;
    /// A request reaches its server, perhaps long after its client has gone.
    fn arrive(&mut self, request: &Request, now_ms: u64) -> Response;
}

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
    /// Its status, and the text of anything but a JSON success; `None` where it failed or was cut.
    pub answer: Option<(u16, String)>,
}

type Fetched = Result<Response, FetchError>;

enum Occurrence {
    Arrival { fetch: u64, request: Request, returns_at_ms: Option<u64>, homecoming: Homecoming },
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
        SimPlatform {
            world: self.world.clone(),
            network: self.network.clone(),
            random: Rc::new(RefCell::new(Random::new(seed))),
            behind_ms: Rc::new(Cell::new(0)),
            astray_ms: Rc::new(Cell::new(0)),
        }
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

    /// Polls nobody for `ms`: the process stands still, the network does not.
    pub fn pause(&mut self, ms: u64) {
        self.paused_until_ms = self.now_ms() + ms;
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
                Some(Occurrence::Arrival { fetch, request, returns_at_ms, homecoming }) => {
                    let response = self.network.borrow_mut().arrive(&request, at_ms);
                    let Some(returns_at_ms) = returns_at_ms else { continue };
                    let fetched = match homecoming {
                        Homecoming::Answer => Ok(response),
                        Homecoming::Instead(response) => Ok(response),
                        Homecoming::Failure => Err(FetchError::Network(None)),
                    };
                    self.world.borrow_mut().schedule(returns_at_ms, Occurrence::Return { fetch, fetched });
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

/// The world as one client sees it.
#[derive(Clone)]
pub struct SimPlatform {
    world: Rc<RefCell<World>>,
    network: Rc<RefCell<dyn Network>>,
    random: Rc<RefCell<Random>>,
    behind_ms: Rc<Cell<u64>>,
    astray_ms: Rc<Cell<i64>>,
}

impl fmt::Debug for SimPlatform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SimPlatform").field("behind_ms", &self.behind_ms.get()).finish_non_exhaustive()
    }
}

impl SimPlatform {
    /// The monotonic clock stood still for `ms`, as it does on some devices while they sleep. (It never runs ahead of
    /// the world: no platform counts time that did not pass.)
    pub fn lag(&self, ms: u64) {
        self.behind_ms.set((self.behind_ms.get() + ms).min(self.world.borrow().now_ms));
    }

    /// The device's idea of the time jumps by `ms`, either way.
    pub fn jump(&self, ms: i64) {
        self.astray_ms.set(ms);
    }

    /// The world's time.
    pub fn world_ms(&self) -> u64 {
        self.world.borrow().now_ms
    }

    /// The task that is being polled.
    pub fn task(&self) -> usize {
        self.world.borrow().task
    }

    /// Fetches and timers that the task being polled has under way.
    pub fn holdings(&self) -> (usize, usize) {
        let world = self.world.borrow();
        let fetches = world.fetches.values().filter(|waiting| waiting.task == world.task).count();
        (fetches, world.timers.values().filter(|waiting| waiting.task == world.task).count())
    }
}

impl Platform for SimPlatform {
    fn fetch(&self, request: Request) -> LocalFuture<Fetched> {
        let now_ms = self.world.borrow().now_ms;
        let journey = self.network.borrow_mut().depart(&request, now_ms);
        let mut world = self.world.borrow_mut();
        let (id, task) = (world.id(), world.task);
        world.fetches.insert(id, Waiting { task, value: None, waker: None });
        let (url, body) = (request.url.clone(), request.body.clone());
        let passage = Passage { task, url, body, sent_at_ms: now_ms, ended_at_ms: None, answer: None };
        world.passages.insert(id, passage);
        let returns_at_ms = journey.returns_after_ms.map(|ms| now_ms + ms);
        let homecoming = journey.homecoming;
        match (journey.arrives_after_ms, returns_at_ms) {
            (Some(after_ms), _) => {
                let arrival = Occurrence::Arrival { fetch: id, request, returns_at_ms, homecoming };
                world.schedule(now_ms + after_ms, arrival);
            }
            (None, Some(returns_at_ms)) => {
                let fetched = match homecoming {
                    Homecoming::Instead(response) => Ok(response),
                    _ => Err(FetchError::Network(None)),
                };
                world.schedule(returns_at_ms, Occurrence::Return { fetch: id, fetched });
            }
            (None, None) => {}
        }
        drop(world);
        Box::pin(SimFetch { world: self.world.clone(), id })
    }

    fn sleep(&self, ms: u64) -> LocalFuture<()> {
        let mut world = self.world.borrow_mut();
        let (id, task, at_ms) = (world.id(), world.task, world.now_ms + ms);
        world.timers.insert(id, Waiting { task, value: None, waker: None });
        world.schedule(at_ms, Occurrence::Timer { timer: id });
        drop(world);
        Box::pin(SimSleep { world: self.world.clone(), id })
    }

    fn now_ms(&self) -> u64 {
        self.world.borrow().now_ms.saturating_sub(self.behind_ms.get())
    }

    fn unix_ms(&self) -> u64 {
        (START_UNIX_MS + self.world.borrow().now_ms).saturating_add_signed(self.astray_ms.get())
    }

    fn random(&self) -> Option<[u8; 16]> {
        let mut random = self.random.borrow_mut();
        let (high, low) = (random.draw(), random.draw());
        Some(((u128::from(high) << 64) | u128::from(low)).to_be_bytes())
    }
}

/// The Unix time at which worlds begin.
pub const START_UNIX_MS: u64 = 1_795_000_000_000;

struct SimFetch {
    world: Rc<RefCell<World>>,
    id: u64,
}

impl Future for SimFetch {
    type Output = Fetched;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Fetched> {
        let mut world = self.world.borrow_mut();
        let now_ms = world.now_ms;
        let Some(waiting) = world.fetches.get_mut(&self.id) else { return Poll::Pending };
        let Some(fetched) = waiting.value.take() else {
            waiting.waker = Some(context.waker().clone());
            return Poll::Pending;
        };
        world.fetches.remove(&self.id);
        if let Some(passage) = world.passages.get_mut(&self.id) {
            passage.ended_at_ms = Some(now_ms);
            passage.answer = fetched.as_ref().ok().map(|response| {
                let success = response.status < 300 && response.body.starts_with(b"{");
                let text = if success { Vec::new() } else { response.body.clone() };
                (response.status, String::from_utf8_lossy(&text).into_owned())
            });
        }
        Poll::Ready(fetched)
    }
}

impl Drop for SimFetch {
    fn drop(&mut self) {
        let Ok(mut world) = self.world.try_borrow_mut() else { return };
        let now_ms = world.now_ms;
        if world.fetches.remove(&self.id).is_some()
            && let Some(passage) = world.passages.get_mut(&self.id)
        {
            passage.ended_at_ms = Some(now_ms);
        }
    }
}

struct SimSleep {
    world: Rc<RefCell<World>>,
    id: u64,
}

impl Future for SimSleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut world = self.world.borrow_mut();
        let Some(waiting) = world.timers.get_mut(&self.id) else { return Poll::Ready(()) };
        if waiting.value.is_none() {
            waiting.waker = Some(context.waker().clone());
            return Poll::Pending;
        }
        world.timers.remove(&self.id);
        Poll::Ready(())
    }
}

impl Drop for SimSleep {
    fn drop(&mut self) {
        if let Ok(mut world) = self.world.try_borrow_mut() {
            world.timers.remove(&self.id);
        }
    }
}
