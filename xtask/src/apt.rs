//! Packages of Debian and its kin.
use crate::step::Step;
use anyhow::{Context, Result, bail};
use std::process::{Command, Stdio};
use std::time::Duration;
use tokio::sync::OnceCell;

/// The lists are refreshed once in a run.
static LISTS: OnceCell<()> = OnceCell::const_new();

const LIMIT: Duration = Duration::from_secs(900);

/// Installs those of the packages that are not there. `remedy` is what a machine without apt is told.
pub async fn install(packages: &[&str], remedy: &str) -> Result<()> {
    let missing: Vec<&str> = packages.iter().copied().filter(|package| !installed(package)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let list = missing.join(" ");
    if !succeeds(&["apt-get", "--version"]) {
        bail!("apt-get is not available to install {list}: {remedy}");
    }
    if !is_root() && !succeeds(&["sudo", "-n", "true"]) {
        bail!(
            "{list} is missing: run `sudo apt-get install -y --no-install-recommends {list}` and start again"
        );
    }
    let step = Step::begin(format!("apt: {list}"));
    // Where the lists cannot be refreshed, those that are there may do.
    LISTS.get_or_try_init(|| async { step.attempt(&mut apt(&["update"]), LIMIT).await.map(drop) }).await?;
    let mut arguments = vec!["install", "-y", "--no-install-recommends"];
    arguments.extend(missing);
    let outcome = step.run(&mut apt(&arguments), LIMIT).await;
    outcome.with_context(|| format!("apt-get could not install {list}: {remedy}"))?;
    step.done();
    Ok(())
}

/// The files that an installed package brought.
pub fn files(package: &str) -> Vec<String> {
    let output = Command::new("dpkg-query").args(["-L", package]).stderr(Stdio::null()).output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    text.lines().map(str::to_owned).collect()
}

/// Whether we may do everything; Chromium's sandbox, for one, refuses that.
pub fn is_root() -> bool {
    #[cfg(unix)]
    return rustix::process::geteuid().is_root();
    #[cfg(not(unix))]
    false
}

fn apt(arguments: &[&str]) -> tokio::process::Command {
    let program = if is_root() { "apt-get" } else { "sudo" };
    let mut command = tokio::process::Command::new(program);
    let through_sudo = (!is_root()).then_some(["-n", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
    command.args(through_sudo.into_iter().flatten()).env("DEBIAN_FRONTEND", "noninteractive");
    // Another apt may be at work beside us.
    command.args(["-q", "-o", "DPkg::Lock::Timeout=120"]).args(arguments);
    command
}

fn installed(package: &str) -> bool {
    let output =
        Command::new("dpkg-query").args(["-W", "-f", "${Status}", package]).stderr(Stdio::null()).output();
    output.is_ok_and(|output| output.stdout.ends_with(b" installed"))
}

fn succeeds(command: &[&str]) -> bool {
    let Some((program, arguments)) = command.split_first() else { return false };
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}
