//! Errors: known by their status, told in the words of the ledger and nobody else's.

use shardd_wasm::json::Integers;
use shardd_wasm::{Code, Outcome};

use super::{CREATED, run_in, told};

#[test]
fn an_error_is_known_by_its_status_whatever_its_body() {
    let unclear = |code| [(code, Outcome::Rejected), (code, Outcome::Unknown)];
    let certain = |code| [(code, Outcome::Rejected), (code, Outcome::Rejected)];
    let deep = "[".repeat(10_000);
    let bodies: [&[u8]; 8] = [
        b"",
        b"<html>s3cret</html>",
        b"s3cret \xff",
        br#"{"error":"s3cret"#,
        br#"{"error":{"s3cret":1}}"#,
        br#"["s3cret"]"#,
        deep.as_bytes(),
        CREATED.as_bytes(),
    ];
    for body in bodies {
        for (status, want) in [
            (400, certain(Code::InvalidInput)),
            (401, certain(Code::Unauthorized)),
            (402, certain(Code::PaymentRequired)),
            (403, certain(Code::Forbidden)),
            (404, certain(Code::NotFound)),
            (405, certain(Code::InvalidInput)),
            (408, unclear(Code::Timeout)),
            (409, certain(Code::Conflict)),
            (418, certain(Code::InvalidInput)),
            (422, certain(Code::InvalidInput)),
            (429, certain(Code::RateLimited)),
            (499, certain(Code::InvalidInput)),
            (500, unclear(Code::ServiceUnavailable)),
            (502, unclear(Code::ServiceUnavailable)),
            (503, unclear(Code::ServiceUnavailable)),
            (504, unclear(Code::Timeout)),
            (520, unclear(Code::ServiceUnavailable)),
            (530, unclear(Code::ServiceUnavailable)),
        ] {
            let name = format!("{status} {}", String::from_utf8_lossy(&body[..body.len().min(40)]));
            told(&name, run_in(Integers::Number, status, body), want);
        }
    }
}

#[test]
fn a_503_is_proof_only_in_the_words_that_prove_it() {
    for (text, outcome) in [
        ("no libp2p nodes discovered", Outcome::Rejected),
        (r"n\u006f libp2p nodes discovered", Outcome::Rejected),
        ("the edge said: no libp2p nodes discovered", Outcome::Unknown),
        ("No libp2p nodes discovered", Outcome::Unknown),
        ("client RPC failed: Timeout while waiting for a response", Outcome::Unknown),
    ] {
        let body = format!(r#"{{"error":"{text}"}}"#);
        let [_, write] = run_in(Integers::Number, 503, body.as_bytes());
        assert_eq!(write.unwrap_err().outcome, outcome, "{text}");
    }
    // In anything but an object of the ledger's the words are somebody else's.
    for body in [
        r#"{"error":"no libp2p nodes discovered"} x"#,
        r#"["no libp2p nodes discovered"]"#,
        "no libp2p nodes discovered",
        "dashboard unavailable",
    ] {
        let [_, write] = run_in(Integers::Number, 503, body.as_bytes());
        assert_eq!(write.unwrap_err().outcome, Outcome::Unknown, "{body}");
    }
}

#[test]
fn insufficient_funds_has_the_figures_that_can_be_read() {
    let whole = r#"{"error":"insufficient_funds","balance":5,"available_balance":4,"projected_available_balance":-6,"limit":-1}"#;
    let [read, write] = run_in(Integers::Number, 422, whole.as_bytes());
    for error in [read.unwrap_err(), write.unwrap_err()] {
        let funds = error.funds.as_ref().expect("figures");
        let figures =
            [funds.balance, funds.available_balance, funds.projected_available_balance, funds.limit];
        assert_eq!((error.code, figures), (Code::InsufficientFunds, [5, 4, -6, -1].map(Some)));
    }
    for (part, instead) in [
        (r#","limit":-1"#, ""),
        (r#":-1"#, ":-1.0"),
        (r#":-1"#, ":1e400"),
        (r#":-1"#, ":null"),
        (r#":-1"#, r#":-1,"limit":null"#),
        (r#":-1"#, ":9223372036854775808"),
        ("insufficient_funds", "Insufficient funds"),
    ] {
        let body = whole.replace(part, instead);
        for said in run_in(Integers::Number, 422, body.as_bytes()) {
            let error = said.unwrap_err();
            let funds = error.funds.as_ref().expect("figures");
            let is_missing = part != "insufficient_funds";
            assert_eq!((funds.balance, funds.limit.is_none()), (Some(5), is_missing), "{body}");
        }
    }
    for (part, instead) in [("insufficient_funds", "insufficient_credits"), ("}", "} x")] {
        let body = whole.replace(part, instead);
        let want = [(Code::InvalidInput, Outcome::Rejected); 2];
        told(&body, run_in(Integers::Number, 422, body.as_bytes()), want);
    }
    let telling = whole.replace('}', r#","hint":"sent Bearer s3cret"}"#);
    let [_, write] = run_in(Integers::Number, 422, telling.as_bytes());
    assert_eq!(write.unwrap_err().funds.as_ref().expect("figures").hint, None);
    let escaped = whole.replace('}', r#","h\u0069nt":"say \"please\" \u00e9","hold_blocking":true}"#);
    let [_, write] = run_in(Integers::Number, 422, escaped.as_bytes());
    let error = write.unwrap_err();
    let funds = error.funds.as_ref().expect("figures");
    assert_eq!((funds.hint.as_deref(), funds.hold_blocking), (Some("say \"please\" é"), true));
}

#[test]
fn the_ledgers_words_are_shown_and_nobody_elses() {
    for (body, shown) in [
        (r#"{"error":"note must be at most 4096 characters"}"#, "note must be at most 4096 characters"),
        (r#"{"error":"say \"please\""}"#, "say \"please\""),
        (r#"{"error":"b","error":"bucket 'user_0f3a__bucket_6d' was eaten"}"#, "bucket 'mine' was eaten"),
        ("Failed to deserialize the JSON body: s0", "Failed to deserialize the JSON body: s0"),
    ] {
        for result in run_in(Integers::Number, 400, body.as_bytes()) {
            let message = result.unwrap_err().message.clone();
            assert_eq!(message, format!("The ledger refused the request (HTTP 400): {shown}."));
        }
    }
    for body in [
        "captive portal: s3cret",
        "Not Found",
        r#"{"error":"bad header: Bearer s3cret"}"#,
        r#"{"error":"no such key: sk_live_never_shown"}"#,
        r#"{"error":"a\nb"}"#,
        r#"{"error":"a\u009bb"}"#,
        r#"{"error":"<html>"}"#,
        &format!(r#"{{"error":"{}"}}"#, "long ".repeat(100)),
    ] {
        for result in run_in(Integers::Number, 400, body.as_bytes()) {
            assert_eq!(result.unwrap_err().message, "The ledger refused the request (HTTP 400).", "{body}");
        }
    }
}

#[test]
fn reasons_are_told_by_the_whole_sentence() {
    for (text, reason) in [
        ("reservation 'r' has expired", Some("reservation_expired")),
        ("reservation 'r has already been released' not found", Some("reservation_not_found")),
        (
            "bucket 'my reservation has expired' was permanently deleted and cannot be written to",
            Some("bucket_deleted"),
        ),
        ("bucket name '__billing__ has expired' is reserved", Some("bucket_reserved")),
        ("the trial has expired", None),
    ] {
        let body = format!(r#"{{"error":"{text}"}}"#);
        let [_, write] = run_in(Integers::Number, 400, body.as_bytes());
        assert_eq!(write.unwrap_err().reason, reason, "{text}");
    }
}
