//! Busy loops beside a test, as a machine has them that does something else as well.
use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// How many loops there are.
pub const LOOPS: usize = 3;

/// Loops that turn for as long as this lives. They are threads of this process: however it ends, they end with it.
pub struct Load {
    over: Arc<AtomicBool>,
}

impl Load {
    pub fn begin() -> Load {
        let over = Arc::new(AtomicBool::new(false));
        for _ in 0..LOOPS {
            let over = Arc::clone(&over);
            std::thread::spawn(move || {
                let mut turns = 0_u64;
                while !over.load(Ordering::Relaxed) {
                    turns = black_box(turns.wrapping_add(1));
                }
            });
        }
        Load { over }
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
    }
}

/// How many wanted a core over the last minute, where the system says so.
pub fn average() -> Option<f64> {
    std::fs::read_to_string("/proc/loadavg").ok()?.split(' ').next()?.parse().ok()
}
