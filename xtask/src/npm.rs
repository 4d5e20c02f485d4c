//! Tools that come from npm.
use crate::cache::Cache;
use crate::step::Step;
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::process::Command;

/// What a release build runs: (command, package, version, what `--version` says).
const BUILD: [(&str, &str, &str, &str); 3] = [
    ("wasm-opt", "binaryen", "132.0.0", "version 132"),
    ("esbuild", "esbuild", "0.28.2", "0.28.2"),
    ("terser", "terser", "5.51.4", "5.51.4"),
];

/// The programs of a release build.
#[derive(Clone)]
pub struct BuildTools {
    pub wasm_opt: PathBuf,
    pub esbuild: PathBuf,
    pub terser: PathBuf,
}

/// The major version of the Node.js at hand.
pub fn node_major() -> Result<u32> {
    let remedy = "Node.js is missing: install Node.js 20 or newer with npm";
    let version = version_of(Path::new("node")).context(remedy)?;
    let major = version.trim_start_matches('v').split('.').next().and_then(|major| major.parse().ok());
    match major.with_context(|| format!("`node --version` says {version}, which is no version"))? {
        major @ 20.. => Ok(major),
        older => bail!("Node.js {older} is too old: install Node.js 20 or newer with npm"),
    }
}

/// Those on PATH where all have the right version, else those from npm.
pub async fn build_tools(cache: &Cache) -> Result<BuildTools> {
    let on_path = BUILD.iter().all(|(command, _, _, says)| {
        version_of(Path::new(command)).is_some_and(|version| version.contains(says))
    });
    if on_path {
        let [wasm_opt, esbuild, terser] = BUILD.map(|(command, ..)| command.into());
        return Ok(BuildTools { wasm_opt, esbuild, terser });
    }
    let packages = BUILD.map(|(_, package, version, _)| format!("{package}@{version}"));
    let modules = folder(cache, "npm-build", &packages).await?.join("node_modules");
    let esbuild =
        native_esbuild(&modules).context("npm installed esbuild without its program for this platform")?;
    let script = |command| modules.join(".bin").join(command);
    Ok(BuildTools { wasm_opt: script("wasm-opt"), esbuild, terser: script("terser") })
}

/// The program itself: the script in front of it is slower and buries messages under a stack trace.
fn native_esbuild(modules: &Path) -> Option<PathBuf> {
    let platforms = std::fs::read_dir(modules.join("@esbuild")).ok()?.flatten();
    let programs = platforms
        .flat_map(|platform| ["bin/esbuild", "esbuild.exe"].map(|program| platform.path().join(program)));
    programs.into_iter().find(|program| program.is_file())
}

/// The folder whose node_modules holds what the package and page tests import.
pub async fn test_tools(cache: &Cache) -> Result<PathBuf> {
    // Later miniflares ask for Node 22.
    let miniflare = if node_major()? >= 22 { "4.20260730.0" } else { "4.20260426.0" };
    let packages = [
        "esbuild@0.28.2".into(),
        format!("miniflare@{miniflare}"),
        "playwright-core@1.65.1".into(),
        // Two clients of one server, whose replies differ.
        "ioredis@6.0.0".into(),
        "redis@6.3.1".into(),
        // IndexedDB in Node, as users' unit tests have it; its faults can be provoked.
        "fake-indexeddb@6.2.8".into(),
        // Node's own fetch speaks HTTP/1.1 alone.
        "undici@7.30.2".into(),
        // The clocks of Jest, Sinon and Vitest, and what Angular replaces promises by.
        "@sinonjs/fake-timers@15.5.0".into(),
        "zone.js@0.16.3".into(),
        // What is wrong with a package for those who install it.
        "publint@0.3.25".into(),
        "@arethetypeswrong/cli@0.18.5".into(),
        "typescript@7.0.2".into(),
        // The oldest compiler that the typings promise to satisfy, under a name of its own.
        "typescript-oldest@npm:typescript@5.0.4".into(),
    ];
    folder(cache, "npm-tests", &packages).await
}

/// The folder whose node_modules holds the bundlers that only `--all` asks for.
pub async fn bundlers(cache: &Cache) -> Result<PathBuf> {
    let packages = [
        "parcel@2.16.4",
        "rollup@4.68.7",
        "@rollup/plugin-node-resolve@16.0.3",
        "vite@8.3.8",
        "webpack@5.112.2",
        // The last that Node 20 can run.
        "wrangler@4.86.0",
    ];
    folder(cache, "npm-bundlers", &packages.map(str::to_owned)).await
}

/// A folder for Next.js alone, which wants to be copied into the project.
pub async fn next(cache: &Cache) -> Result<PathBuf> {
    let packages = ["next@16.4.6", "react@19.3.1", "react-dom@19.3.1"];
    folder(cache, "npm-next", &packages.map(str::to_owned)).await
}

async fn folder(cache: &Cache, name: &str, packages: &[String]) -> Result<PathBuf> {
    let parts = packages.iter().filter_map(|package| package.rsplit_once('@'));
    let titles: Vec<String> = parts.map(|(package, version)| format!("{package} {version}")).collect();
    let title = titles.join(" ").replace("@npm:", " = ");
    let versions: Vec<&str> = packages.iter().filter_map(|package| package.rsplit('@').next()).collect();
    let folder = format!("{name}-{}", versions.join("-"));
    let place = cache.path(&folder);
    if place.exists() {
        Step::already(&title);
        return Ok(place);
    }
    version_of(Path::new("npm")).context("npm is missing: install Node.js 20 or newer with npm")?;
    let step = Step::begin(title);
    let partial = cache.partial(&folder)?;
    std::fs::write(partial.path().join("package.json"), "{ \"private\": true }\n")?;
    // Scripts stay off: the ones there are only fetch binaries, and those come as optional packages.
    let mut npm = Command::new("npm");
    npm.args(["install", "--save-exact", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1"]);
    npm.args(packages).current_dir(partial.path());
    step.run(&mut npm, Duration::from_secs(900))
        .await
        .with_context(|| format!("npm could not install {}: check the network", packages.join(" ")))?;
    step.done();
    partial.keep()
}

/// The first line that `program --version` prints, if there is such a program.
pub fn version_of(program: &Path) -> Option<String> {
    let output = std::process::Command::new(program).arg("--version").output().ok()?;
    let text = String::from_utf8(output.stdout).ok().filter(|_| output.status.success())?;
    Some(text.lines().next()?.trim().to_owned())
}
