//! Figures: exact, or refused.

use shardd_wasm::json::Integers;
use shardd_wasm::{Code, Outcome};

use super::{BALANCE, CREATED, GARBLED, SPOILT, holder, run_in, run_with, told};
use crate::tree::Tree;

#[test]
fn a_figure_that_is_not_exactly_one_is_refused() {
    for figure in [
        "null",
        "true",
        "\"7\"",
        "[7]",
        "{}",
        "7.0",
        "7e0",
        "0.7e1",
        "1e400",
        "-1e400",
        "007",
        "-07",
        "+7",
        ".7",
        "7.",
        "-",
        "--7",
        "0x7",
        "7n",
        "NaN",
        "Infinity",
        "9223372036854775808",
        "-9223372036854775809",
        "99999999999999999999999999999999999999",
        "７",
    ] {
        let balance = format!(r#""available_balance":{figure}"#);
        for integers in [Integers::Number, Integers::BigInt, Integers::Exact] {
            let is_json =
                serde_json::from_str::<serde_json::Value>(figure).is_ok() || figure.contains("e400");
            told(figure, run_with(integers, &balance), if is_json { SPOILT } else { GARBLED });
        }
    }
}

#[test]
fn there_is_one_zero() {
    for integers in [Integers::Number, Integers::BigInt] {
        let zero =
            if integers == Integers::Number { Tree::Number("0".into()) } else { Tree::Text("0".into()) };
        for result in run_with(integers, r#""available_balance":-0"#) {
            assert_eq!(holder(result, "-0").get("availableBalance"), Some(&zero));
        }
    }
    let held = CREATED.replace(r#""hold_amount":0"#, r#""hold_amount":-0"#);
    assert!(run_in(Integers::Number, 201, held.as_bytes())[1].is_ok());
}

#[test]
fn what_does_not_fit_a_number_is_named_and_proves_the_write() {
    let beyond = r#""available_balance":9007199254740992"#;
    let results = run_with(Integers::Number, beyond);
    for result in &results {
        let message = &result.as_ref().unwrap_err().message;
        assert!(message.contains("availableBalance") && message.contains("bigint"), "{message}");
    }
    told(beyond, results, [(Code::Decode, Outcome::Rejected), (Code::Decode, Outcome::Applied)]);
    for result in run_with(Integers::BigInt, beyond) {
        let text = Tree::Text("9007199254740992".into());
        assert_eq!(holder(result, beyond).get("availableBalance"), Some(&text));
    }
    // A counter is a number in both modes; bigints are no help, and are not advised.
    let counter = CREATED.replace(r#""origin_seq":2"#, r#""origin_seq":9007199254740992"#);
    for integers in [Integers::Number, Integers::BigInt] {
        let [_, write] = run_in(integers, 201, counter.as_bytes());
        let error = write.unwrap_err();
        assert_eq!((error.code, error.outcome), (Code::Decode, Outcome::Applied));
        assert!(error.message.contains("originSeq") && !error.message.contains("bigint"), "{error}");
    }
    // The event proves the write whatever else is wrong.
    let both = CREATED.replace(BALANCE, beyond).replace(r#""deduplicated":false"#, r#""deduplicated":0"#);
    told("wrong and beyond", run_in(Integers::Number, 201, both.as_bytes()), SPOILT);
}
