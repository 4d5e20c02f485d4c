//! `cargo xtask test --stress`: the rows that have real time or a browser, beside busy loops, so often. No part of the gate.
use crate::load::{self, LOOPS, Load};
use crate::matrix::Matrix;
use crate::row::{self, Verdict};
use crate::screen::say;
use crate::setup::Setup;
use crate::step::seconds;
use crate::suite::Suite;
use crate::tally::{Passed, Tally};
use anyhow::{Result, bail};
use std::time::{Duration, Instant};
use tokio::process::Command;

/// What package rows are called here.
const PACKAGE: &str = "package/";
/// The others: those of `cargo xtask test`, of native ones only what has sockets, threads or a server.
const ROWS: [&str; 5] = ["ledger", "idempotency", "wasm-node", "wasm-chromium", "page"];
/// Rows that throw dice take their seed from these: each round throws other ones, and the same when it is run again.
const SEEDS: [&str; 3] = ["STORM_SEED", "CHAOS_SEED", "LISTS_SEED"];

/// A row that failed in a round, and why.
struct Failure {
    row: String,
    round: u32,
    reason: String,
}

struct Stress<'a> {
    setup: &'a Setup,
    suite: &'a Suite,
    rounds: u32,
    rows: Vec<String>,
    tally: Tally,
    failures: Vec<Failure>,
}

/// Whether every row passed in every round.
pub async fn run(setup: &Setup, suite: &Suite, rounds: u32) -> Result<bool> {
    let mut rows: Vec<String> = ROWS.iter().map(|name| (*name).to_owned()).collect();
    rows.extend(Matrix::timed(setup, suite.all).await?.into_iter().map(|name| format!("{PACKAGE}{name}")));
    let wanted: Vec<String> = rows.iter().filter(|name| suite.wants(name)).cloned().collect();
    if wanted.is_empty() {
        bail!(
            "no row under load is named like {}: there are {}",
            suite.filters.join(" or "),
            rows.join(", ")
        );
    }
    let tally = Tally::open(&setup.project, suite.fresh).await?;
    let mut stress = Stress { setup, suite, rounds, rows: wanted, tally, failures: Vec::new() };
    stress.every_round().await?;
    stress.print();
    Ok(stress.failures.is_empty())
}

impl Stress<'_> {
    async fn every_round(&mut self) -> Result<()> {
        let left = |stress: &Stress<'_>, name: &str| {
            (1..=stress.rounds).any(|round| stress.tally.find(name, round).is_none())
        };
        let open: Vec<String> = self.rows.iter().filter(|name| left(self, name)).cloned().collect();
        if open.is_empty() {
            say("everything passed in this state of the working copy: --fresh runs it again");
            return Ok(());
        }
        // What is compiled or installed is so before the loops begin: they would only make it slow.
        let matrix = self.prepare(&open).await?;
        let _load = Load::begin();
        let total = self.rows.len() * self.rounds as usize;
        let mut done = 0;
        for round in 1..=self.rounds {
            for name in self.rows.clone() {
                done += 1;
                let place = format!("{done} of {total}: {name}, round {round} of {}", self.rounds);
                match self.tally.find(&name, round) {
                    Some(_) => say(format_args!("{place} — passed before")),
                    None => self.once(matrix.as_ref(), &name, round, &place).await?,
                }
            }
        }
        Ok(())
    }

    async fn prepare(&self, open: &[String]) -> Result<Option<Matrix>> {
        let (packed, others): (Vec<&String>, Vec<&String>) =
            open.iter().partition(|name| name.starts_with(PACKAGE));
        for name in others {
            row::prepare(self.setup, name).await?;
        }
        Ok(if packed.is_empty() { None } else { Some(Matrix::ready(self.setup).await?) })
    }

    async fn once(&mut self, matrix: Option<&Matrix>, name: &str, round: u32, place: &str) -> Result<()> {
        say(place);
        let started = Instant::now();
        let result = match (name.strip_prefix(PACKAGE), matrix) {
            (Some(row), Some(matrix)) => {
                let mut tests = matrix.tests(self.setup, self.suite.all, &[row]).await?;
                seeded(&mut tests, round);
                row::cargo(tests, name).await
            }
            _ => row::timed(self.setup, self.suite, name).await,
        };
        match result {
            Ok(Verdict::Skipped(reason)) => say(format_args!("  – {reason}")),
            Ok(Verdict::Passed(_)) => {
                let seconds = started.elapsed().as_secs_f64();
                self.tally.add(Passed { row: name.to_owned(), round, seconds, load: load::average() })?;
            }
            Err(error) => {
                let reason = format!("{error:#}");
                self.failures.push(Failure { row: name.to_owned(), round, reason });
            }
        }
        Ok(())
    }

    fn print(&self) {
        say(format_args!("\n  {:<28} {:>10} {:>9}  {:<12} failed", "row", "passed", "slowest", "load"));
        for name in &self.rows {
            let passed: Vec<&Passed> = self.tally.of(name, self.rounds).collect();
            let slowest = passed.iter().map(|passed| passed.seconds).fold(0.0, f64::max);
            let failed: Vec<String> =
                self.failures.iter().filter(|failure| failure.row == *name).map(told).collect();
            let count = format!("{} of {}", passed.len(), self.rounds);
            let slowest = seconds(Duration::from_secs_f64(slowest));
            let loads = span(passed.iter().filter_map(|passed| passed.load));
            say(format_args!("  {name:<28} {count:>10} {slowest:>9}  {loads:<12} {}", failed.join("; ")));
        }
        let all: Vec<&Passed> = self.rows.iter().flat_map(|name| self.tally.of(name, self.rounds)).collect();
        let (passed, loads) = (all.len(), span(all.iter().filter_map(|passed| passed.load)));
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let failed = self.failures.len();
        say(format_args!(
            "\n{passed} passed, {failed} failed; {LOOPS} busy loops on {cores} cores, load {loads}"
        ));
    }
}

fn seeded(tests: &mut Command, round: u32) {
    for name in SEEDS {
        // One that the user gives is the user's.
        if std::env::var_os(name).is_none() {
            tests.env(name, round.to_string());
        }
    }
}

fn told(Failure { round, reason, .. }: &Failure) -> String {
    format!("round {round}: {reason}")
}

fn span(loads: impl Iterator<Item = f64>) -> String {
    let (least, most) = loads.fold((f64::MAX, 0.0), |(least, most), load| (load.min(least), load.max(most)));
    if least > most { "unknown".into() } else { format!("{least:.1}–{most:.1}") }
}
