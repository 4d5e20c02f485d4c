//! A compiler for wasm32-unknown-unknown.
use crate::cache::Cache;
use crate::debian;
use crate::npm::version_of;
use crate::project::Project;
use crate::step::Step;
use anyhow::Result;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::process::Command;

pub const TARGET: &str = "wasm32-unknown-unknown";

/// How cargo reaches a compiler that has the target.
pub enum WasmTarget {
    /// The compiler at hand has it.
    AtHand,
    /// A toolchain that rustup knows by this name.
    Toolchain(String),
    /// Programs in this folder, where there is no rustup.
    Folder(PathBuf),
}

impl WasmTarget {
    pub async fn ready(project: &Project, cache: &Cache) -> Result<WasmTarget> {
        // The way through Debian's packages can be asked for, so that it can be tested.
        let debian = std::env::var_os("SHARDD_WASM_TARGET").is_some_and(|way| way == "debian");
        if !debian && WasmTarget::AtHand.has_std(project) {
            Step::already(TARGET);
            return Ok(WasmTarget::AtHand);
        }
        let rustup = version_of(Path::new("rustup")).is_some();
        if !debian && rustup && added_by_rustup(project).await? {
            return Ok(WasmTarget::AtHand);
        }
        debian::toolchain(project, cache, rustup).await
    }

    /// A cargo command whose compiler has the target.
    pub fn cargo(&self, project: &Project, arguments: &[&str]) -> Command {
        let mut command = project.cargo(arguments);
        self.apply(&mut command);
        command
    }

    /// Makes cargo, wherever the command starts it, find the compiler.
    pub fn apply(&self, command: &mut Command) {
        match self {
            WasmTarget::AtHand => {}
            WasmTarget::Toolchain(name) => {
                command.env("RUSTUP_TOOLCHAIN", name);
            }
            WasmTarget::Folder(folder) => prepend_path(command, &[folder.join("bin")]),
        }
    }

    /// Whether the compiler finds a standard library for the target.
    pub fn has_std(&self, project: &Project) -> bool {
        let mut rustc = Command::new("rustc");
        rustc.args(["--print", "target-libdir", "--target", TARGET]).current_dir(&project.root);
        self.apply(&mut rustc);
        let Ok(output) = rustc.as_std_mut().output() else { return false };
        has_std_in(Path::new(String::from_utf8_lossy(&output.stdout).trim()))
    }
}

/// Whether a compiler's library folder holds a standard library.
fn has_std_in(folder: &Path) -> bool {
    let Ok(entries) = std::fs::read_dir(folder) else { return false };
    entries.flatten().any(|entry| {
        let name = entry.file_name();
        name.to_string_lossy().starts_with("libstd-")
    })
}

async fn added_by_rustup(project: &Project) -> Result<bool> {
    let step = Step::begin(format!("rustup target add {TARGET}"));
    let mut rustup = Command::new("rustup");
    rustup.args(["target", "add", TARGET]).current_dir(&project.root).env("RUSTUP_MAX_RETRIES", "1");
    let outcome = step.attempt(&mut rustup, Duration::from_secs(180)).await?;
    if outcome.success && WasmTarget::AtHand.has_std(project) {
        step.done();
        return Ok(true);
    }
    step.gave_up("rustup could not fetch it; next: the compiler of Debian's packages");
    Ok(false)
}

/// Puts folders before the others in the PATH of a command.
pub fn prepend_path(command: &mut Command, folders: &[PathBuf]) {
    let inherited =
        command.as_std().get_envs().find(|(name, _)| *name == "PATH").and_then(|(_, value)| value);
    let path = inherited.map(ToOwned::to_owned).or_else(|| std::env::var_os("PATH")).unwrap_or_default();
    let all = folders.iter().cloned().chain(std::env::split_paths(&path));
    // Only a folder with a colon in its name fails, and PATH cannot hold that one anyway.
    if let Ok(joined) = std::env::join_paths(all) {
        command.env("PATH", joined);
    }
}
