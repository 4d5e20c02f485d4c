//! `cargo xtask test`: rows in order, up to the first that fails.
use crate::row::{ROWS, Row, Verdict};
use crate::screen::say;
use crate::setup::Setup;
use crate::step::seconds;
use crate::stress;
use anyhow::{Result, bail};
use std::time::{Duration, Instant};

/// What `cargo xtask test` was asked for.
#[derive(Default)]
pub struct Suite {
    /// Every row of the package tests, not one per family of engines.
    pub all: bool,
    /// Only rows whose name contains one of these.
    pub filters: Vec<String>,
    /// Under load, so many rounds of it.
    pub stress: Option<u32>,
    /// A stress run from the beginning, whatever has passed.
    pub fresh: bool,
}

/// How a row ended.
enum End {
    Passed(String),
    Failed(String),
    Skipped(String),
}

impl Suite {
    /// Whether everything passed; the last line says how much.
    pub async fn run(&self, setup: &Setup) -> Result<bool> {
        if let Some(rounds) = self.stress {
            return stress::run(setup, self, rounds).await;
        }
        let rows: Vec<&Row> = ROWS.iter().filter(|row| self.wants(row.name)).collect();
        if rows.is_empty() {
            let names: Vec<&str> = ROWS.iter().map(|row| row.name).collect();
            bail!("no test is named like {}: there are {}", self.filters.join(" or "), names.join(", "));
        }
        let mut ends = Vec::new();
        let mut failed = false;
        for row in rows {
            let started = Instant::now();
            let end = if failed {
                End::Skipped("after a failure".into())
            } else {
                say(row.name);
                match row.run(setup, self).await {
                    Ok(Verdict::Passed(note)) => End::Passed(note),
                    Ok(Verdict::Skipped(reason)) => End::Skipped(reason),
                    Err(error) => End::Failed(format!("{error:#}")),
                }
            };
            failed |= matches!(end, End::Failed(_));
            ends.push((row.name, end, started.elapsed()));
        }
        print(&ends);
        Ok(!failed)
    }

    pub fn wants(&self, name: &str) -> bool {
        self.filters.is_empty() || self.filters.iter().any(|filter| name.contains(filter.as_str()))
    }
}

fn print(ends: &[(&str, End, Duration)]) {
    say("");
    for (name, end, time) in ends {
        let (verdict, note) = match end {
            End::Passed(note) => ("ok", note),
            End::Failed(reason) => ("FAILED", reason),
            End::Skipped(reason) => ("skipped", reason),
        };
        say(format_args!("  {name:<20} {verdict:<8} {:>7}  {note}", seconds(*time)));
    }
    let count = |wanted: fn(&End) -> bool| ends.iter().filter(|(_, end, _)| wanted(end)).count();
    let passed = count(|end| matches!(end, End::Passed(_)));
    let failed = count(|end| matches!(end, End::Failed(_)));
    say(format_args!("\n{passed} passed, {failed} failed"));
}
