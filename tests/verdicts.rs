//! The verdict table, row by row: as people read it in `docs/verdicts.md`, and for each refusal the real server was seen
//! to give. `UPDATE_GOLDEN=1 cargo test --test verdicts` writes the files anew.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, missing_docs)]

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;
use std::{env, fs};

use serde_json::Value;
use shardd_wasm::engine::{Body, Ending, Landed, Next, Row, VERDICTS, When, judge};

fn golden(path: &str, now: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, now).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        kept,
        now,
        "{} is out of date: run with UPDATE_GOLDEN=1 and read the difference",
        path.display()
    );
}

fn when(row: &Row) -> String {
    match row.when {
        When::Status(from, to, body, text) => {
            let mut words = if from == to { from.to_string() } else { format!("{from}–{to}") };
            words += match body {
                Some(Body::Promised) => ", the promised answer",
                Some(Body::Unreadable) => {
                    ", a figure that is missing beside a write's event, or that no number holds"
                }
                Some(Body::Foreign) => ", the replay of another request",
                Some(Body::TooLarge) => ", longer than `maxBodyBytes`",
                Some(Body::InsufficientFunds) => ", JSON of `insufficient_funds`",
                Some(Body::Other) | None => "",
            };
            text.map_or(words.clone(), |text| format!("{words}, text `{text}…`"))
        }
        When::Early(text, within_ms) => format!("503, text `{text}…`, within {} s", within_ms / 1_000),
        When::Redirect => "a redirect that the platform hides".into(),
        When::Network => "the connection failed or broke off".into(),
        When::NoResponse => "what `fetch` gave is no response".into(),
        When::TimedOut => "`attemptTimeoutMs` passed".into(),
        When::Silent => "silent, and its health probe too, while another edge answers".into(),
        When::Else => "anything else".into(),
    }
}

fn next(next: Next) -> &'static str {
    match next {
        Next::Answer => "answer",
        Next::Surface => "surface",
        Next::SameLater => "same edge, after Retry-After or a backoff",
        Next::SameOnce => "same edge once, after a backoff",
        Next::OtherNow => "other edge now",
        Next::NextCopy => "next copy, by the rule of the copy in doubt",
    }
}

#[test]
fn the_documented_table_is_the_table() {
    let mut table = String::from(
        "# What an attempt's ending means\n\nPrinted from `engine/src/verdict.rs`; the first row that fits decides. \
         *Landed* says whether the attempt's write is in the ledger.\n\n\
         | ending | error | landed | a read goes | a write goes | reason |\n|---|---|---|---|---|---|\n",
    );
    for row in &VERDICTS {
        let code = row.code.map_or("–", |code| code.as_str());
        let landed = match row.landed {
            Landed::Yes => "yes",
            Landed::No => "no",
            Landed::Maybe => "maybe",
        };
        writeln!(
            table,
            "| {} | {code} | {landed} | {} | {} | {} |",
            when(row),
            next(row.read),
            next(row.write),
            row.reason
        )
        .unwrap();
    }
    golden("docs/verdicts.md", &table);
}

/// Each refusal among the recorded exchanges, told apart by what the policy sees of it.
#[test]
fn every_recorded_refusal_has_its_verdict() {
    let recorded = Path::new(env!("CARGO_MANIFEST_DIR")).join("ledger/tests/wire.jsonl");
    let mut verdicts = BTreeSet::new();
    let mut seen = 0;
    for line in fs::read_to_string(recorded).unwrap().lines() {
        let exchange: Value = serde_json::from_str(line).unwrap();
        let response = &exchange["response"];
        let status = response["status"].as_u64().unwrap() as u16;
        if status < 400 {
            continue;
        }
        seen += 1;
        let body = response["body_text"].as_str().unwrap_or("");
        let json: Value = serde_json::from_str(body).unwrap_or(Value::Null);
        let text = json["error"].as_str().unwrap_or(body);
        let funds = text == "insufficient_funds" && json["limit"].is_i64();
        let kind = if funds { Body::InsufficientFunds } else { Body::Other };
        let row = judge(Ending::Status { status, body: kind, text, after_ms: 0 });
        let name = exchange["name"].as_str().unwrap_or("?");
        verdicts.insert(format!("{name}: {status} {} → {}", row.code.unwrap().as_str(), row.reason));
        assert!(row.landed == Landed::No || status == 503, "{name}: a refusal that may have landed");
    }
    assert!(seen > 100, "the recorded exchanges are all there");
    golden(
        "tests/golden/recorded-verdicts.txt",
        &verdicts.into_iter().fold(String::new(), |all, line| all + &line + "\n"),
    );
}
