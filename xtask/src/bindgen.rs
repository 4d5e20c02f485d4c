//! From cargo's wasm to glue and a small wasm.
use crate::lean;
use crate::npm::BuildTools;
use crate::setup::Setup;
use crate::step::Step;
use crate::target::TARGET;
use anyhow::{Context, Result};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::process::Command;
use wasm_bindgen_cli_support::Bindgen;

/// Small enough for a test; the names stay for the table of bytes by crate.
const OPTIMISE: [&str; 2] = ["-Oz", "--debuginfo"];
/// Smallest output. Control flow is laid out anew first, which leaves more to share, and all is done twice. Functions with one caller stay on their own: larger
/// as they are, and two per cent smaller compressed. The first kilobyte of the memory is the far end of the stack, so that an offset may go into each access.
const SHRINK: [&str; 7] = [
    "--flatten",
    "--rereloop",
    "-Oz",
    "--one-caller-inline-max-function-size=40",
    "-Oz",
    "--low-memory-unused",
    "--debuginfo",
];
/// Functions of one crate beside each other have more in common: 0.6 KB of brotli. Sorting needs the names, and so comes first.
const STRIP: [&str; 4] =
    ["--reorder-functions-by-name", "--strip-debug", "--strip-producers", "--strip-target-features"];

/// A crate that becomes one of the package's wasms.
#[derive(Clone, Copy)]
pub struct Source {
    package: &'static str,
    /// The features that it is built with, without the default ones.
    features: Option<&'static str>,
    /// What its glue and wasm are called.
    pub name: &'static str,
    /// Whether it is built as small as can be: what people download, and what stands for it in a test.
    is_small: bool,
}

/// What everybody loads.
pub const CLIENT: Source =
    Source { package: "shardd-wasm", features: Some("kernel"), name: "shardd_wasm", is_small: true };
/// What those load who do other things once.
pub const IDEMPOTENCY: Source =
    Source { package: "shardd-idempotency-wasm", features: None, name: "shardd_idempotency", is_small: true };
/// What only tests load.
pub const LOCAL: Source =
    Source { package: "shardd-local-wasm", features: None, name: "shardd_local", is_small: false };

/// What tests check stores with.
const CONFORMANCE: Source = Source {
    package: "shardd-idempotency-wasm",
    features: Some("conformance"),
    name: "shardd_conformance",
    is_small: false,
};
/// What tests compare the package's reading with: the client that reads in Rust.
const READER: Source =
    Source { package: "shardd-wasm", features: Some("js"), name: "shardd_reader", is_small: false };

/// The client with a panic at hand: no part of the package.
pub const PROVOKED: Source =
    Source { package: "shardd-provoke-wasm", features: None, name: "shardd_provoked", is_small: true };

/// The files that the package is made from.
pub struct Bound {
    pub source: Source,
    pub glue: PathBuf,
    pub wasm: PathBuf,
    /// The optimised wasm with its function names.
    pub named: PathBuf,
}

/// The conformance table, for stores of JavaScript.
pub async fn conformance(setup: &Setup) -> Result<Bound> {
    debug(setup, CONFORMANCE).await
}

/// The client that reads in Rust.
pub async fn reader(setup: &Setup) -> Result<Bound> {
    debug(setup, READER).await
}

/// No part of the package, hence a debug build: a release would take the place of the wasm that is.
async fn debug(setup: &Setup, source: Source) -> Result<Bound> {
    let wasm = setup.wasm().await?;
    let step = Step::begin(format!("cargo build of {}", source.name));
    let mut arguments = vec!["build", "--target", TARGET, "--package", source.package, "--lib"];
    arguments.extend(source.features());
    step.run(&mut wasm.cargo(&setup.project, &arguments), Duration::from_secs(3600)).await?;
    let folder = setup.project.target.join("pkg-bound").join(source.name);
    std::fs::create_dir_all(&folder)?;
    let (input, output) = (artifact(setup, "debug", source), folder.clone());
    step.compute(move || bind(&input, source.name, &output)).await?;
    step.done();
    Ok(Bound::in_folder(&folder, source))
}

impl Source {
    fn features(&self) -> Vec<&'static str> {
        self.features.map_or(vec![], |features| vec!["--no-default-features", "--features", features])
    }
}

impl Bound {
    fn in_folder(folder: &Path, source: Source) -> Bound {
        let file = |ending: &str| folder.join(format!("{}{ending}", source.name));
        Bound { source, glue: file(".js"), wasm: file("_bg.wasm"), named: folder.join("named.wasm") }
    }

    /// Compiles a crate and binds it, or finds that both were done for these very sources.
    pub async fn build(setup: &Setup, source: Source) -> Result<Bound> {
        let raw = compile(setup, source).await?;
        let tools = setup.build_tools().await?;
        let folder = setup.project.target.join("pkg-bound").join(source.name);
        let bound = Bound::in_folder(&folder, source);
        let stamp = folder.join("stamp");
        let key = key(&raw, &setup.project.xtask)?;
        if std::fs::read_to_string(&stamp).is_ok_and(|stamped| stamped == key) {
            return Ok(bound);
        }
        std::fs::create_dir_all(&folder)?;
        let step = Step::begin(format!("wasm-bindgen for {}", source.name));
        let (input, output) = (raw.clone(), folder.clone());
        step.compute(move || bind(&input, source.name, &output)).await?;
        step.done();
        bound.shrink(tools).await?;
        std::fs::write(&stamp, key)?;
        Ok(bound)
    }

    async fn shrink(&self, tools: &BuildTools) -> Result<()> {
        let step = Step::begin("wasm-opt -Oz");
        let limit = Duration::from_secs(1800);
        let optimise = &mut Command::new(&tools.wasm_opt);
        optimise.args(if self.source.is_small { &SHRINK[..] } else { &OPTIMISE[..] });
        step.run(optimise.arg(&self.wasm).arg("-o").arg(&self.named), limit).await?;
        let strip = &mut Command::new(&tools.wasm_opt);
        step.run(strip.args(STRIP).arg(&self.named).arg("-o").arg(&self.wasm), limit).await?;
        step.done();
        Ok(())
    }
}

async fn compile(setup: &Setup, source: Source) -> Result<PathBuf> {
    let Source { package, is_small, .. } = source;
    let wasm = setup.wasm().await?;
    let mut lean = is_small && setup.is_lean().await?;
    let mut arguments = vec!["build", "--release", "--target", TARGET, "--package", package, "--lib"];
    arguments.extend(source.features());
    let step = Step::begin(format!("cargo build --release of {package} for {TARGET}"));
    let limit = Duration::from_secs(3600);
    if lean {
        let mut cargo = wasm.cargo(&setup.project, &arguments);
        lean::apply(&mut cargo);
        lean = step.attempt(&mut cargo, limit).await?.success;
    }
    if !lean {
        // The switches differ from compiler to compiler, and what they need may be out of reach.
        if is_small {
            setup.not_lean();
        }
        let mut cargo = wasm.cargo(&setup.project, &arguments);
        if is_small {
            cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", lean::SMALL);
        }
        step.run(&mut cargo, limit).await.with_context(|| format!("{package} did not compile for wasm32"))?;
    }
    step.done_with(lean::name(lean));
    Ok(artifact(setup, "release", source))
}

fn artifact(setup: &Setup, profile: &str, Source { package, .. }: Source) -> PathBuf {
    let file = format!("{}.wasm", package.replace('-', "_"));
    setup.project.target.join(TARGET).join(profile).join(file)
}

fn bind(wasm: &Path, name: &str, folder: &Path) -> Result<()> {
    Bindgen::new()
        .input_path(wasm)
        .out_name(name)
        .web(true)?
        .typescript(false)
        // The wasm is handed in by the entries; a default path would make bundlers look for a file.
        .omit_default_module_path(true)
        .generate(folder)
}

/// Changes with the wasm and with whatever turns it into a package, this program included.
fn key(raw: &Path, xtask: &Path) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    std::fs::read(raw).with_context(|| format!("cargo left no {}", raw.display()))?.hash(&mut hasher);
    std::fs::metadata(xtask)?.modified()?.hash(&mut hasher);
    Ok(format!("{:016x}", hasher.finish()))
}
