//! From glue and wasm to the npm package, through the entries of pkg-template.
use crate::bindgen::{Bound, CLIENT, IDEMPOTENCY, Source};
use crate::generate::TYPINGS;
use crate::glue;
use crate::manifest;
use crate::npm::BuildTools;
use crate::project::Project;
use crate::screen::say;
use crate::step::Step;
use anyhow::{Context, Result};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::process::Command;

/// About how long a line of the package is: Node prints the one from which an error comes that nobody catches.
const LINE_LENGTH: usize = 300;

/// What esbuild makes one file of the package from: a row of pkg-template/entries.json.
struct Entry {
    entry: String,
    out: String,
    format: String,
    external: Vec<String>,
}

/// Fills the stage, bundles every entry into pkg/ and adds what stands beside them.
pub async fn package(project: &Project, tools: &BuildTools, client: &Bound, others: &[&Bound]) -> Result<()> {
    let wasms = || std::iter::once(client).chain(others.iter().copied());
    let template = project.path("pkg-template");
    let (stage, package) = (project.stage(), project.package());
    let step = Step::begin("npm package into pkg/");
    for folder in [&stage, &package] {
        if folder.exists() {
            std::fs::remove_dir_all(folder)
                .with_context(|| format!("{} cannot be emptied", folder.display()))?;
        }
        std::fs::create_dir_all(folder)?;
    }
    copy_folder(&template, &stage)?;
    for bound in wasms() {
        bound.stage(&step, tools, &stage).await?;
    }
    let entries = Entry::read_all(&template.join("entries.json"))?;
    let every_other = async |first: usize| -> Result<()> {
        for entry in entries.iter().skip(first).step_by(2) {
            entry.bundle(&step, tools, &stage, &package).await?;
        }
        Ok(())
    };
    // Two at a time: terser keeps one core busy.
    tokio::try_join!(every_other(0), every_other(1))?;
    for bound in wasms() {
        copy(&bound.wasm, &package.join("dist").join(bound.wasm_name()))?;
    }
    write_typings(project, &stage, &package)?;
    for page in ["README.md", "LICENSE"] {
        if project.path(page).exists() {
            copy(&project.path(page), &package.join(page))?;
        }
    }
    manifest::write(&stage.join("package.json"), &package)?;
    step.done();
    Ok(())
}

/// The default entry as esbuild minifies it, without the wasm: what the glue costs.
pub async fn glue(step: &Step, project: &Project, tools: &BuildTools) -> Result<Option<PathBuf>> {
    let stage = project.stage();
    let Some(first) = Entry::read_all(&stage.join("entries.json"))?.into_iter().next() else {
        return Ok(None);
    };
    let external = vec!["*-inline.js".into(), "*.wasm".into()];
    let glue = Entry { out: "glue.js".into(), external, ..first };
    glue.bundle(step, tools, &stage, &stage).await?;
    Ok(Some(stage.join("glue.js")))
}

/// An entry of the tests around a wasm that is no part of the package.
pub struct Subject {
    title: &'static str,
    /// The wasm of the package that this one stands for.
    stands_for: Source,
    /// The folder of the target, and what script and wasm are called in it.
    name: &'static str,
    entry: &'static str,
}

/// The package's `slim` entry around a wasm that can be made to panic.
pub const PANICKING: Subject = Subject {
    title: "a wasm that can be made to panic",
    stands_for: CLIENT,
    name: "provoked",
    entry: "tests/provoke/entry.js",
};
/// The conformance table around the way in which the package asks a store.
pub const CONFORMING: Subject = Subject {
    title: "the conformance table",
    stands_for: IDEMPOTENCY,
    name: "conformance",
    entry: "tests/conform/entry.js",
};
/// The client that reads in Rust.
pub const READING: Subject = Subject {
    title: "the client that reads in Rust",
    stands_for: CLIENT,
    name: "reader",
    entry: "tests/npm/rows/reading/entry.js",
};

impl Subject {
    /// The folder that has its script and its wasm: the package's scripts, with its glue in place of that of the package's own.
    pub async fn bundle(&self, project: &Project, tools: &BuildTools, bound: &Bound) -> Result<PathBuf> {
        let step = Step::begin(self.title);
        let stage = project.target.join(self.name);
        if stage.exists() {
            std::fs::remove_dir_all(&stage)?;
        }
        copy_folder(&project.path("pkg-template"), &stage)?;
        glue::stage(&step, tools, &bound.glue, &stage, self.stands_for.name).await?;
        copy(&project.path(self.entry), &stage.join("entry.js"))?;
        let out = format!("{}.js", self.name);
        let entry = Entry { entry: "entry.js".into(), out, format: "esm".into(), external: vec![] };
        entry.bundle(&step, tools, &stage, &stage).await?;
        copy(&bound.wasm, &stage.join(format!("{}.wasm", self.name)))?;
        step.done();
        Ok(stage)
    }
}

impl Bound {
    fn wasm_name(&self) -> String {
        format!("{}_bg.wasm", self.source.name)
    }

    /// Glue, wasm, and a module that stands for the wasm as text.
    async fn stage(&self, step: &Step, tools: &BuildTools, stage: &Path) -> Result<()> {
        let name = self.source.name;
        glue::stage(step, tools, &self.glue, stage, name).await?;
        copy(&self.wasm, &stage.join(self.wasm_name()))?;
        let placeholder = placeholder(&self.wasm_name());
        std::fs::write(stage.join(format!("{name}-inline.js")), format!("export default {placeholder};\n"))?;
        Ok(())
    }
}

impl Entry {
    fn read_all(file: &Path) -> Result<Vec<Entry>> {
        if !file.exists() {
            say("  ! pkg-template/entries.json is missing: pkg/ gets no JavaScript");
            return Ok(Vec::new());
        }
        let text = std::fs::read_to_string(file)?;
        let rows: Vec<Value> = serde_json::from_str(&text).context("entries.json is no array of objects")?;
        rows.iter().map(Entry::read).collect()
    }

    fn read(row: &Value) -> Result<Entry> {
        let text = |name: &str| {
            let value = row.get(name).and_then(Value::as_str).map(str::to_owned);
            value.with_context(|| format!("a row of entries.json has no \"{name}\": {row}"))
        };
        let external = row.get("external").and_then(Value::as_array).into_iter().flatten();
        let external = external.filter_map(Value::as_str).map(str::to_owned).collect();
        Ok(Entry { entry: text("entry")?, out: text("out")?, format: text("format")?, external })
    }

    async fn bundle(&self, step: &Step, tools: &BuildTools, stage: &Path, package: &Path) -> Result<()> {
        let mut esbuild = Command::new(&tools.esbuild);
        esbuild.current_dir(stage).arg(format!("./{}", self.entry));
        // "neutral": what only Node or only browsers have must be named in `external`, not guessed. All in ASCII, esbuild's own way: one letter
        // beyond Latin-1, and engines keep the whole text, half a megabyte of digits, twice as wide.
        esbuild.args(["--bundle", "--minify", "--target=es2020", "--platform=neutral"]);
        esbuild.args(["--legal-comments=none", "--log-level=warning", &format!("--format={}", self.format)]);
        esbuild.arg(format!("--line-limit={LINE_LENGTH}"));
        esbuild.args(self.external.iter().map(|pattern| format!("--external:{pattern}")));
        let out = package.join(&self.out);
        esbuild.arg(format!("--outfile={}", out.display()));
        step.run(&mut esbuild, Duration::from_secs(300))
            .await
            .with_context(|| format!("pkg-template/{} could not be bundled", self.entry))?;
        std::fs::write(&out, std::fs::read_to_string(&out)?.replace(DEFINE, DEFINE_OWN))?;
        if self.format == "esm" {
            self.shorten(step, tools, &out).await?;
        }
        inline(stage, &out)
    }

    /// Terser sees through more than esbuild does, which inlines no function of several statements: 1.2 KB of brotli in the default entry. A second
    /// pass gains 0.1, and takes as long again; shorter names of properties lose 0.2, since brotli has the words. Not for `require`, whose bytes no
    /// page loads: it would take out the dead line by which Node knows the names of what a CommonJS module exports.
    async fn shorten(&self, step: &Step, tools: &BuildTools, out: &Path) -> Result<()> {
        let mut terser = Command::new(&tools.terser);
        terser.arg(out).args(["--module", "--ecma", "2020", "--compress", "--mangle"]);
        terser
            .args(["--format", &format!("ascii_only=true,max_line_len={LINE_LENGTH}"), "--output"])
            .arg(out);
        step.run(&mut terser, Duration::from_secs(300))
            .await
            .with_context(|| format!("pkg-template/{} could not be shortened", self.entry))?;
        Ok(())
    }
}

/// What stands for a wasm until the entry is bundled: esbuild breaks long texts where lines are limited, which costs five kilobytes.
fn placeholder(wasm_name: &str) -> String {
    format!("\"wasm:{wasm_name}\"")
}

/// What esbuild's own functions define exports and fields by, as it is minified.
const DEFINE: &str = "=Object.defineProperty;";
/// The same where a page has extended `Object.prototype`: descriptors inherit nothing, and what exports inherit is not exported.
const DEFINE_OWN: &str = "=(object,name,own)=>Object.hasOwn(own,\"get\")&&own.get===Object.prototype[name]?object:\
    Object.defineProperty(object,name,{__proto__:null,...own});";

/// Puts the wasms in, as digits.
fn inline(stage: &Path, out: &Path) -> Result<()> {
    let mut text = std::fs::read_to_string(out)?;
    for entry in std::fs::read_dir(stage)?.flatten() {
        let placeholder = placeholder(&entry.file_name().to_string_lossy());
        if text.contains(&placeholder) {
            let digits = hexadecimal(&std::fs::read(entry.path())?);
            text = on_a_line_of_its_own(&text, &placeholder, &format!("\"{digits}\""));
        }
    }
    Ok(std::fs::write(out, text)?)
}

/// Two digits a byte. (Base64 shifts the bytes, so that a compressor finds half as much in them: thirteen kilobytes of brotli.)
fn hexadecimal(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

/// An error that nobody catches makes Node print the line that threw: a quarter of a megabyte with the wasm in it, which scrolls the message away,
/// and which a pipe does not take before the process has ended.
fn on_a_line_of_its_own(text: &str, placeholder: &str, literal: &str) -> String {
    text.replace(placeholder, &format!("\n{literal}\n"))
}

/// `index` as it is printed from the catalogue, for import and for require; the others as they stand in pkg-template.
fn write_typings(project: &Project, stage: &Path, package: &Path) -> Result<()> {
    let dist = package.join("dist");
    for name in ["index.d.ts", "index.d.cts"] {
        copy(&project.path(TYPINGS), &dist.join(name))?;
    }
    for entry in std::fs::read_dir(stage)?.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".d.ts") || name.ends_with(".d.cts") {
            copy(&entry.path(), &dist.join(name))?;
        }
    }
    Ok(())
}

/// Copies a folder with everything in it.
pub fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from).with_context(|| format!("{} is missing", from.display()))? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            copy(&entry.path(), &target)?;
        }
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    if let Some(folder) = to.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::copy(from, to)
        .with_context(|| format!("{} cannot be copied to {}", from.display(), to.display()))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wasm_stands_on_a_line_of_its_own() {
        let bundled = "var a=1,b=\"wasm:x_bg.wasm\",c=2;";
        assert_eq!(
            on_a_line_of_its_own(bundled, &placeholder("x_bg.wasm"), "\"AAAA\""),
            "var a=1,b=\n\"AAAA\"\n,c=2;"
        );
    }
}
