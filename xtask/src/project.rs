//! Where things are in the working copy.
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The working copy xtask was started for.
pub struct Project {
    pub root: PathBuf,
    pub target: PathBuf,
    /// This very program, for tests that start it again. Read early: `cargo test` may replace the file while we run.
    pub xtask: PathBuf,
}

impl Project {
    pub fn find() -> Result<Project> {
        // cargo names the directory of today; the compiled-in one is for a direct start of target/debug/xtask.
        let manifest = std::env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
        let root = manifest.parent().context("xtask is not inside the workspace")?.to_path_buf();
        let target = target_directory(&root)?;
        let xtask = std::env::current_exe().context("the path of xtask itself is unknown")?;
        Ok(Project { root, target, xtask })
    }

    pub fn path(&self, relative: impl AsRef<Path>) -> PathBuf {
        self.root.join(relative)
    }

    pub fn stage(&self) -> PathBuf {
        self.target.join("pkg-stage")
    }

    pub fn package(&self) -> PathBuf {
        self.root.join("pkg")
    }

    /// A cargo command in the root, free of what cargo told *us* when it started us.
    pub fn cargo(&self, arguments: &[&str]) -> tokio::process::Command {
        let mut command = tokio::process::Command::new("cargo");
        command.args(arguments).current_dir(&self.root);
        for name in
            ["CARGO", "CARGO_MANIFEST_DIR", "CARGO_MANIFEST_PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"]
        {
            command.env_remove(name);
        }
        command
    }
}

fn target_directory(root: &Path) -> Result<PathBuf> {
    let output = Command::new("cargo")
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(root)
        .output()
        .context("cargo is missing: install Rust with rustup")?;
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).with_context(|| {
        format!("cargo metadata failed: {}", String::from_utf8_lossy(&output.stderr).trim())
    })?;
    let target = metadata.get("target_directory").and_then(|value| value.as_str());
    Ok(target.context("cargo metadata names no target directory")?.into())
}
