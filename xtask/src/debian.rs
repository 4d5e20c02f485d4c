//! A wasm32 toolchain from Debian's packages, for machines that cannot reach Rust's own servers.
//!
//! Debian ships the compiler and the sources of the standard library in one version. The library is built for wasm32 with
//! that compiler and both are put into one sysroot, so that nothing unstable is needed when it is used.
use crate::apt;
use crate::cache::Cache;
use crate::project::Project;
use crate::step::Step;
use crate::target::{TARGET, WasmTarget};
use anyhow::{Context, Result, ensure};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::process::Command;

const PACKAGES: [&str; 4] = ["rustc-web", "cargo-web", "rust-web-src", "rust-web-clippy"];
const REMEDY: &str = "run `rustup target add wasm32-unknown-unknown` where there is a network";

/// Debian's compiler as installed.
struct Compiler {
    rustc: PathBuf,
    cargo: PathBuf,
    sources: PathBuf,
    version: String,
    host: String,
    llvm: String,
}

/// A toolchain with the target, built if it is not there; rustup is told of it where there is one.
pub async fn toolchain(project: &Project, cache: &Cache, rustup: bool) -> Result<WasmTarget> {
    apt::install(&PACKAGES, REMEDY).await?;
    let compiler = Compiler::find()?;
    let name = format!("shardd-wasm-{}", compiler.version);
    let folder = cache.path(&name);
    let target =
        if rustup { WasmTarget::Toolchain(name.clone()) } else { WasmTarget::Folder(folder.clone()) };
    if target.has_std(project) {
        Step::already(&format!("{TARGET} in {name}"));
        return Ok(target);
    }
    if !folder.exists() {
        compiler.build_sysroot(cache, &name).await?;
    }
    if rustup {
        let step = Step::begin(format!("rustup toolchain link {name}"));
        let mut link = Command::new("rustup");
        step.run(link.args(["toolchain", "link", &name]).arg(&folder), Duration::from_secs(300)).await?;
        step.done_with(&format!("for cargo by hand: RUSTUP_TOOLCHAIN={name}"));
    }
    ensure!(
        target.has_std(project),
        "the toolchain {name} does not work: remove {} and try again",
        folder.display()
    );
    Ok(target)
}

impl Compiler {
    fn find() -> Result<Compiler> {
        let file = |package: &str, end: &str| {
            let found = apt::files(package).into_iter().find(|file| file.ends_with(end));
            found.map(PathBuf::from).with_context(|| format!("Debian's {package} holds no {end}: {REMEDY}"))
        };
        let rustc = file("rustc-web", "/bin/rustc")?;
        let output = std::process::Command::new(&rustc).arg("-vV").output()?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let field = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
            line.map(str::to_owned).with_context(|| format!("{} does not say its {name}", rustc.display()))
        };
        let (version, host, llvm) = (field("release")?, field("host")?, field("LLVM version")?);
        let lock = file("rust-web-src", "/library/Cargo.lock")?;
        let sources = lock.parent().and_then(Path::parent).context("a file has no folder")?.to_path_buf();
        ensure!(
            sources.to_string_lossy().contains(&version),
            "Debian's rustc-web is {version} and rust-web-src is not: run `apt-get upgrade` and start again"
        );
        let llvm = llvm.split('.').next().unwrap_or_default().to_owned();
        Ok(Compiler { cargo: file("cargo-web", "/bin/cargo")?, rustc, sources, version, host, llvm })
    }

    /// Fills the cache's folder `name`.
    async fn build_sysroot(&self, cache: &Cache, name: &str) -> Result<()> {
        let linker = self.linker().await?;
        let step = Step::begin(format!("the standard library for {TARGET}, from Debian's sources"));
        let partial = cache.partial(name)?;
        self.lay_out(partial.path(), &linker)?;
        // The programs name the sysroot they are in: this one while it is filled, its place in the cache later.
        self.write_wrappers(partial.path(), partial.path())?;
        self.build_std(&step, cache, partial.path()).await?;
        self.write_wrappers(partial.path(), &cache.path(name))?;
        partial.keep()?;
        step.done();
        Ok(())
    }

    /// lld of the same LLVM, as Debian has it.
    async fn linker(&self) -> Result<PathBuf> {
        let package = format!("lld-{}", self.llvm);
        apt::install(&[&package], REMEDY).await?;
        let end = format!("/bin/{package}");
        let found = apt::files(&package).into_iter().find(|file| file.ends_with(&end));
        found.map(PathBuf::from).with_context(|| format!("Debian's {package} holds no lld: {REMEDY}"))
    }

    /// The folders of a sysroot, with what is Debian's linked into them.
    fn lay_out(&self, folder: &Path, linker: &Path) -> Result<()> {
        let rustlib = folder.join("lib").join("rustlib");
        let programs = rustlib.join(&self.host).join("bin");
        for directory in
            [&folder.join("bin"), &programs, &rustlib.join(TARGET).join("lib"), &rustlib.join("src")]
        {
            std::fs::create_dir_all(directory)?;
        }
        link(&self.cargo, &folder.join("bin").join("cargo"))?;
        link(&self.host_libraries()?, &rustlib.join(&self.host).join("lib"))?;
        link(linker, &programs.join("rust-lld"))?;
        link(&self.sources, &rustlib.join("src").join("rust"))
    }

    fn host_libraries(&self) -> Result<PathBuf> {
        let output = std::process::Command::new(&self.rustc).args(["--print", "target-libdir"]).output()?;
        Ok(String::from_utf8_lossy(&output.stdout).trim().into())
    }

    /// Debian's programs in `folder`, told that the sysroot is `place`.
    fn write_wrappers(&self, folder: &Path, place: &Path) -> Result<()> {
        let debian = self.rustc.parent().context("rustc has no folder")?;
        for program in ["rustc", "rustdoc", "cargo-clippy"] {
            let original = debian.join(program);
            if !original.exists() {
                continue;
            }
            let (original, place) = (original.display(), place.display());
            // cargo-clippy starts the driver that lies beside it, which reads the sysroot from here.
            let script = match program {
                "cargo-clippy" => format!("SYSROOT='{place}' exec '{original}' \"$@\""),
                _ => format!("exec '{original}' --sysroot '{place}' \"$@\""),
            };
            let file = folder.join("bin").join(program);
            std::fs::write(&file, format!("#!/bin/sh\n{script}\n"))?;
            executable(&file)?;
        }
        Ok(())
    }

    async fn build_std(&self, step: &Step, cache: &Cache, sysroot: &Path) -> Result<()> {
        let scratch = cache.partial("std-build")?;
        let rustc = sysroot.join("bin").join("rustc");
        std::fs::create_dir_all(scratch.path().join("src"))?;
        std::fs::write(scratch.path().join("src").join("lib.rs"), "#![no_std]\n")?;
        let manifest = "[package]\nname = \"empty\"\nedition = \"2021\"\n[profile.release]\nopt-level = 3\n[workspace]\n";
        std::fs::write(scratch.path().join("Cargo.toml"), manifest)?;
        let vendored =
            format!("source.v.directory='{}'", self.sources.join("library").join("vendor").display());
        let mut cargo = Command::new(&self.cargo);
        cargo.args(["--config", "source.crates-io.replace-with='v'", "--config", &vendored]);
        cargo
            .args(["build", "--release", "--target", TARGET, "--target-dir"])
            .arg(scratch.path().join("target"));
        cargo.arg("-Zbuild-std=std,panic_abort,panic_unwind,proc_macro,test").current_dir(scratch.path());
        // Without bitcode, which cargo would leave out, `lto = true` in a crate that uses this library fails.
        cargo.env("RUSTFLAGS", "-Cembed-bitcode=yes").env("RUSTC", rustc).env("RUSTC_BOOTSTRAP", "1");
        for inherited in
            ["RUSTUP_TOOLCHAIN", "CARGO_TARGET_DIR", "CARGO_ENCODED_RUSTFLAGS", "LD_LIBRARY_PATH"]
        {
            cargo.env_remove(inherited);
        }
        step.run(&mut cargo, Duration::from_secs(3600)).await?;
        let built = scratch.path().join("target").join(TARGET).join("release").join("deps");
        let library = sysroot.join("lib").join("rustlib").join(TARGET).join("lib");
        for entry in std::fs::read_dir(built)?.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let wanted = name.ends_with(".rlib") || name.ends_with(".rmeta");
            if wanted && name.starts_with("lib") && !name.starts_with("libempty") {
                std::fs::copy(entry.path(), library.join(name))?;
            }
        }
        Ok(())
    }
}

#[cfg(unix)]
fn link(original: &Path, place: &Path) -> Result<()> {
    let original = original.canonicalize()?;
    std::os::unix::fs::symlink(original, place)
        .with_context(|| format!("{} cannot be linked", place.display()))
}

#[cfg(unix)]
fn executable(file: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    Ok(std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o755))?)
}

#[cfg(not(unix))]
fn link(_original: &Path, _place: &Path) -> Result<()> {
    anyhow::bail!("Debian's packages are of no use here: {REMEDY}")
}

#[cfg(not(unix))]
fn executable(_file: &Path) -> Result<()> {
    Ok(())
}
