//! How often which page was asked for, so that tests can count probes.

use std::collections::BTreeMap;

/// `"GET /gateway/health"` → how often.
#[derive(Debug, Clone, Default)]
pub(super) struct Counters {
    regions: Vec<BTreeMap<String, u64>>,
}

impl Counters {
    pub(super) fn new(regions: usize) -> Self {
        Self { regions: vec![BTreeMap::new(); regions] }
    }

    pub(super) fn count(&mut self, region: usize, method: &str, path: &str) {
        if let Some(pages) = self.regions.get_mut(region) {
            *pages.entry(format!("{method} {path}")).or_default() += 1;
        }
    }

    pub(super) fn regions(&self) -> &[BTreeMap<String, u64>] {
        &self.regions
    }

    pub(super) fn reset(&mut self) {
        self.regions.iter_mut().for_each(BTreeMap::clear);
    }
}
