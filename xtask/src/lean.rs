//! The standard library built for size: its own code shrinks, and a panic becomes a trap that says nothing, which takes the machinery of
//! messages along. Six per cent of the wasm, for a minute of building.
//!
//! It wants the library's sources and switches that are not stable yet. Where the compiler at hand lacks either, the library that comes with it does.
use crate::project::Project;
use crate::step::Step;
use crate::target::WasmTarget;
use anyhow::Result;
use std::path::Path;
use std::time::Duration;
use tokio::process::Command;

const LIBRARY: [&str; 2] = ["-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size"];
/// With every library. The stack of a small wasm: 128 KiB in place of a megabyte, which every page and isolate would hold. What is nested deepest,
/// JSON of 64 levels, takes a tenth of it. And SHA-256 as a loop, not unrolled: 1.4 KB of brotli.
pub const SMALL: &str = "-Clink-arg=-zstack-size=131072 --cfg sha2_backend_soft=\"compact\"";
/// The last two leave inlining to wasm-opt, which knows what a call costs in bytes: 0.9 KB of brotli.
const FLAGS: &str = "-Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none -Zfmt-debug=none -Zmir-opt-level=4 -Cllvm-args=-inline-threshold=0";

/// Whether the sources of the standard library are there, or could be fetched.
pub async fn is_possible(project: &Project, wasm: &WasmTarget) -> Result<bool> {
    // Debian's compiler has its library built once, in its own way. The library as it comes can be asked for, so that it can be tested.
    let as_it_comes = std::env::var_os("SHARDD_STD").is_some_and(|std| std == "as-it-comes");
    if as_it_comes || !matches!(wasm, WasmTarget::AtHand) {
        return Ok(false);
    }
    if has_sources(project) {
        return Ok(true);
    }
    let step = Step::begin("rustup component add rust-src");
    let mut rustup = Command::new("rustup");
    rustup.args(["component", "add", "rust-src"]).current_dir(&project.root).env("RUSTUP_MAX_RETRIES", "1");
    let added =
        step.attempt(&mut rustup, Duration::from_secs(180)).await.is_ok_and(|outcome| outcome.success);
    if added && has_sources(project) {
        step.done();
        return Ok(true);
    }
    step.gave_up("the wasm gets the standard library as it is, and is six per cent larger");
    Ok(false)
}

/// Makes a `cargo build` also build the library.
pub fn apply(cargo: &mut Command) {
    let flags = [FLAGS, SMALL].join(" ");
    cargo.args(LIBRARY).env("RUSTC_BOOTSTRAP", "1").env("RUSTFLAGS", flags);
}

fn has_sources(project: &Project) -> bool {
    let mut rustc = std::process::Command::new("rustc");
    let Ok(output) = rustc.args(["--print", "sysroot"]).current_dir(&project.root).output() else {
        return false;
    };
    let sysroot = String::from_utf8_lossy(&output.stdout);
    Path::new(sysroot.trim()).join("lib/rustlib/src/rust/library/std").is_dir()
}

/// Which library the wasm has.
pub fn name(lean: bool) -> &'static str {
    if lean { "std built for size" } else { "std as it comes" }
}
