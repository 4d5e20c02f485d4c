//! `cargo xtask test`: rows in three lanes, up to the first row that fails.
use crate::row::{Lane, ROWS, Row, Verdict};
use crate::screen::say;
use crate::setup::Setup;
use crate::step::seconds;
use crate::stress;
use anyhow::{Result, bail};
use std::cell::RefCell;
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

/// The ends of rows, with the time that each took.
type Ends = RefCell<Vec<(&'static str, End, Duration)>>;

/// A row failed, and said why.
struct Stopped;

impl Suite {
    /// Whether everything passed; the last line says how much.
    pub async fn run(&self, setup: &Setup) -> Result<bool> {
        if let Some(rounds) = self.stress {
            return stress::run(setup, self, rounds).await;
        }
        if !ROWS.iter().any(|row| self.wants(row.name)) {
            let names: Vec<&str> = ROWS.iter().map(|row| row.name).collect();
            bail!("no test is named like {}: there are {}", self.filters.join(" or "), names.join(", "));
        }
        let ends = Ends::default();
        let all = async {
            // One after the other: beside each other they took 22 minutes in place of 25, and a row failed by the load.
            self.lane(Lane::First, setup, &ends).await?;
            self.lane(Lane::Source, setup, &ends).await?;
            self.lane(Lane::Package, setup, &ends).await
        };
        let passed = all.await.is_ok();
        self.print(&ends.into_inner());
        Ok(passed)
    }

    async fn lane(&self, lane: Lane, setup: &Setup, ends: &Ends) -> std::result::Result<(), Stopped> {
        for row in ROWS.iter().filter(|row| row.lane == lane && self.wants(row.name)) {
            let started = Instant::now();
            say(row.name);
            let end = match row.run(setup, self).await {
                Ok(Verdict::Passed(note)) => End::Passed(note),
                Ok(Verdict::Skipped(reason)) => End::Skipped(reason),
                Err(error) => End::Failed(format!("{error:#}")),
            };
            let failed = matches!(end, End::Failed(_));
            ends.borrow_mut().push((row.name, end, started.elapsed()));
            if failed {
                return Err(Stopped);
            }
        }
        Ok(())
    }

    pub fn wants(&self, name: &str) -> bool {
        self.filters.is_empty() || self.filters.iter().any(|filter| name.contains(filter.as_str()))
    }

    fn print(&self, ends: &[(&str, End, Duration)]) {
        say("");
        for row in ROWS.iter().filter(|row: &&Row| self.wants(row.name)) {
            let end = ends.iter().find(|(name, ..)| *name == row.name);
            let (verdict, time, note) = match end {
                Some((_, End::Passed(note), time)) => ("ok", seconds(*time), note.as_str()),
                Some((_, End::Failed(reason), time)) => ("FAILED", seconds(*time), reason.as_str()),
                Some((_, End::Skipped(reason), time)) => ("skipped", seconds(*time), reason.as_str()),
                None => ("skipped", String::new(), "after a failure"),
            };
            say(format_args!("  {:<20} {verdict:<8} {time:>7}  {note}", row.name));
        }
        let count = |wanted: fn(&End) -> bool| ends.iter().filter(|(_, end, _)| wanted(end)).count();
        let passed = count(|end| matches!(end, End::Passed(_)));
        let failed = count(|end| matches!(end, End::Failed(_)));
        say(format_args!("\n{passed} passed, {failed} failed"));
    }
}
