//! The rows of `cargo xtask test`.
use crate::budget;
use crate::class::{BUILDS, Class};
use crate::matrix::Matrix;
use crate::screen::say;
use crate::setup::Setup;
use crate::step::{Outcome, Step};
use crate::suite::Suite;
use crate::target::{TARGET, prepend_path};
use anyhow::{Context, Result, ensure};
use std::pin::Pin;
use std::time::Duration;
use tokio::process::Command;

/// Nothing hangs for ever; a cold build of everything on a slow machine takes a third of this.
const LIMIT: Duration = Duration::from_secs(3600);

type Running<'a> = Pin<Box<dyn Future<Output = Result<Verdict>> + Send + 'a>>;

/// One named thing that must hold.
pub struct Row {
    pub name: &'static str,
    run: for<'a> fn(&'a Setup, &'a Suite) -> Running<'a>,
}

/// How a row that did not fail ended.
pub enum Verdict {
    Passed(String),
    Skipped(String),
}

impl Row {
    pub async fn run(&self, setup: &Setup, suite: &Suite) -> Result<Verdict> {
        (self.run)(setup, suite).await
    }
}

/// In the order in which they are run: what is quick and often wrong comes first.
pub const ROWS: &[Row] = &[
    Row { name: "setup", run: |setup, _| Box::pin(everything(setup)) },
    Row { name: "format", run: |setup, _| Box::pin(format(setup)) },
    Row { name: "generated", run: |setup, _| Box::pin(generated(setup)) },
    Row { name: "clippy", run: |setup, _| Box::pin(clippy(setup)) },
    Row { name: "clippy-wasm", run: |setup, _| Box::pin(clippy_wasm(setup)) },
    Row { name: "docs", run: |setup, _| Box::pin(docs(setup)) },
    Row { name: "native", run: |setup, _| Box::pin(workspace(setup)) },
    Row { name: "oracle", run: |setup, _| Box::pin(oracle(setup)) },
    Row { name: "wasm-node", run: |setup, _| Box::pin(wasm_node(setup)) },
    Row { name: "wasm-chromium", run: |setup, _| Box::pin(wasm_chromium(setup)) },
    Row { name: "class", run: |setup, _| Box::pin(class(setup)) },
    Row { name: "size", run: |setup, _| Box::pin(size(setup)) },
    Row { name: "package", run: |setup, suite| Box::pin(package(setup, suite)) },
    Row { name: "page", run: |setup, _| Box::pin(page(setup)) },
    Row { name: "front-ends", run: |setup, suite| Box::pin(front_ends(setup, suite)) },
];

/// Those that `--stress` runs of the native tests: sockets, threads, a real server.
const NATIVE_UNDER_LOAD: [(&str, &[&str]); 2] = [
    ("ledger", &["test", "--package", "shardd-local"]),
    ("idempotency", &["test", "--package", "shardd-wasm", "--test", "idempotency"]),
];

/// Runs a row that has real time or a browser, by the name that it has under load.
pub async fn timed(setup: &Setup, suite: &Suite, name: &str) -> Result<Verdict> {
    if let Some((_, arguments)) = NATIVE_UNDER_LOAD.iter().find(|(each, _)| *each == name) {
        return native(setup, arguments).await;
    }
    let row = ROWS.iter().find(|row| row.name == name).with_context(|| format!("there is no row {name}"))?;
    row.run(setup, suite).await
}

/// Compiles and fetches what such a row needs.
pub async fn prepare(setup: &Setup, name: &str) -> Result<()> {
    if let Some((_, arguments)) = NATIVE_UNDER_LOAD.iter().find(|(each, _)| *each == name) {
        if name == "idempotency" {
            crate::redis::ready().await;
        }
        let compile: Vec<&str> = arguments.iter().chain(&["--no-run"]).copied().collect();
        native(setup, &compile).await?;
    } else if name == "page" {
        setup.package().await?;
        local(setup).await?;
    } else {
        let compile = ["test", "--package", "shardd-wasm", "--target", TARGET, "--no-run"];
        cargo(setup.wasm().await?.cargo(&setup.project, &compile), "cargo test --no-run for wasm").await?;
        setup.wasm_test_tools().await?;
        setup.browser().await?;
    }
    Ok(())
}

/// Apps in Rust outside the workspace, each with a lock file of its own.
const FRONT_ENDS: [&str; 2] = ["examples/yew", "examples/workers-rs"];

async fn everything(setup: &Setup) -> Result<Verdict> {
    setup.everything().await?;
    Ok(Verdict::Passed(String::new()))
}

/// What is committed is what the catalogue prints.
async fn generated(setup: &Setup) -> Result<Verdict> {
    let files = crate::generate::check(&setup.project)?;
    Ok(Verdict::Passed(format!("{files} files")))
}

async fn workspace(setup: &Setup) -> Result<Verdict> {
    crate::redis::ready().await;
    native(setup, &["test", "--workspace"]).await
}

/// Our idempotency beside the library whose users it takes in. That library declares a newer compiler than ours, though ours
/// builds it: hence a workspace of its own, and the last argument. What both are made of is compiled once.
async fn oracle(setup: &Setup) -> Result<Verdict> {
    crate::redis::ready().await;
    let arguments = ["test", "--manifest-path", "tests/oracle/Cargo.toml", "--ignore-rust-version"];
    let mut test = setup.project.cargo(&arguments);
    test.arg("--target-dir").arg(&setup.project.target);
    cargo(test, &format!("cargo {}", arguments.join(" "))).await
}

async fn native(setup: &Setup, arguments: &[&str]) -> Result<Verdict> {
    cargo(setup.project.cargo(arguments), &format!("cargo {}", arguments.join(" "))).await
}

async fn format(setup: &Setup) -> Result<Verdict> {
    for front_end in FRONT_ENDS {
        let manifest = format!("{front_end}/Cargo.toml");
        native(setup, &["fmt", "--check", "--manifest-path", &manifest]).await?;
    }
    native(setup, &["fmt", "--all", "--check"]).await
}

async fn clippy(setup: &Setup) -> Result<Verdict> {
    native(setup, &["clippy", "--workspace", "--all-targets", "--all-features", "--", "-D", "warnings"]).await
}

/// The client as JavaScript gets it, and as a Rust front end does, bare and typed; and the other wasms.
async fn clippy_wasm(setup: &Setup) -> Result<Verdict> {
    let wasm = setup.wasm().await?;
    let mut version = wasm.cargo(&setup.project, &["clippy", "--version"]);
    if !version.output().await.is_ok_and(|output| output.status.success()) {
        return Ok(Verdict::Skipped("the compiler that has wasm32 came without clippy".into()));
    }
    // Packages that are built alike are linted together, so that the client below them is linted once.
    const STORES: &str = "shardd-wasm/memory,shardd-wasm/valkey,shardd-wasm/json,shardd-wasm/sha256,shardd-wasm/uuid,\
        shardd-wasm/conformance,shardd-idempotency-wasm/conformance";
    let builds = [
        &["shardd-wasm", "--tests"][..],
        &["shardd-wasm", "--no-default-features"],
        &["shardd-wasm", "--no-default-features", "--features", "serde"],
        &[
            "shardd-wasm",
            "--package",
            "shardd-provoke-wasm",
            "--no-default-features",
            "--features",
            "shardd-wasm/kernel",
        ],
        &["shardd-local-wasm", "--package", "shardd-idempotency-wasm"],
        &[
            "shardd-wasm",
            "--package",
            "shardd-idempotency-wasm",
            "--no-default-features",
            "--features",
            STORES,
        ],
    ];
    for build in builds {
        let base = ["clippy", "--target", TARGET, "--package"];
        let arguments: Vec<&str> =
            base.iter().chain(build).chain(&["--", "-D", "warnings"]).copied().collect();
        cargo(wasm.cargo(&setup.project, &arguments), &format!("cargo {}", arguments.join(" "))).await?;
    }
    Ok(Verdict::Passed(String::new()))
}

async fn docs(setup: &Setup) -> Result<Verdict> {
    let mut doc = setup.project.cargo(&["doc", "--no-deps", "--workspace", "--all-features"]);
    doc.env("RUSTDOCFLAGS", "-D warnings");
    cargo(doc, "cargo doc").await
}

async fn wasm_node(setup: &Setup) -> Result<Verdict> {
    let mut test =
        setup.wasm().await?.cargo(&setup.project, &["test", "--package", "shardd-wasm", "--target", TARGET]);
    prepend_path(&mut test, setup.wasm_test_tools().await?);
    // Tests that only a browser can run say so, and are passed over.
    test.env("WASM_BINDGEN_TEST_ONLY_NODE", "1");
    beside_regions(setup, test, "wasm tests in Node").await
}

async fn wasm_chromium(setup: &Setup) -> Result<Verdict> {
    let (wasm, browser) = (setup.wasm().await?, setup.browser().await?);
    let mut test = Command::new("wasm-pack");
    test.args(["test", "--headless", "--chrome", "--chromedriver"]).arg(&browser.driver);
    test.current_dir(&setup.project.root).env_remove("LD_LIBRARY_PATH");
    wasm.apply(&mut test);
    prepend_path(&mut test, setup.wasm_test_tools().await?);
    let capabilities = setup.project.target.join("webdriver.json");
    browser.capabilities(&capabilities)?;
    test.env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", capabilities);
    // In seconds. The runner's own limits of 5 for the driver's start and of 20 for all tests measure the machine.
    test.env("WASM_BINDGEN_TEST_DRIVER_TIMEOUT", "120").env("WASM_BINDGEN_TEST_TIMEOUT", "600");
    beside_regions(setup, test, "wasm-pack test --headless --chrome").await
}

/// Runs wasm tests, among which may be those of the class, which charge.
async fn beside_regions(setup: &Setup, mut test: Command, title: &str) -> Result<Verdict> {
    let class = Class::begin(setup).await?;
    class.name_regions(&mut test);
    let outcome = cargo_output(test, title).await;
    class.end().await;
    tested(outcome?)
}

/// The class for wasm-pack, as people build it.
async fn class(setup: &Setup) -> Result<Verdict> {
    let class = Class::begin(setup).await?;
    for target in BUILDS {
        cargo(class.build(target).await?, &format!("wasm-pack build --target {target}")).await?;
    }
    let built = cargo_output(class.run().await?, "what was built, in Node").await?;
    built.lines.iter().filter(|line| line.contains("brotli")).for_each(say);
    class.end().await;
    tested(built)
}

async fn size(setup: &Setup) -> Result<Verdict> {
    let sizes = setup.package().await?;
    Ok(Verdict::Passed(budget::check(setup, sizes).await?))
}

async fn package(setup: &Setup, suite: &Suite) -> Result<Verdict> {
    let tests = Matrix::ready(setup).await?.tests(setup, suite.all, &[]).await?;
    let outcome = cargo_output(tests, "the package in real projects").await?;
    // The table of what ran where.
    outcome.lines.iter().for_each(say);
    Ok(Verdict::Passed(counted(&outcome)))
}

async fn page(setup: &Setup) -> Result<Verdict> {
    setup.package().await?;
    local(setup).await?;
    cargo(node(setup, "tests/page/run.mjs").await?, "the page in Chromium").await
}

/// The client inside apps of Yew and workers-rs. Frameworks take more than a minute to compile; what a front end needs of the
/// client is in clippy-wasm and the wasm tests as well.
async fn front_ends(setup: &Setup, suite: &Suite) -> Result<Verdict> {
    if !suite.all && suite.filters.is_empty() {
        return Ok(Verdict::Skipped("with --all or by its name".into()));
    }
    let wasm = setup.wasm().await?;
    // What both are made of is compiled once.
    let target = setup.project.target.join("front-ends");
    for front_end in FRONT_ENDS {
        let mut check = wasm.cargo(&setup.project, &["check", "--target", TARGET, "--manifest-path"]);
        check.arg(setup.project.path(front_end).join("Cargo.toml")).arg("--target-dir").arg(&target);
        cargo(check, &format!("cargo check of {front_end}")).await?;
    }
    Ok(Verdict::Passed(format!("{} apps", FRONT_ENDS.len())))
}

/// The local shardd as a program of its own. Together with xtask, since alone its dependencies would be compiled anew with
/// fewer features.
pub async fn local(setup: &Setup) -> Result<Verdict> {
    cargo(
        setup.project.cargo(&["build", "--package", "shardd-local", "--package", "xtask"]),
        "cargo build shardd-local",
    )
    .await
}

pub async fn node(setup: &Setup, script: &str) -> Result<Command> {
    ensure!(setup.project.path(script).exists(), "{script} is missing");
    let mut node = Command::new("node");
    node.arg(setup.project.path(script)).current_dir(&setup.project.root);
    node.env("SHARDD_LOCAL", setup.project.target.join("debug").join("shardd-local"));
    node.env("SHARDD_XTASK", &setup.project.xtask);
    node.env("SHARDD_NPM_TOOLS", setup.test_tools().await?);
    node.env("CHROME", &setup.browser().await?.chrome);
    Ok(node)
}

pub async fn cargo(command: Command, title: &str) -> Result<Verdict> {
    Ok(Verdict::Passed(counted(&cargo_output(command, title).await?)))
}

async fn cargo_output(mut command: Command, title: &str) -> Result<Outcome> {
    let step = Step::begin(title);
    let outcome = step.run(&mut command, LIMIT).await.with_context(|| title.to_owned())?;
    step.done_with(&counted(&outcome));
    Ok(outcome)
}

/// A run of wasm tests that ran none would be a green lie.
fn tested(outcome: Outcome) -> Result<Verdict> {
    ensure!(
        outcome.passed() > 0,
        "no wasm test was run: tests need #[wasm_bindgen_test] and a mode that fits"
    );
    Ok(Verdict::Passed(counted(&outcome)))
}

fn counted(outcome: &Outcome) -> String {
    match outcome.passed() {
        0 => String::new(),
        passed => format!("{passed} tests"),
    }
}
