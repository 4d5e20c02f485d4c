//! The browser of the tests and its driver.
use crate::apt;
use crate::step::Step;
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

const REMEDY: &str = "install Chromium and its driver and set CHROME and CHROMEDRIVER to their paths";

/// Chromium, or Chrome, and the program that drives it.
#[derive(Clone)]
pub struct Browser {
    pub chrome: PathBuf,
    pub driver: PathBuf,
}

impl Browser {
    /// What CHROME and CHROMEDRIVER name, else what is on PATH, else Debian's packages.
    pub async fn ready() -> Result<Browser> {
        if let Some(browser) = Browser::find() {
            Step::already("chromium and its driver");
            return Ok(browser);
        }
        apt::install(&["chromium", "chromium-driver"], REMEDY).await?;
        Browser::find().with_context(|| format!("chromium is not on PATH: {REMEDY}"))
    }

    fn find() -> Option<Browser> {
        let chrome =
            named("CHROME", &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"])?;
        Some(Browser { chrome, driver: named("CHROMEDRIVER", &["chromedriver"])? })
    }

    /// Writes the capabilities that wasm-bindgen's test runner hands to the driver.
    pub fn capabilities(&self, file: &Path) -> Result<()> {
        // The runner itself adds what headless and root need.
        let arguments =
            ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"];
        let options = serde_json::json!({ "binary": self.chrome, "args": arguments });
        let capabilities = serde_json::json!({ "goog:chromeOptions": options });
        std::fs::write(file, capabilities.to_string())
            .with_context(|| format!("{} cannot be written", file.display()))
    }
}

/// What a variable names, else the first of the programs that is on PATH.
pub fn named(variable: &str, programs: &[&str]) -> Option<PathBuf> {
    if let Some(path) = std::env::var_os(variable) {
        return Some(path.into());
    }
    let folders: Vec<PathBuf> = std::env::split_paths(&std::env::var_os("PATH")?).collect();
    let candidates =
        programs.iter().flat_map(|program| folders.iter().map(move |folder| folder.join(program)));
    candidates.into_iter().find(|candidate| candidate.is_file())
}
