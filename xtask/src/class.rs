//! The class for wasm-pack: built as people build it, and tried in Node. Its tests in a browser are among the wasm tests.
use crate::ports::Ports;
use crate::regions::Regions;
use crate::setup::Setup;
use crate::target::prepend_path;
use anyhow::Result;
use std::path::{Path, PathBuf};
use tokio::process::Command;

/// What wasm-pack makes of it.
pub const BUILDS: [&str; 3] = ["web", "bundler", "nodejs"];

/// The class beside regions of its own.
pub struct Class<'a> {
    setup: &'a Setup,
    regions: Regions,
}

impl Class<'_> {
    /// Starts the regions.
    pub async fn begin(setup: &Setup) -> Result<Class<'_>> {
        Ok(Class { setup, regions: Regions::start(&Ports::choose(Some(0))?).await? })
    }

    pub async fn end(self) {
        self.regions.end().await;
    }

    /// `wasm-pack build` for one of [`BUILDS`].
    pub async fn build(&self, target: &str) -> Result<Command> {
        let mut build = self.wasm_pack().await?;
        build.args(["build", "--target", target, "--out-dir"]).arg(self.folder().join(target));
        // The wasm of all three is one, and half a minute goes into making it small.
        if target != BUILDS[0] {
            build.arg("--no-opt");
        }
        Ok(build)
    }

    /// What was built, in Node, and its typings.
    pub async fn run(&self) -> Result<Command> {
        let mut node = Command::new("node");
        node.arg(self.setup.project.path("tests/class/run.mjs")).arg(self.folder());
        node.env("SHARDD_NPM_TOOLS", self.setup.test_tools().await?);
        self.name_regions(&mut node);
        Ok(node)
    }

    fn folder(&self) -> PathBuf {
        self.setup.project.target.join("class")
    }

    async fn wasm_pack(&self) -> Result<Command> {
        let mut command = Command::new("wasm-pack");
        command.current_dir(&self.setup.project.root).env_remove("LD_LIBRARY_PATH");
        self.setup.wasm().await?.apply(&mut command);
        // It looks for wasm-bindgen and wasm-opt on PATH before it downloads them.
        let mut tools = self.setup.wasm_test_tools().await?.clone();
        let wasm_opt = &self.setup.build_tools().await?.wasm_opt;
        tools.extend(wasm_opt.parent().filter(|folder| *folder != Path::new("")).map(Path::to_path_buf));
        prepend_path(&mut command, &tools);
        self.name_regions(&mut command);
        Ok(command)
    }

    /// Tells the tests of the class where to charge.
    pub fn name_regions(&self, command: &mut Command) {
        command.env("SHARDD_EDGES", self.regions.edges.join(","));
    }
}
