//! The local shardd as a program that tests start.
use crate::project::Project;
use crate::row::cargo;
use anyhow::{Context, Result};
use std::path::PathBuf;

/// Built together with xtask, since alone its dependencies would be compiled anew with fewer features. Tests start a copy: `cargo test`
/// beside them puts one of its own in the place of what was built.
pub async fn program(project: &Project) -> Result<PathBuf> {
    let build = ["build", "--package", "shardd-local", "--package", "xtask"];
    cargo(project.cargo(&build), "cargo build shardd-local").await?;
    let folder = project.target.join("local");
    std::fs::create_dir_all(&folder)?;
    let program = folder.join("shardd-local");
    // What runs cannot be written over, so the new one takes its name.
    let arriving = folder.join("shardd-local.new");
    std::fs::copy(project.target.join("debug").join("shardd-local"), &arriving)
        .with_context(|| format!("{} cannot be copied to", arriving.display()))?;
    std::fs::rename(&arriving, &program)?;
    Ok(program)
}
