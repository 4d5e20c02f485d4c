//! The packed package in real projects (tests/npm), and what those tests are handed.
use crate::bindgen::{self, Bound, PROVOKED};
use crate::row::{local, node};
use crate::setup::Setup;
use crate::step::Step;
use crate::{bundle, packed};
use anyhow::{Context, Result, ensure};
use std::path::PathBuf;
use tokio::process::Command;

const SCRIPT: &str = "tests/npm/run.mjs";

/// Built once for all that is run with it.
pub struct Matrix {
    tarball: PathBuf,
    conformance: PathBuf,
    provoked: PathBuf,
    reader: PathBuf,
}

impl Matrix {
    pub async fn ready(setup: &Setup) -> Result<Matrix> {
        setup.package().await?;
        local(setup).await?;
        let step = Step::begin("npm pack");
        let tarball = packed::tarball(&setup.project, &step).await?;
        step.done();
        let provoked = Bound::build(setup, PROVOKED).await?;
        let conformance = bindgen::conformance(setup).await?;
        let reader = bindgen::reader(setup).await?;
        let tools = setup.build_tools().await?;
        let provoked = bundle::PANICKING.bundle(&setup.project, tools, &provoked).await?;
        let conformance = bundle::CONFORMING.bundle(&setup.project, tools, &conformance).await?;
        let reader = bundle::READING.bundle(&setup.project, tools, &reader).await?;
        Ok(Matrix { tarball, conformance, provoked, reader })
    }

    /// The script that runs these rows: without any, all of them, those that are slow only with `all`.
    pub async fn tests(&self, setup: &Setup, all: bool, rows: &[&str]) -> Result<Command> {
        let mut tests = node(setup, SCRIPT).await?;
        tests.env("SHARDD_CONFORMANCE", &self.conformance).env("SHARDD_PROVOKED", &self.provoked);
        tests.env("SHARDD_READER", &self.reader);
        tests.arg(&self.tarball).args(all.then_some("--all")).args(rows);
        if all {
            setup.reach().await?.apply(&mut tests);
        }
        Ok(tests)
    }

    /// The names of the rows that have real time or a browser.
    pub async fn timed(setup: &Setup, all: bool) -> Result<Vec<String>> {
        let mut list = Command::new("node");
        list.arg(setup.project.path(SCRIPT)).arg("--timed").args(all.then_some("--all"));
        let output = list.current_dir(&setup.project.root).output().await.context("node is missing")?;
        ensure!(output.status.success(), "{SCRIPT} does not say which rows have real time");
        Ok(String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect())
    }
}
