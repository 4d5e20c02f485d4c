//! `cargo xtask sim`: more seeds of the simulation than a test run has time for.
use crate::setup::Setup;
use crate::step::show;
use anyhow::{Result, ensure};

/// What `cargo xtask sim` was asked for.
pub struct Sim {
    /// How many seeds of each world.
    pub seeds: u64,
    /// The first.
    pub from: u64,
}

impl Default for Sim {
    fn default() -> Self {
        Sim { seeds: 50_000, from: 0 }
    }
}

impl Sim {
    /// Runs the seeds on all cores; the first that breaks a promise is told with the command that replays it.
    pub async fn run(&self, setup: &Setup) -> Result<()> {
        ensure!(self.seeds > 0, "there is nothing to run: give --seeds a number from 1 on");
        let mut test = setup.project.cargo(&["test", "--package", "shardd-wasm", "--test", "simulation"]);
        test.args(["nothing", "--", "--nocapture"]);
        test.env("SIM_SEEDS", self.seeds.to_string()).env("SIM_FROM", self.from.to_string());
        ensure!(show(&mut test).await?.success(), "a seed broke a promise: its story is above");
        Ok(())
    }
}
