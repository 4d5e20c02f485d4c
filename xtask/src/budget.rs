//! What the package may weigh: as much as the last commit that said so on purpose, and two per cent.
use crate::lean;
use crate::project::Project;
use crate::setup::Setup;
use crate::size::{Size, Sizes};
use anyhow::{Context, Result, bail};
use serde_json::{Map, Value, json};
use std::path::PathBuf;
use tokio::process::Command;

const TOLERANCE_PERCENT: usize = 2;
/// Where the figures are another compiler's.
const OTHER_COMPILER_PERCENT: usize = 5;

/// Under what a budget is filed, and which compiler its figures are from.
struct Kind {
    library: &'static str,
    compiler: String,
}

impl Kind {
    async fn of(setup: &Setup) -> Result<Kind> {
        let mut rustc = Command::new("rustc");
        rustc.arg("--version").current_dir(&setup.project.root);
        setup.wasm().await?.apply(&mut rustc);
        let output = rustc.output().await.context("rustc does not say its version")?;
        let compiler = String::from_utf8_lossy(&output.stdout);
        let compiler = compiler.split(' ').nth(1).unwrap_or_default().trim().to_owned();
        Ok(Kind { library: lean::name(setup.is_lean().await?), compiler })
    }
}

fn file(project: &Project) -> PathBuf {
    project.path("xtask/budget.json")
}

/// The weights that people pay, in bytes of brotli.
fn weights(sizes: &Sizes) -> [(&'static str, Option<usize>); 3] {
    let bytes = |size: Option<Size>| size.map(|size| size.brotli);
    [
        ("wasm + glue", bytes(sizes.together())),
        ("one file", bytes(sizes.one_file)),
        ("idempotency", bytes(sizes.idempotency)),
    ]
}

/// Fails where something grew, and says by how much.
pub async fn check(setup: &Setup, sizes: &Sizes) -> Result<String> {
    let kind = Kind::of(setup).await?;
    let text = std::fs::read_to_string(file(&setup.project)).context("xtask/budget.json is missing")?;
    let budgets: Value = serde_json::from_str(&text).context("xtask/budget.json is no JSON")?;
    let budget = budgets
        .get(kind.library)
        .with_context(|| format!("xtask/budget.json has nothing for {}", kind.library))?;
    let same = budget.get("compiler").and_then(Value::as_str) == Some(&*kind.compiler);
    let tolerance = if same { TOLERANCE_PERCENT } else { OTHER_COMPILER_PERCENT };
    let mut said = Vec::new();
    for (name, bytes) in weights(sizes) {
        let bytes = bytes.with_context(|| format!("{name} was not measured"))?;
        let allowed = budget.get(name).and_then(Value::as_u64);
        let allowed = allowed.with_context(|| format!("xtask/budget.json has no {name}"))? as usize;
        said.push(judge(name, bytes, allowed, tolerance)?);
    }
    Ok(said.join(", "))
}

fn judge(name: &str, bytes: usize, allowed: usize, tolerance_percent: usize) -> Result<String> {
    let change = (bytes as f64 / allowed as f64 - 1.0) * 100.0;
    if bytes * 100 > allowed * (100 + tolerance_percent) {
        bail!(
            "{name} has grown to {bytes} bytes of brotli from {allowed} ({change:+.1} %): make it smaller, or record the new weight with \
             `cargo xtask build --record` and say in the commit what it bought"
        );
    }
    Ok(format!("{name} {bytes} bytes of brotli ({change:+.1} %)"))
}

/// Takes today's weights for the budget.
pub async fn record(setup: &Setup, sizes: &Sizes) -> Result<()> {
    let kind = Kind::of(setup).await?;
    let file = file(&setup.project);
    let old = std::fs::read_to_string(&file).unwrap_or_else(|_| "{}".into());
    let mut budgets: Map<String, Value> =
        serde_json::from_str(&old).context("xtask/budget.json is no JSON")?;
    let mut budget: Map<String, Value> =
        weights(sizes).map(|(name, bytes)| (name.to_owned(), json!(bytes))).into_iter().collect();
    budget.insert("compiler".into(), kind.compiler.into());
    budgets.insert(kind.library.into(), budget.into());
    Ok(std::fs::write(file, format!("{:#}\n", Value::from(budgets)))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_per_cent_are_no_regression_and_three_are() {
        assert!(judge("wasm + glue", 102_000, 100_000, 2).is_ok());
        assert!(judge("wasm + glue", 80_000, 100_000, 2).is_ok());
        let refused = judge("wasm + glue", 103_000, 100_000, 2).err().map(|error| error.to_string());
        assert!(refused.is_some_and(|said| said.contains("103000") && said.contains("+3.0 %")));
    }
}
