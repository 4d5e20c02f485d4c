//! The cases of the table, read and run.

use std::collections::HashMap;
use std::time::Duration;

use super::{Failure, Subject, TABLE, key};
use crate::idempotency::entry::{IdempotencyEntry, ReplayOutcome};
use crate::idempotency::fingerprint::Fingerprint;
use crate::idempotency::key::IdempotencyKey;
use crate::idempotency::record::Status;
use crate::idempotency::response::{CachedResponse, Metadata};
use crate::idempotency::store::{IdempotencyStore, InsertResult, Snapshot};
use crate::idempotency::token::{FencedOutcome, FencingToken, Rejection};

/// A case: its name, whether it needs records that outlive their leases, and its numbered lines.
struct Case {
    name: &'static str,
    keeps: bool,
    lines: Vec<(usize, &'static str)>,
}

fn cases() -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for (at, line) in TABLE.lines().enumerate().filter(|(_, line)| !line.starts_with('#')) {
        if let Some(name) = line.strip_prefix("case ") {
            let keeps = name.starts_with("(keeps)");
            cases.push(Case { name, keeps, lines: Vec::new() });
        } else if let (Some(case), false) = (cases.last_mut(), line.is_empty()) {
            case.lines.push((at + 1, line));
        }
    }
    cases
}

/// Runs all cases; says how many held and how many were passed over.
pub(super) async fn check<S: Subject>(subject: &S) -> Result<(usize, usize), Failure> {
    let (mut held, mut skipped) = (0, 0);
    for (number, case) in cases().into_iter().enumerate() {
        if case.keeps && !subject.store().keeps_lapsed() {
            skipped += 1;
            continue;
        }
        let mut run = Run { subject, number, tokens: HashMap::new() };
        for (at, line) in case.lines {
            let told = run.line(line).await;
            told.map_err(|why| Failure(format!("{}, line {at} of the table: {line}: {why}", case.name)))?;
        }
        held += 1;
    }
    Ok((held, skipped))
}

/// A case being run.
struct Run<'a, S> {
    subject: &'a S,
    number: usize,
    tokens: HashMap<String, FencingToken>,
}

/// A line of the table without its expectation.
struct Words<'a>(Vec<&'a str>);

impl<'a> Words<'a> {
    fn get(&self, name: &str, default: &'a str) -> &'a str {
        self.0.iter().find_map(|word| word.strip_prefix(name)?.strip_prefix('=')).unwrap_or(default)
    }

    fn number(&self, name: &str, default: &'a str) -> Result<u64, String> {
        self.get(name, default).parse().map_err(|_| format!("{name} is no number"))
    }

    fn at(&self, place: usize) -> &'a str {
        self.0.get(place).copied().unwrap_or("")
    }
}

impl<S: Subject> Run<'_, S> {
    async fn line(&mut self, line: &str) -> Result<(), String> {
        let (asked, expected) = line.split_once("->").unwrap_or((line, ""));
        let (words, expected) = (Words(asked.split_whitespace().collect()), expected.trim());
        let key = key(self.subject, &format!("case {} key {}", self.number, words.get("key", "1")))
            .map_err(|error| error.to_string())?;
        let told = match words.at(0) {
            "pass" => {
                let ticks: u64 = words.at(1).parse().map_err(|_| "how many ticks?")?;
                self.subject.pass(ticks * self.subject.tick_ms()).await;
                String::new()
            }
            "claim" => self.claim(&key, &words, expected).await?,
            "get" => {
                let found = self.subject.store().get(&key).await.map_err(|error| error.to_string())?;
                found.map_or("nothing".into(), |found| self.found(found, expected))
            }
            "purge" => {
                self.subject.store().purge(&key).await.map_err(|error| error.to_string())?;
                "purged".into()
            }
            _ => self.fenced(&key, &words).await?,
        };
        if told == expected { Ok(()) } else { Err(format!("got {told}")) }
    }

    async fn claim(
        &mut self,
        key: &IdempotencyKey,
        words: &Words<'_>,
        expected: &str,
    ) -> Result<String, String> {
        let fingerprint = fingerprint(words)?;
        let entry = IdempotencyEntry::new(fingerprint)
            .with_lease(self.ticks(words, "lease")?)
            .with_keep(self.duration(words.number("keep", "0")?));
        let entry = if words.0.contains(&"refuse") { entry.refusing_lapsed() } else { entry };
        let inserted =
            self.subject.store().try_insert(key, entry).await.map_err(|error| error.to_string())?;
        let existing = match inserted {
            InsertResult::Exists(existing) => existing,
            InsertResult::Claimed { fencing_token, entry } => {
                if entry.lapsed().is_some_and(|lapsed| lapsed >= fencing_token) {
                    return Err(format!("the token {fencing_token} is not greater than the one before"));
                }
                if self.tokens.values().any(|token| *token == fencing_token) {
                    return Err(format!("the token {fencing_token} was given before"));
                }
                self.tokens.insert(words.at(1).to_owned(), fencing_token);
                return Ok(match entry.lapsed() {
                    Some(lapsed) => format!("claimed after {}", self.label(lapsed)),
                    None => "claimed".into(),
                });
            }
        };
        Ok(match existing.replay(fingerprint) {
            ReplayOutcome::Replayed(response) => format!("replayed {}", text(&response)),
            ReplayOutcome::InFlight { retry_after } => {
                format!("in-flight {}", self.left(retry_after, expected))
            }
            ReplayOutcome::FingerprintMismatch => "mismatch".into(),
            ReplayOutcome::Uncertain { fencing_token } => format!("uncertain {}", self.label(fencing_token)),
        })
    }

    async fn fenced(&self, key: &IdempotencyKey, words: &Words<'_>) -> Result<String, String> {
        let store = self.subject.store();
        let token = *self.tokens.get(words.at(1)).ok_or("no such claim")?;
        let outcome = match words.at(0) {
            "complete" => {
                let mut metadata = Metadata::new();
                metadata.append("content-type", "text/plain");
                let response = CachedResponse::new(201, metadata, body(words.get("body", "done")));
                let entry = IdempotencyEntry::new(fingerprint(words)?);
                store.complete(key, entry.complete_for(response, self.ticks(words, "replay")?), token).await
            }
            "touch" => store.touch(key, token, self.ticks(words, "lease")?).await,
            "remove" => store.remove(key, token).await,
            other => return Err(format!("there is no {other}")),
        };
        Ok(match outcome.map_err(|error| error.to_string())? {
            FencedOutcome::Applied => "applied",
            FencedOutcome::Rejected(Rejection::FencingMismatch) => "rejected fencing",
            FencedOutcome::Rejected(Rejection::KeyExpired) => "rejected expired",
            FencedOutcome::Rejected(Rejection::FingerprintMismatch) => "rejected fingerprint",
        }
        .into())
    }

    fn found(&self, found: Snapshot, expected: &str) -> String {
        let label = self.label(found.fencing_token);
        match (found.status, found.response) {
            (Status::Processing, None) => {
                format!("processing {label} {}", self.left(found.remaining, expected))
            }
            (Status::Lapsed, None) => format!("lapsed {label}"),
            (Status::Completed, Some(response)) => {
                format!("completed {label} {} {}", self.left(found.remaining, expected), text(&response))
            }
            (status, response) => format!("{status:?} with {response:?}"),
        }
    }

    /// What is left, in ticks: the expected number, if it is that or up to a tick less.
    fn left(&self, left: Duration, expected: &str) -> String {
        let wanted = expected.split(' ').find_map(|word| word.parse::<u64>().ok()).unwrap_or(0);
        let most = self.duration(wanted);
        if left <= most && left + self.duration(1) > most {
            wanted.to_string()
        } else {
            format!("{} ms", left.as_millis())
        }
    }

    fn label(&self, token: FencingToken) -> String {
        let known = self.tokens.iter().find(|(_, known)| **known == token);
        known.map_or_else(|| format!("unknown token {token}"), |(label, _)| label.clone())
    }

    fn ticks(&self, words: &Words<'_>, name: &str) -> Result<Duration, String> {
        Ok(self.duration(words.number(name, "60")?))
    }

    fn duration(&self, ticks: u64) -> Duration {
        Duration::from_millis(ticks * self.subject.tick_ms())
    }
}

fn fingerprint(words: &Words<'_>) -> Result<Fingerprint, String> {
    // A wide one, so that no store gets away with half of it.
    Ok(Fingerprint::new(u128::from(words.number("fp", "1")?) << 64 | 7))
}

/// The name of a long body that has every byte in it.
const EVERY_BYTE: &str = "every-byte";

fn body(name: &str) -> Vec<u8> {
    if name == EVERY_BYTE { (0..=255).cycle().take(60_000).collect() } else { name.into() }
}

/// The body, if the rest of the response is as it was stored.
fn text(response: &CachedResponse) -> String {
    if response.status_code != 201 || response.metadata.get("content-type") != Some(b"text/plain") {
        return format!("{response:?}");
    }
    if response.body == body(EVERY_BYTE) {
        return EVERY_BYTE.into();
    }
    String::from_utf8_lossy(&response.body).chars().take(80).collect()
}
