//! What all listeners share: the cluster behind one short lock, the regions, the counters.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use super::counters::Counters;
use super::region::Region;
use crate::Cluster;

/// How often the shell looks for conflicts nobody has asked about.
const TICK: Duration = Duration::from_millis(20);

#[derive(Debug)]
pub(super) struct World {
    cluster: Mutex<Cluster>,
    counters: Mutex<Counters>,
    pub(super) regions: Vec<Region>,
}

impl World {
    pub(super) fn new(cluster: Cluster, regions: Vec<Region>) -> Self {
        Self { cluster: Mutex::new(cluster), counters: Mutex::new(Counters::new(regions.len())), regions }
    }

    /// The cluster, with all delivered that is due.
    pub(super) fn cluster(&self) -> MutexGuard<'_, Cluster> {
        let mut cluster = lock(&self.cluster);
        cluster.advance(unix_ms());
        cluster
    }

    pub(super) fn counters(&self) -> MutexGuard<'_, Counters> {
        lock(&self.counters)
    }

    /// Says every conflict aloud, once.
    pub(super) async fn watch_storms(&self) {
        let mut told = 0;
        loop {
            tokio::time::sleep(TICK).await;
            let storms: Vec<_> = self.cluster().storms().iter().skip(told).cloned().collect();
            told += storms.len();
            for storm in storms {
                eprintln!(
                    "VOID STORM: nonce {:?} ({}/{}, amount {}) was accepted twice, in regions {} and {}. The real \
                     servers would now void each other's events for ever. A client must never do this.",
                    storm.nonce,
                    storm.bucket,
                    storm.account,
                    storm.amount,
                    storm.winner.region,
                    storm.loser.region
                );
            }
        }
    }
}

/// Every holder leaves the state whole, so a poisoned lock is as good as any.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Milliseconds since 1970.
pub(super) fn unix_ms() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
