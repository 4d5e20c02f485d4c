//! Tools that cargo builds from source: wasm-pack, wasm-bindgen's test runner and Firefox' driver.
use crate::cache::Cache;
use crate::npm::version_of;
use crate::project::Project;
use crate::screen::say;
use crate::step::Step;
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A package that cargo installs, and the program wanted of it.
pub struct Tool {
    package: &'static str,
    program: &'static str,
    version: &'static str,
    /// Its lock file names a version that not every registry still has.
    locked: bool,
}

pub const TEST_RUNNER: Tool = Tool {
    package: "wasm-bindgen-cli",
    program: "wasm-bindgen-test-runner",
    version: "0.2.130",
    locked: false,
};
pub const WASM_PACK: Tool =
    Tool { package: "wasm-pack", program: "wasm-pack", version: "0.15.1", locked: true };

pub const GECKODRIVER: Tool =
    Tool { package: "geckodriver", program: "geckodriver", version: "0.37.1", locked: true };

impl Tool {
    /// The folder that holds the program, installed if it is not there.
    pub async fn folder(&self, project: &Project, cache: &Cache, scratch: &Path) -> Result<PathBuf> {
        let title = format!("{} {}", self.package, self.version);
        if let Some(folder) = self.on_path() {
            Step::already(&title);
            return Ok(folder);
        }
        let name = format!("{}-{}", self.package, self.version);
        let place = cache.path(&name);
        if place.exists() {
            Step::already(&title);
            return Ok(place.join("bin"));
        }
        say(format_args!("  … {title} is compiled once, which takes two to five minutes"));
        let step = Step::begin(title);
        let partial = cache.partial(&name)?;
        let mut install = project.cargo(&["install", self.package, "--no-track"]);
        install.args(["--version", &format!("={}", self.version)]).args(self.locked.then_some("--locked"));
        install.arg("--root").arg(partial.path()).arg("--target-dir").arg(scratch);
        // A test tool that runs for seconds is not worth minutes of optimising.
        install.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1").env("CARGO_PROFILE_RELEASE_LTO", "off");
        install.env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
        let remedy =
            format!("cargo could not install {name}: check the network, or put {} on PATH", self.program);
        step.run(&mut install, Duration::from_secs(3600)).await.context(remedy)?;
        step.done();
        Ok(partial.keep()?.join("bin"))
    }

    fn on_path(&self) -> Option<PathBuf> {
        let folders = std::env::var_os("PATH")?;
        std::env::split_paths(&folders).find(|folder| {
            let program = folder.join(self.program);
            program.is_file()
                && version_of(&program)
                    .is_some_and(|version| version.split(' ').any(|word| word == self.version))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::TEST_RUNNER;

    #[test]
    fn the_runner_is_of_the_locked_wasm_bindgen() {
        let lock = include_str!("../../Cargo.lock");
        let locked = lock.split("[[package]]").find(|package| package.contains("name = \"wasm-bindgen\"\n"));
        assert!(
            locked
                .is_some_and(|package| package.contains(&format!("version = \"{}\"\n", TEST_RUNNER.version))),
            "wasm-bindgen in Cargo.lock differs from {}: change xtask's Cargo.toml and tool.rs with it",
            TEST_RUNNER.version
        );
    }
}
