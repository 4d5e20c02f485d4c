//! The user's cache, where tools live so that a second clone finds them.
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

/// A folder per user, not per clone.
pub struct Cache {
    folder: PathBuf,
}

/// A folder being filled. It is removed unless kept, so that an interrupted step leaves nothing half done.
pub struct Partial {
    folder: PathBuf,
    place: PathBuf,
}

impl Cache {
    pub fn open() -> Result<Cache> {
        let named = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let folder = named("SHARDD_WASM_CACHE")
            .or_else(|| Some(named("XDG_CACHE_HOME")?.join("shardd-wasm")))
            .or_else(|| Some(std::env::home_dir()?.join(".cache").join("shardd-wasm")))
            .context("there is no home directory to keep tools in: set SHARDD_WASM_CACHE to a folder")?;
        std::fs::create_dir_all(&folder).with_context(|| {
            format!("{} cannot be written: set SHARDD_WASM_CACHE to a folder", folder.display())
        })?;
        Ok(Cache { folder: std::path::absolute(&folder)? })
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Starts a folder that appears under `name` only once it is kept.
    pub fn partial(&self, name: &str) -> Result<Partial> {
        let partial = Partial {
            folder: self.path(&format!("{name}.partial-{}", std::process::id())),
            place: self.path(name),
        };
        std::fs::create_dir_all(&partial.folder)?;
        Ok(partial)
    }
}

impl Partial {
    pub fn path(&self) -> &Path {
        &self.folder
    }

    pub fn keep(self) -> Result<PathBuf> {
        let place = self.place.clone();
        // Where another clone was quicker, its folder is as good as ours.
        if std::fs::rename(&self.folder, &place).is_err() && !place.exists() {
            anyhow::bail!("{} could not be moved into place", self.folder.display());
        }
        Ok(place)
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        // After a rename there is nothing to remove.
        let _removed = std::fs::remove_dir_all(&self.folder);
    }
}
