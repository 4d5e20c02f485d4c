//! The demo's regions, in this very process so that nothing of them can be left running.
use crate::ports::Ports;
use anyhow::{Context, Result};
use serde_json::{Value, json};
use shardd_local::http::{Running, ServeConfig, serve};

/// How far the regions seem to be: a good local one, one across the continent, one across an ocean.
const DELAYS_MS: [u64; 3] = [5, 40, 120];

/// Running regions and their control endpoint.
pub struct Regions {
    pub edges: Vec<String>,
    pub control: String,
    running: Running,
}

impl Regions {
    pub async fn start(ports: &Ports) -> Result<Regions> {
        let config = ServeConfig {
            ports: ports.regions.clone(),
            control_port: ports.control,
            delays_ms: DELAYS_MS.into(),
            ..ServeConfig::default()
        };
        let running = serve(config).await.context("the regions did not start")?;
        Ok(Regions { edges: running.regions.clone(), control: running.control.clone(), running })
    }

    /// What the page must know.
    pub fn config(&self) -> Value {
        json!({ "edges": self.edges, "control": self.control })
    }

    pub async fn end(self) {
        self.running.shutdown().await;
    }
}
