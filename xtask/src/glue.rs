//! wasm-bindgen's glue as a function that makes glue for one instance.
//!
//! As it comes, glue is a module with one instance for ever. But an instance that trapped is lost, and what its promises, timers
//! and finalizers still call must never reach the memory of the next one. (wasm-bindgen's own way, `__wbg_reset_state`, swaps the
//! instance under the same glue: closures of the old one then throw out of timers and microtasks, which ends a Node process; and
//! every method pays for a look at whose object it is.)
use crate::npm::BuildTools;
use crate::step::Step;
use anyhow::{Context, Result};
use std::path::Path;
use std::time::Duration;
use tokio::process::Command;

/// How the wasm is started by hand; the glue's own ways are left out with all that they load.
const START: &str = "\nexport { __wbg_get_imports, __wbg_finalize_init };\n";

/// Writes `<name>.js`, whose default export gives what the glue exports, and what it is started with.
pub async fn stage(step: &Step, tools: &BuildTools, glue: &Path, stage: &Path, name: &str) -> Result<()> {
    let text = std::fs::read_to_string(glue).with_context(|| format!("{} is missing", glue.display()))?;
    let module = format!("{name}-glue.js");
    std::fs::write(stage.join(&module), format!("{text}{START}"))?;
    let entry = stage.join(format!("{name}-entry.js"));
    let exports = exports(&text).join(", ");
    std::fs::write(
        &entry,
        format!("export {{ {exports}, __wbg_get_imports, __wbg_finalize_init }} from \"./{module}\";\n"),
    )?;
    let shaken = stage.join(format!("{name}-shaken.js"));
    let mut esbuild = Command::new(&tools.esbuild);
    esbuild.arg(&entry).args(["--bundle", "--format=esm", "--target=es2020", "--charset=utf8"]);
    esbuild.args(["--log-level=warning", &format!("--outfile={}", shaken.display())]);
    step.run(&mut esbuild, Duration::from_secs(300)).await.context("esbuild does not read the glue")?;
    let factory = factory(&std::fs::read_to_string(&shaken)?);
    let factory = factory.with_context(|| format!("the exports of {name} changed their shape"))?;
    // Copies of one version of the package find each other by it.
    let version = env!("CARGO_PKG_VERSION");
    let module = format!("{factory}export const version = \"{version}\";\n");
    std::fs::write(stage.join(format!("{name}.js")), module)?;
    Ok(())
}

/// The names of the classes and functions that a module exports where it declares them.
fn exports(glue: &str) -> Vec<&str> {
    let declared = glue.lines().filter_map(|line| {
        let line = line.strip_prefix("export ")?;
        line.strip_prefix("class ").or_else(|| line.strip_prefix("function "))
    });
    declared.filter_map(|rest| rest.split([' ', '(']).next()).collect()
}

/// The module inside a function; none if it exports in another way than esbuild does, in one clause at its end.
fn factory(module: &str) -> Option<String> {
    let (body, names) = module.rsplit_once("export {")?;
    let is_plain = !names.contains(" as ") && !body.lines().any(|line| line.starts_with("export "));
    is_plain.then(|| format!("export default function () {{\n{body}return {{{names}}}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_becomes_a_function() {
        let module = "class A {\n}\nfunction b() {\n}\nexport {\n  A,\n  b\n};\n";
        let function =
            "export default function () {\nclass A {\n}\nfunction b() {\n}\nreturn {\n  A,\n  b\n};\n}\n";
        assert_eq!(factory(module).as_deref(), Some(function));
        assert_eq!(factory("export {\n  A as B\n};\n"), None);
    }

    #[test]
    fn exports_are_found_where_they_are_declared() {
        let glue = "/* x */\nexport class Shardd {\n}\nexport function start(one) {\n}\nfunction own() {}\n";
        assert_eq!(exports(glue), ["Shardd", "start"]);
    }
}
