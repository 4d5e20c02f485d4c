//! Everything the other commands need, each part fetched when it is first asked for.
use crate::browser::Browser;
use crate::build;
use crate::cache::Cache;
use crate::lean;
use crate::npm::{self, BuildTools};
use crate::project::Project;
use crate::reach::Reach;
use crate::size::Sizes;
use crate::target::WasmTarget;
use crate::tool::{TEST_RUNNER, WASM_PACK};
use anyhow::Result;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::OnceCell;

/// The working copy and the parts of its set-up that are known to be there.
pub struct Setup {
    pub project: Project,
    cache: Cache,
    wasm: OnceCell<WasmTarget>,
    lean: OnceCell<AtomicBool>,
    build_tools: OnceCell<BuildTools>,
    test_tools: OnceCell<PathBuf>,
    wasm_test_tools: OnceCell<Vec<PathBuf>>,
    browser: OnceCell<Browser>,
    package: OnceCell<Sizes>,
}

impl Setup {
    pub fn new(project: Project) -> Result<Setup> {
        Ok(Setup {
            project,
            cache: Cache::open()?,
            wasm: OnceCell::new(),
            lean: OnceCell::new(),
            build_tools: OnceCell::new(),
            test_tools: OnceCell::new(),
            wasm_test_tools: OnceCell::new(),
            browser: OnceCell::new(),
            package: OnceCell::new(),
        })
    }

    pub async fn everything(&self) -> Result<()> {
        npm::node_major()?;
        self.wasm().await?;
        self.build_tools().await?;
        self.test_tools().await?;
        self.browser().await?;
        self.wasm_test_tools().await?;
        Ok(())
    }

    pub async fn wasm(&self) -> Result<&WasmTarget> {
        self.wasm.get_or_try_init(|| WasmTarget::ready(&self.project, &self.cache)).await
    }

    /// Whether the wasm gets a standard library built for size.
    pub async fn is_lean(&self) -> Result<bool> {
        let ask =
            || async { Ok(AtomicBool::new(lean::is_possible(&self.project, self.wasm().await?).await?)) };
        let lean: Result<&AtomicBool> = self.lean.get_or_try_init(ask).await;
        Ok(lean?.load(Ordering::Relaxed))
    }

    /// It cannot be built here: nobody needs to try again.
    pub fn not_lean(&self) {
        if let Some(lean) = self.lean.get() {
            lean.store(false, Ordering::Relaxed);
        }
    }

    pub async fn build_tools(&self) -> Result<&BuildTools> {
        self.build_tools.get_or_try_init(|| npm::build_tools(&self.cache)).await
    }

    /// A folder whose node_modules holds what the package and page tests import.
    pub async fn test_tools(&self) -> Result<&PathBuf> {
        self.test_tools.get_or_try_init(|| npm::test_tools(&self.cache)).await
    }

    /// The folders of wasm-bindgen's test runner and of wasm-pack.
    pub async fn wasm_test_tools(&self) -> Result<&Vec<PathBuf>> {
        let install = || async {
            // They share most of what they are built from.
            let scratch = self.cache.partial("cargo-target")?;
            let runner = TEST_RUNNER.folder(&self.project, &self.cache, scratch.path()).await?;
            let wasm_pack = WASM_PACK.folder(&self.project, &self.cache, scratch.path()).await?;
            Ok(vec![runner, wasm_pack])
        };
        self.wasm_test_tools.get_or_try_init(install).await
    }

    /// The package in pkg/, built once in a run, and what it weighs.
    pub async fn package(&self) -> Result<&Sizes> {
        self.package.get_or_try_init(|| build::package(self, false)).await
    }

    /// What `cargo xtask test --all` adds to the rows of the package tests.
    pub async fn reach(&self) -> Result<Reach> {
        Reach::ready(&self.project, &self.cache).await
    }

    pub async fn browser(&self) -> Result<&Browser> {
        self.browser.get_or_try_init(Browser::ready).await
    }
}
