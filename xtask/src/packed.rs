//! The package as a user gets it: packed by npm, and installed into an empty project.
use crate::project::Project;
use crate::step::Step;
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::process::Command;

const LIMIT: Duration = Duration::from_secs(600);

/// Packs pkg/ and names the tarball.
pub async fn tarball(project: &Project, step: &Step) -> Result<PathBuf> {
    let folder = project.target.join("npm");
    std::fs::create_dir_all(&folder)?;
    let mut npm = Command::new("npm");
    npm.args(["pack", "--silent", "--pack-destination"]).arg(&folder).arg(project.package());
    step.run(&mut npm, LIMIT).await.context("npm could not pack pkg/")?;
    Ok(folder.join(concat!("shardd-wasm-", env!("CARGO_PKG_VERSION"), ".tgz")))
}

/// Makes an empty project that has the tarball installed.
pub async fn install(step: &Step, tarball: &Path, folder: &Path) -> Result<()> {
    if folder.exists() {
        std::fs::remove_dir_all(folder)?;
    }
    std::fs::create_dir_all(folder)?;
    std::fs::write(folder.join("package.json"), "{ \"private\": true, \"type\": \"module\" }\n")?;
    let mut npm = Command::new("npm");
    // The package has no dependencies, so there is nothing to ask a registry for.
    npm.args(["install", "--offline", "--no-audit", "--no-fund"]).arg(tarball).current_dir(folder);
    step.run(&mut npm, LIMIT).await.context("npm could not install the packed package")?;
    Ok(())
}
