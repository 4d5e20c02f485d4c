//! The machine behind wasm-bindgen, in numbers: what the npm package ships. Texts and bytes go in through one buffer and come out as
//! places in the memory, which JavaScript copies before it calls again. Nothing is imported, so nothing can come between the beginning
//! and the end of a step; nothing waits.

mod call;
mod client;
mod durable;
mod inherited;
mod list;
mod slots;
mod words;

use std::cell::RefCell;
use std::mem::ManuallyDrop;
use std::rc::Rc;

use wasm_bindgen::prelude::*;

use crate::engine::Writes;
use client::Core;
use durable::Durable;
use slots::Slots;
use words::Words;

/// Small, and no page is added in the rows that watch the memory: std's own allocator takes 1.7 KB of brotli more.
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

/// All that one life of the wasm knows.
struct Kernel {
    /// What JavaScript has put in.
    input: Vec<u8>,
    /// What a function says.
    words: Words,
    clients: Slots<Rc<Core>>,
    calls: Slots<Running>,
    /// The writes of the module.
    writes: Writes,
    /// What random numbers were given, folded together: tokens are drawn from it.
    entropy: u64,
}

/// A call under way.
struct Running {
    call: crate::engine::Call,
    core: Rc<Core>,
    sent_at_ms: u64,
    durable: Option<Durable>,
}

thread_local! {
    // Nothing is dropped at the end of a thread: there is one, and it has none.
    static KERNEL: RefCell<ManuallyDrop<Kernel>> = const {
        RefCell::new(ManuallyDrop::new(Kernel {
            input: Vec::new(),
            words: Words::new(),
            clients: Slots::new(),
            calls: Slots::new(),
            writes: Writes::new(),
            entropy: 0,
        }))
    };
}

/// One thread, and no way in is called from inside of another: the borrow cannot fail.
fn enter<R>(work: impl FnOnce(&mut Kernel) -> R) -> R {
    KERNEL.with_borrow_mut(|kernel| work(kernel))
}

impl Kernel {
    fn bytes(&self, from: usize, len: usize) -> &[u8] {
        self.input.get(from..from.saturating_add(len)).unwrap_or_default()
    }

    fn text(&self, from: usize, len: usize) -> &str {
        std::str::from_utf8(self.bytes(from, len)).unwrap_or_default()
    }

    /// A uniform number: the next of a sequence that every number from JavaScript stirs.
    fn draw(&mut self, random: f64) -> u64 {
        let mixed = (self.entropy ^ random.to_bits()).wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        self.entropy = mixed ^ mixed >> 31;
        self.entropy
    }
}

/// The place of the input buffer, which has at least so many bytes.
#[wasm_bindgen]
pub fn room(bytes: u32) -> u32 {
    enter(|kernel| {
        let bytes = bytes as usize;
        if kernel.input.len() < bytes {
            kernel.input.resize(bytes, 0);
        }
        kernel.input.as_ptr() as u32
    })
}

/// One of the times that a function said beside its words.
#[wasm_bindgen]
pub fn figure(at: u32) -> f64 {
    enter(|kernel| kernel.words.figure(at as usize))
}
