//! What only `cargo xtask test --all` asks for: bundlers and frameworks, Firefox, and WebKit.
use crate::apt;
use crate::browser::named;
use crate::cache::Cache;
use crate::npm;
use crate::project::Project;
use crate::screen::say;
use crate::step::Step;
use crate::tool::GECKODRIVER;
use anyhow::{Context, Result};
use std::path::PathBuf;
use tokio::process::Command;

const FIREFOX: &str =
    "install Firefox and geckodriver and set SHARDD_FIREFOX and SHARDD_GECKODRIVER to their paths";
const WEBKIT: &str =
    "install WebKitGTK's WebKitWebDriver and xvfb-run and set SHARDD_WEBKIT_DRIVER to the driver's path";

/// Where they are. A browser that cannot be had is no failure: its row says that it could not run, and why.
pub struct Reach {
    bundlers: PathBuf,
    next: PathBuf,
    firefox: Option<Firefox>,
    webkit: Option<PathBuf>,
}

struct Firefox {
    program: PathBuf,
    driver: PathBuf,
}

impl Reach {
    pub async fn ready(project: &Project, cache: &Cache) -> Result<Reach> {
        let bundlers = npm::bundlers(cache).await?;
        let next = npm::next(cache).await?;
        let firefox = said(Firefox::ready(project, cache).await);
        let webkit = said(webkit().await);
        Ok(Reach { bundlers, next, firefox, webkit })
    }

    /// Tells the tests.
    pub fn apply(&self, tests: &mut Command) {
        tests.env("SHARDD_NPM_BUNDLERS", &self.bundlers).env("SHARDD_NPM_NEXT", &self.next);
        if let Some(Firefox { program, driver }) = &self.firefox {
            tests.env("SHARDD_FIREFOX", program).env("SHARDD_GECKODRIVER", driver);
        }
        if let Some(driver) = &self.webkit {
            tests.env("SHARDD_WEBKIT_DRIVER", driver);
        }
    }
}

impl Firefox {
    async fn ready(project: &Project, cache: &Cache) -> Result<Firefox> {
        let find = || named("SHARDD_FIREFOX", &["firefox-esr", "firefox"]);
        if find().is_none() {
            apt::install(&["firefox-esr"], FIREFOX).await?;
        }
        let program = find().with_context(|| format!("firefox is not on PATH: {FIREFOX}"))?;
        Step::already("firefox");
        if let Some(driver) = std::env::var_os("SHARDD_GECKODRIVER") {
            return Ok(Firefox { program, driver: driver.into() });
        }
        // Debian has no package of it.
        let scratch = cache.partial("cargo-target")?;
        let folder = GECKODRIVER.folder(project, cache, scratch.path()).await?;
        Ok(Firefox { program, driver: folder.join("geckodriver") })
    }
}

/// WebKitGTK's driver, which brings its browser, and a screen for it: it cannot do without one.
async fn webkit() -> Result<PathBuf> {
    let find = || named("SHARDD_WEBKIT_DRIVER", &["WebKitWebDriver"]);
    if find().is_none() || named("SHARDD_XVFB", &["xvfb-run"]).is_none() {
        apt::install(&["webkit2gtk-driver", "xvfb", "xauth"], WEBKIT).await?;
    }
    let driver = find().with_context(|| format!("WebKitWebDriver is not on PATH: {WEBKIT}"))?;
    Step::already("webkit and its driver");
    Ok(driver)
}

/// A part that is there, or a line about why not.
fn said<T>(part: Result<T>) -> Option<T> {
    part.inspect_err(|error| say(format_args!("  – {error:#}"))).ok()
}
