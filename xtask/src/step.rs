//! One thing xtask does, shown with its progress and its time.
use crate::group::Group;
use crate::screen::{clear, is_terminal, progress, say};
use anyhow::{Result, bail};
use std::fmt::Write as _;
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, Instant};
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::Command;
use tokio::sync::mpsc;

/// A named step. Dropping it unfinished reports it as failed.
pub struct Step {
    name: String,
    started: Instant,
    finished: bool,
}

/// What a child process left behind.
pub struct Outcome {
    pub success: bool,
    pub lines: Vec<String>,
    reason: String,
}

impl Step {
    pub fn begin(name: impl Into<String>) -> Step {
        Step { name: name.into(), started: Instant::now(), finished: false }
    }

    /// Says that nothing had to be done.
    pub fn already(name: &str) {
        say(format_args!("  ✓ {name} — already there"));
    }

    pub fn done(self) {
        self.done_with("");
    }

    pub fn done_with(mut self, note: &str) {
        self.finished = true;
        let note = if note.is_empty() { String::new() } else { format!(" — {note}") };
        say(format_args!("  ✓ {} — {}{note}", self.name, seconds(self.started.elapsed())));
    }

    /// Ends the step where another way is tried next.
    pub fn gave_up(mut self, note: &str) {
        self.finished = true;
        say(format_args!("  – {} — {} — {note}", self.name, seconds(self.started.elapsed())));
    }

    /// Runs a command to its good end; its output is shown only if it fails.
    pub async fn run(&self, command: &mut Command, limit: Duration) -> Result<Outcome> {
        let outcome = self.attempt(command, limit).await?;
        if !outcome.success {
            clear();
            eprint!("{}", outcome.report());
            bail!("{}", outcome.reason);
        }
        Ok(outcome)
    }

    /// Runs a command whose failure is not the end.
    pub async fn attempt(&self, command: &mut Command, limit: Duration) -> Result<Outcome> {
        let program = command.as_std().get_program().to_string_lossy().into_owned();
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let (group, mut child) = match Group::spawn(command) {
            Ok(spawned) => spawned,
            Err(error) => bail!("{program} could not be started ({error}): is it installed and on PATH?"),
        };
        let mut output = Lines::of(child.stdout.take(), child.stderr.take());
        let mut lines = Vec::new();
        let status = loop {
            tokio::select! {
                Some(line) = output.next() => lines.push(line),
                status = child.wait() => break Some(status?),
                () = self.tick(&lines) => {},
                () = tokio::time::sleep_until((self.started + limit).into()) => break None,
            }
        };
        drop(group);
        output.drain(&mut lines).await;
        let reason = match status {
            Some(status) => format!("{program} failed ({status})"),
            None => format!("{program} did not end within {}", seconds(limit)),
        };
        Ok(Outcome { success: status.is_some_and(|status| status.success()), lines, reason })
    }

    /// Does a long computation beside the clock.
    pub async fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let mut work = tokio::task::spawn_blocking(work);
        loop {
            tokio::select! {
                result = &mut work => return result?,
                () = self.tick(&[]) => {},
            }
        }
    }

    /// Waits for the next moment at which progress is worth a line, and writes it.
    async fn tick(&self, lines: &[String]) {
        let elapsed = self.started.elapsed().as_secs();
        let next = if is_terminal() { elapsed + 1 } else { (elapsed / 20 + 1) * 20 };
        tokio::time::sleep_until((self.started + Duration::from_secs(next)).into()).await;
        let last = lines.last().map_or("", |line| line.trim());
        progress(format!("  … {} — {next} s  {last}", self.name).trim_end());
    }
}

impl Drop for Step {
    fn drop(&mut self) {
        if !self.finished {
            say(format_args!("  ✗ {} — {}", self.name, seconds(self.started.elapsed())));
        }
    }
}

impl Outcome {
    /// How many tests the output says passed, over all its summaries.
    pub fn passed(&self) -> usize {
        let summaries = self.lines.iter().filter_map(|line| line.split_once(" passed"));
        summaries.filter_map(|(before, _)| before.rsplit(' ').next()?.parse::<usize>().ok()).sum()
    }

    /// The output without the lines about crates that compiled and tests that passed.
    fn report(&self) -> String {
        let mut report = String::new();
        for line in self.lines.iter().filter(|line| !is_noise(line)) {
            // Writing to a String cannot fail.
            let _written = writeln!(report, "    {line}");
        }
        report
    }
}

fn is_noise(line: &str) -> bool {
    const CARGO: [&str; 5] = ["Compiling ", "Checking ", "Downloaded ", "Downloading ", "Documenting "];
    let line = line.trim();
    line.starts_with("test ") && line.ends_with(" ok") || CARGO.iter().any(|start| line.starts_with(start))
}

/// The lines of a child's two outputs, in the order in which they arrive.
struct Lines(mpsc::Receiver<String>);

impl Lines {
    fn of(
        stdout: Option<impl AsyncRead + Unpin + Send + 'static>,
        stderr: Option<impl AsyncRead + Unpin + Send + 'static>,
    ) -> Lines {
        let (sender, receiver) = mpsc::channel(64);
        stdout.map(|stream| tokio::spawn(forward(stream, sender.clone())));
        stderr.map(|stream| tokio::spawn(forward(stream, sender)));
        Lines(receiver)
    }

    async fn next(&mut self) -> Option<String> {
        self.0.recv().await
    }

    /// Reads what is left, which ends at once; only where a daemon that the child started holds the pipe open, the end
    /// is not waited for. Anything less than seconds could lose the last lines on a machine that stands still.
    async fn drain(&mut self, lines: &mut Vec<String>) {
        while let Ok(Some(line)) = tokio::time::timeout(Duration::from_secs(5), self.next()).await {
            lines.push(line);
        }
    }
}

async fn forward(stream: impl AsyncRead + Unpin, sender: mpsc::Sender<String>) {
    let mut lines = BufReader::new(stream).split(b'\n');
    while let Ok(Some(line)) = lines.next_segment().await {
        if sender.send(String::from_utf8_lossy(&line).trim_end().to_owned()).await.is_err() {
            return;
        }
    }
}

/// A duration as a person says it.
pub fn seconds(duration: Duration) -> String {
    match duration.as_secs() {
        0..10 => format!("{:.1} s", duration.as_secs_f64()),
        whole => format!("{whole} s"),
    }
}

/// Runs a command whose output is what the user came for.
pub async fn show(command: &mut Command) -> Result<ExitStatus> {
    let (_group, mut child) = Group::spawn(command.stdin(Stdio::null()))?;
    Ok(child.wait().await?)
}
