//! Every recorded exchange through the client, in both modes of integers.

use std::fmt::Write;
use std::path::Path;
use std::{env, fs};

use shardd_wasm::api::Operation;
use shardd_wasm::json::Integers;
use shardd_wasm::protocol::{MyBucketsFilter, MyEventsFilter};

use crate::asked::asked;
use crate::recorded::{Exchange, exchanges};
use crate::show::{in_bigints, in_numbers, laid_out, without_bigints};
use crate::stage::{self, Stage, answer};

const HEAD: &str = "\
What the client makes of every recorded exchange of the real server. Written by `UPDATE_GOLDEN=1 cargo test --test decoding`: read the
difference. One attempt each. `5n` is a bigint where `integers` is \"bigint\" and the number 5 where it is \"number\"; where the two modes
differ in more than that, both are given.
";
const UNSENT: &str = "
== Exchanges that no operation makes, and why. Where the answer could come to an operation all the same, it is read as one to `listEvents`,
`createEvent` and so on.

";

fn outcome(operation: &Operation, exchange: &Exchange) -> String {
    let run = |integers| {
        let stage = Stage { integers, ..Stage::default() };
        stage.run(operation, &[answer(exchange.status, exchange.answered.as_bytes())])
    };
    let (numbers, bigints) = (in_numbers(&run(Integers::Number)), in_bigints(&run(Integers::BigInt)));
    if without_bigints(bigints.clone()) == numbers {
        return format!("  {}\n", laid_out(&bigints, 2));
    }
    format!("  number: {}\n  bigint: {}\n", laid_out(&numbers, 2), laid_out(&bigints, 2))
}

/// Whose answer it could be, had the request been made otherwise.
fn stand_in(exchange: &Exchange) -> Option<Operation> {
    let path = exchange.path.split('?').next().unwrap_or("");
    Some(match (exchange.method.as_str(), path) {
        ("POST", "/events" | "/v1/me/buckets/mybucket/events") => stage::write(),
        ("GET", "/events") => Operation::list_events("mine").unwrap(),
        ("GET", "/balances") => stage::read(),
        ("GET", "/v1/me/buckets") => Operation::list_my_buckets(&MyBucketsFilter::default()),
        ("GET", "/v1/me/events") => Operation::list_my_events(&MyEventsFilter::default()),
        ("GET", path) if path.starts_with("/collapsed/") => Operation::get_account("mine", "alice").unwrap(),
        ("DELETE", path) if path.starts_with("/v1/") => Operation::delete_my_bucket("mine").unwrap(),
        _ => return None,
    })
}

fn golden() -> String {
    let (mut made, mut unsent) = (String::from(HEAD), String::from(UNSENT));
    for exchange in exchanges() {
        let Exchange { name, method, path, status, .. } = &exchange;
        let path = if path.len() > 200 { "…" } else { path };
        match asked(&exchange) {
            Ok(asked) => {
                for asked in asked {
                    writeln!(made, "\n{name}: {} → {status}", asked.call).unwrap();
                    made += &outcome(&asked.operation, &exchange);
                }
            }
            Err(reason) => {
                writeln!(unsent, "{name}: {method} {path} → {status}: {reason}").unwrap();
                if let Some(operation) = stand_in(&exchange) {
                    unsent += &outcome(&operation, &exchange);
                }
            }
        }
    }
    made + &unsent
}

#[test]
fn every_recorded_exchange_decodes_as_the_golden_says() {
    let now = golden();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/decoding.txt");
    if env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, &now).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    let differs = kept.lines().zip(now.lines()).position(|(kept, now)| kept != now);
    let at = differs.unwrap_or_else(|| kept.lines().count().min(now.lines().count()));
    assert!(
        kept == now,
        "tests/golden/decoding.txt is out of date from line {}: run with UPDATE_GOLDEN=1 and read the difference\n\
         kept: {}\nnow:  {}",
        at + 1,
        kept.lines().nth(at).unwrap_or("the end"),
        now.lines().nth(at).unwrap_or("the end"),
    );
}
