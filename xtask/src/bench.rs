//! `cargo xtask bench`: the packed package beside plain `fetch`, over real sockets, as ratios in one run.
use crate::packed;
use crate::screen::say;
use crate::setup::Setup;
use crate::step::{Step, show};
use anyhow::{Result, ensure};
use std::path::PathBuf;
use std::time::Duration;
use tokio::process::Command;

/// What `cargo xtask bench` was asked for.
#[derive(Default)]
pub struct Bench {
    /// Only groups whose name contains one of these.
    pub names: Vec<String>,
    /// JSON instead of the table.
    pub json: bool,
    /// The module of another client, for the same table.
    pub peer: Option<PathBuf>,
}

impl Bench {
    /// Measures, and prints one table. Figures are figures: a bar that does not hold is marked, not failed.
    pub async fn run(&self, setup: &Setup) -> Result<()> {
        setup.package().await?;
        let step = Step::begin("cargo build --release shardd-local");
        let mut build = setup.project.cargo(&["build", "--release", "--package", "shardd-local"]);
        step.run(&mut build, Duration::from_secs(1200)).await?;
        step.done();
        let step = Step::begin("npm pack");
        let tarball = packed::tarball(&setup.project, &step).await?;
        step.done();
        let mut node = Command::new("node");
        node.arg(setup.project.path("bench/run.mjs")).arg(tarball).args(&self.names);
        node.args(self.json.then_some("--json")).current_dir(&setup.project.root);
        if let Some(peer) = &self.peer {
            node.arg("--peer").arg(std::path::absolute(peer)?);
        }
        node.env("SHARDD_LOCAL", setup.project.target.join("release").join("shardd-local"));
        node.env("SHARDD_NPM_TOOLS", setup.test_tools().await?);
        match setup.browser().await {
            Ok(browser) => drop(node.env("CHROME", &browser.chrome)),
            // The other groups want none.
            Err(error) => say(format_args!("  ! no Chromium, so its rows cannot be run: {error:#}")),
        }
        ensure!(show(&mut node).await?.success(), "a group could not be measured: its reason is above");
        Ok(())
    }
}
