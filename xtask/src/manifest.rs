//! package.json, and the folders for those who do not read all of it.
use crate::screen::say;
use anyhow::{Context, Result, bail};
use serde_json::{Map, Value, json};
use std::path::Path;

/// package.json with the workspace's version; every file it names must be there.
pub fn write(template: &Path, package: &Path) -> Result<()> {
    if !template.exists() {
        say("  ! pkg-template/package.json is missing: pkg/ cannot be packed");
        return Ok(());
    }
    let text = std::fs::read_to_string(template)?;
    let manifest: Value = serde_json::from_str(&text).context("pkg-template/package.json is no JSON")?;
    // Replaced in the text: written anew, the conditions of `exports` would lose the order that they are tried in.
    let placeholder = manifest.get("version").context("pkg-template/package.json has no version")?;
    let text = text.replacen(
        &format!("\"version\": {placeholder}"),
        concat!("\"version\": \"", env!("CARGO_PKG_VERSION"), "\""),
        1,
    );
    std::fs::write(package.join("package.json"), text)?;
    for name in ["main", "module", "types", "bin", "exports"] {
        for file in manifest.get(name).map(files_named_in).unwrap_or_default() {
            if !file.contains('*') && !package.join(&file).exists() {
                bail!("package.json names {file} under \"{name}\", and nothing in pkg-template makes it");
            }
        }
    }
    let exports = manifest.get("exports").and_then(Value::as_object);
    for (subpath, target) in exports.into_iter().flatten() {
        if let Some(name) = subpath.strip_prefix("./").filter(|name| !name.ends_with(".json")) {
            write_folder(name, target, package)?;
        }
    }
    Ok(())
}

/// A folder named like the subpath that points to the same files, for resolvers from before `exports`: TypeScript's "node", which
/// is the default of many a project, and Parcel's default.
fn write_folder(name: &str, target: &Value, package: &Path) -> Result<()> {
    let folder = package.join(name);
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("package.json"), format!("{:#}\n", pointing(name, target)))
        .with_context(|| format!("{} cannot be written", folder.display()))
}

/// The package.json in that folder.
fn pointing(name: &str, target: &Value) -> Value {
    let top = "../".repeat(name.split('/').count());
    let file = |conditions: &[&str]| {
        let found = conditions.iter().try_fold(target, |value, condition| value.get(condition));
        found.and_then(Value::as_str).map(|file| json!(file.replacen("./", &top, 1)))
    };
    let mut fields = Map::new();
    for (field, places) in [
        ("main", [&["require", "default"][..], &["default", "default"], &["default"]]),
        ("module", [&["module", "default"], &["default", "default"], &["default"]]),
        ("types", [&["require", "types"], &["default", "types"], &["types"]]),
    ] {
        if let Some(file) = places.iter().find_map(|place| file(place)) {
            fields.insert(field.into(), file);
        }
    }
    fields.insert("sideEffects".into(), json!(false));
    Value::Object(fields)
}

fn files_named_in(value: &Value) -> Vec<String> {
    match value {
        Value::String(file) => vec![file.clone()],
        Value::Object(conditions) => conditions.values().flat_map(files_named_in).collect(),
        Value::Array(alternatives) => alternatives.iter().flat_map(files_named_in).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_points_to_what_its_subpath_exports() {
        let both = json!({
            "module": { "types": "./dist/slim.d.ts", "default": "./dist/slim.js" },
            "require": { "types": "./dist/slim.d.cts", "default": "./dist/slim.cjs" },
            "default": { "types": "./dist/slim.d.ts", "default": "./dist/slim.js" },
        });
        let folder = json!({
            "main": "../dist/slim.cjs",
            "module": "../dist/slim.js",
            "types": "../dist/slim.d.cts",
            "sideEffects": false,
        });
        assert_eq!(pointing("slim", &both), folder);
    }

    #[test]
    fn one_without_conditions_points_to_the_one_file() {
        let one = json!({ "types": "./dist/testing.d.ts", "default": "./dist/testing-workerd.js" });
        let folder = json!({
            "main": "../../dist/testing-workerd.js",
            "module": "../../dist/testing-workerd.js",
            "types": "../../dist/testing.d.ts",
            "sideEffects": false,
        });
        assert_eq!(pointing("testing/workerd", &one), folder);
    }
}
