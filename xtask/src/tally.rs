//! What has passed under load in this state of the working copy, kept in target/stress.json.
use crate::project::Project;
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::path::PathBuf;
use tokio::process::Command;

/// A row that passed in a round.
pub struct Passed {
    pub row: String,
    pub round: u32,
    pub seconds: f64,
    pub load: Option<f64>,
}

/// The rows that passed, as long as nothing changes.
pub struct Tally {
    file: PathBuf,
    state: String,
    passed: Vec<Passed>,
}

impl Tally {
    /// Goes on with what an earlier run left, unless the working copy has changed since or `fresh` is wanted.
    pub async fn open(project: &Project, fresh: bool) -> Result<Tally> {
        let (file, state) = (project.target.join("stress.json"), state(project).await?);
        let kept = std::fs::read_to_string(&file).ok().and_then(|text| serde_json::from_str(&text).ok());
        let kept = kept.filter(|kept: &Value| !fresh && kept.get("state") == Some(&state.as_str().into()));
        let rows = kept.as_ref().and_then(|kept| kept.get("passed")?.as_array());
        let passed = rows.into_iter().flatten().filter_map(Passed::read).collect();
        Ok(Tally { file, state, passed })
    }

    pub fn find(&self, row: &str, round: u32) -> Option<&Passed> {
        self.passed.iter().find(|passed| passed.row == row && passed.round == round)
    }

    /// Every time on which a row passed, in rounds up to this one.
    pub fn of(&self, row: &str, rounds: u32) -> impl Iterator<Item = &Passed> {
        self.passed.iter().filter(move |passed| passed.row == row && passed.round <= rounds)
    }

    /// Written at once: a run that is interrupted loses no more than the row under way.
    pub fn add(&mut self, passed: Passed) -> Result<()> {
        self.passed.push(passed);
        let rows: Vec<Value> = self.passed.iter().map(Passed::write).collect();
        let text = json!({ "state": self.state, "passed": rows }).to_string();
        let partial = self.file.with_extension("json.partial");
        std::fs::write(&partial, text).and_then(|()| std::fs::rename(&partial, &self.file))?;
        Ok(())
    }
}

impl Passed {
    fn read(value: &Value) -> Option<Passed> {
        Some(Passed {
            row: value.get("row")?.as_str()?.to_owned(),
            round: value.get("round")?.as_u64()?.try_into().ok()?,
            seconds: value.get("seconds")?.as_f64()?,
            load: value.get("load")?.as_f64(),
        })
    }

    fn write(&self) -> Value {
        json!({ "row": self.row, "round": self.round, "seconds": self.seconds, "load": self.load })
    }
}

/// The commit, and the working copy as git would commit it now, what is not tracked included.
async fn state(project: &Project) -> Result<String> {
    let index = project.target.join("stress.index");
    let git = async |arguments: &[&str]| -> Result<String> {
        let mut git = Command::new("git");
        // An index of its own: what the user has staged stays as it is.
        git.args(arguments).current_dir(&project.root).env("GIT_INDEX_FILE", &index);
        let output = git.output().await.context("git is missing: a stress run asks it what has changed")?;
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "git {} failed: {}", arguments.join(" "), said.trim());
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    git(&["read-tree", "HEAD"]).await?;
    git(&["add", "--all"]).await?;
    Ok(format!("{} {}", git(&["rev-parse", "HEAD"]).await?, git(&["write-tree"]).await?))
}
