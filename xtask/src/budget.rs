//! What the package may weigh: as much as the last commit that said so on purpose, and two per cent.
use crate::lean;
use crate::project::Project;
use crate::size::Sizes;
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::path::PathBuf;

/// Compilers differ by less.
const TOLERANCE_PERCENT: usize = 2;

fn file(project: &Project) -> PathBuf {
    project.path("xtask/budget.json")
}

/// The weights that people pay, in bytes of brotli.
fn weights(sizes: &Sizes) -> [(&'static str, Option<usize>); 2] {
    let bytes = |size: Option<crate::size::Size>| size.map(|size| size.brotli);
    [("wasm + glue", bytes(sizes.together())), ("one file", bytes(sizes.one_file))]
}

/// Fails where something grew, and says by how much.
pub fn check(project: &Project, sizes: &Sizes, lean: bool) -> Result<String> {
    let text = std::fs::read_to_string(file(project)).context("xtask/budget.json is missing")?;
    let budget: Value = serde_json::from_str(&text).context("xtask/budget.json is no JSON")?;
    let mut said = Vec::new();
    for (name, bytes) in weights(sizes) {
        let bytes = bytes.with_context(|| format!("{name} was not measured"))?;
        let allowed = budget
            .get(lean::name(lean))
            .and_then(|weights| weights.get(name)?.as_u64())
            .with_context(|| format!("xtask/budget.json has no {name}"))?;
        said.push(judge(name, bytes, allowed as usize)?);
    }
    Ok(said.join(", "))
}

fn judge(name: &str, bytes: usize, allowed: usize) -> Result<String> {
    let change = (bytes as f64 / allowed as f64 - 1.0) * 100.0;
    if bytes * 100 > allowed * (100 + TOLERANCE_PERCENT) {
        bail!(
            "{name} has grown to {bytes} bytes of brotli from {allowed} ({change:+.1} %): make it smaller, or record the new weight with \
             `cargo xtask build --record` and say in the commit what it bought"
        );
    }
    Ok(format!("{name} {bytes} bytes of brotli ({change:+.1} %)"))
}

/// Takes today's weights for the budget.
pub fn record(project: &Project, sizes: &Sizes, lean: bool) -> Result<()> {
    let file = file(project);
    let old = std::fs::read_to_string(&file).unwrap_or_else(|_| "{}".into());
    let mut budget: Value = serde_json::from_str(&old).context("xtask/budget.json is no JSON")?;
    let weights = weights(sizes).map(|(name, bytes)| (name.to_owned(), json!(bytes)));
    let all = budget.as_object_mut().context("xtask/budget.json is no JSON object")?;
    all.insert(lean::name(lean).into(), Value::Object(weights.into_iter().collect()));
    Ok(std::fs::write(file, format!("{budget:#}\n"))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_per_cent_are_no_regression_and_three_are() {
        assert!(judge("wasm + glue", 102_000, 100_000).is_ok());
        assert!(judge("wasm + glue", 80_000, 100_000).is_ok());
        let refused = judge("wasm + glue", 103_000, 100_000).err().map(|error| error.to_string());
        assert!(refused.is_some_and(|said| said.contains("103000") && said.contains("+3.0 %")));
    }
}
