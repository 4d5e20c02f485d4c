//! The world as one client sees it: its fetches, timers, clocks and random numbers.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use super::network::{Homecoming, Network};
use super::random::Random;
use super::{Fetched, Occurrence, Passage, Waiting, World};
use crate::platform::{FetchError, LocalFuture, Place, Platform, Request};

/// The world as one process sees it: clients of clones of one platform share a module.
#[derive(Clone)]
pub struct SimPlatform {
    world: Rc<RefCell<World>>,
    network: Rc<RefCell<dyn Network>>,
    random: Rc<RefCell<Random>>,
    behind_ms: Rc<Cell<u64>>,
    astray_ms: Rc<Cell<i64>>,
    place: Rc<Place>,
}

impl fmt::Debug for SimPlatform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SimPlatform").field("behind_ms", &self.behind_ms.get()).finish_non_exhaustive()
    }
}

impl SimPlatform {
    pub(super) fn new(world: Rc<RefCell<World>>, network: Rc<RefCell<dyn Network>>, seed: u64) -> Self {
        let random = Rc::new(RefCell::new(Random::new(seed)));
        SimPlatform {
            world,
            network,
            random,
            behind_ms: Rc::default(),
            astray_ms: Rc::default(),
            place: Rc::default(),
        }
    }

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
        let max_body_bytes = request.max_body_bytes;
        let passage =
            Passage { task, url, body, sent_at_ms: now_ms, ended_at_ms: None, cut: false, answer: None };
        world.passages.insert(id, passage);
        let returns_at_ms = journey.returns_after_ms.map(|ms| now_ms + ms);
        let instead = match journey.homecoming {
            Homecoming::Answer => None,
            Homecoming::Instead(response) => Some(Ok(response)),
            Homecoming::Failure => Some(Err(FetchError::Network(None))),
        };
        // Whatever the client hears meanwhile, and even if it is gone by then, what it sent arrives.
        if let Some(after_ms) = journey.arrives_after_ms {
            let answers_at_ms = returns_at_ms.filter(|_| instead.is_none());
            world.schedule(now_ms + after_ms, Occurrence::Arrival { fetch: id, request, answers_at_ms });
        }
        if let (Some(returns_at_ms), Some(fetched)) = (returns_at_ms, instead) {
            world.schedule(returns_at_ms, Occurrence::Return { fetch: id, fetched });
        }
        drop(world);
        Box::pin(SimFetch { world: self.world.clone(), id, max_body_bytes })
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

    /// No digest that could be published, but another one for each text.
    fn sha256(&self, text: &str) -> LocalFuture<Option<[u8; 32]>> {
        let mut digest = [0_u8; 32];
        let mut before = 0_u8;
        for place in &mut digest {
            for byte in text.bytes() {
                before = byte.wrapping_mul(31).wrapping_add(before).rotate_left(3);
            }
            *place = before;
        }
        Box::pin(std::future::ready(Some(digest)))
    }

    fn place(&self) -> Rc<Place> {
        self.place.clone()
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
    max_body_bytes: u64,
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
        Poll::Ready(match fetched {
            Ok(response) if response.body.len() as u64 > self.max_body_bytes => {
                Err(FetchError::TooLarge(response.status))
            }
            fetched => fetched,
        })
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
            passage.cut = true;
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
