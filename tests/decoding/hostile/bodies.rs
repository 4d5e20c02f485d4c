//! What is no answer at all: garbled, cut, nested without end, too large, or from somewhere else.

use shardd_wasm::json::Integers;
use shardd_wasm::platform::Response;
use shardd_wasm::{Code, Outcome};

use super::{BALANCE, BALANCES, CREATED, GARBLED, run_in, run_with, told};
use crate::stage::{HEALTHY, Stage, answer, read, write};

#[test]
fn what_is_not_the_promised_json_is_undecodable_and_leaves_a_write_unknown() {
    let deep_root = "[".repeat(10_000);
    let utf16: Vec<u8> = CREATED.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let bodies: [(&str, &[u8]); 14] = [
        ("HTML", b"<html>s3cret</html>"),
        ("nothing", b""),
        ("white space", b" \r\n\t "),
        ("plain text", b"OK"),
        ("null", b"null"),
        ("an array", b"[]"),
        ("an array around it", b"[{}]"),
        ("a string", br#""{}""#),
        ("an empty object", b"{}"),
        ("10,000 arrays", deep_root.as_bytes()),
        ("UTF-16", &utf16),
        ("invalid UTF-8", b"{\"\xff\":1}"),
        ("single quotes", b"{'a':1}"),
        ("a NUL", b"\0"),
    ];
    for (name, body) in bodies {
        for status in [200, 201, 202, 204, 206] {
            told(name, run_in(Integers::Number, status, body), GARBLED);
        }
    }
}

#[test]
fn half_an_answer_is_none() {
    for (at, body) in [BALANCES, CREATED].into_iter().enumerate() {
        for end in 0..body.len() {
            let results = run_in(Integers::Number, 200, &body.as_bytes()[..end]);
            let error = results[at].as_ref().expect_err(&body[..end]);
            assert_eq!(error.code, Code::Decode, "{}", &body[..end]);
        }
        assert!(run_in(Integers::Number, 200, body.as_bytes())[at].is_ok());
    }
}

#[test]
fn an_answer_with_anything_around_it_is_none() {
    for (before, after) in [
        ("\u{feff}", ""),
        ("", " x"),
        ("", "{}"),
        ("", "\0"),
        ("", ","),
        ("x", ""),
        (")]}'\n", ""),
        ("", "//"),
    ] {
        let around = |body: &str| [before, body, after].concat().into_bytes();
        let [read, _] = run_in(Integers::Number, 200, &around(BALANCES));
        let [_, write] = run_in(Integers::Number, 201, &around(CREATED));
        told(&format!("{before:?} {after:?}"), [read, write], GARBLED);
    }
}

#[test]
fn nesting_ends_somewhere() {
    for depth in [65, 10_000, 100_000] {
        for (open, close) in [("[", "]"), (r#"{"a":"#, "}")] {
            let nested = format!("{BALANCE},\"new\":{}1{}", open.repeat(depth), close.repeat(depth));
            told("deep", run_with(Integers::Number, &nested), GARBLED);
        }
    }
}

#[test]
fn a_redirect_is_never_followed() {
    for status in [0, 300, 301, 302, 303, 304, 307, 308] {
        for body in [&b""[..], b"<html>s3cret</html>", CREATED.as_bytes()] {
            let want = [(Code::Network, Outcome::Rejected), (Code::Network, Outcome::Unknown)];
            told(&format!("{status}"), run_in(Integers::Number, status, body), want);
        }
    }
}

#[test]
fn a_status_that_http_does_not_have_is_undecodable() {
    for status in [1, 100, 199, 600, 999, 65_535] {
        told(&format!("{status}"), run_in(Integers::Number, status, CREATED.as_bytes()), GARBLED);
    }
}

#[test]
fn an_answer_too_large_is_told_by_its_status() {
    let run = |status| {
        let stage = Stage { max_body_bytes: 100, max_attempts: 2, ..Stage::default() };
        [read(), write()].map(|operation| stage.run(&operation, &[answer(status, &[b'x'; 101])]))
    };
    told("200", run(200), [(Code::Decode, Outcome::Rejected), (Code::Decode, Outcome::Unknown)]);
    assert!(run(201)[1].as_ref().unwrap_err().message.contains("maxBodyBytes"));
    told("422", run(422), [(Code::InvalidInput, Outcome::Rejected); 2]);
    told("401", run(401), [(Code::Unauthorized, Outcome::Rejected); 2]);
    told(
        "503",
        run(503),
        [(Code::ServiceUnavailable, Outcome::Rejected), (Code::ServiceUnavailable, Outcome::Unknown)],
    );
    let exactly = Stage { max_body_bytes: CREATED.len() as u64, ..Stage::default() };
    assert!(exactly.run(&write(), &[answer(201, CREATED.as_bytes())]).is_ok());
}

#[test]
fn a_garbled_answer_is_asked_for_again_with_the_same_nonce() {
    let stage = Stage { max_attempts: 2, ..Stage::default() };
    let replay = CREATED.replace(r#""deduplicated":false"#, r#""deduplicated":true"#);
    let answers = [answer(201, b"<html>"), answer(200, replay.as_bytes())];
    let result = stage.run(&write(), &answers).unwrap();
    assert_eq!((result.status, result.attempts), (200, 2));
    // What is refused after it may have landed all the same.
    let error = stage.run(&write(), &[answer(201, b"<html>"), answer(400, b"{}")]).unwrap_err();
    assert_eq!((error.code, error.outcome), (Code::InvalidInput, Outcome::Unknown));
}

#[test]
fn a_garbled_health_answer_stops_no_call() {
    let healths: [&[u8]; 9] = [
        b"",
        b"<html>",
        b"\xff",
        b"[]",
        br#"{"ready":"yes"}"#,
        br#"{"ready":true,"sync_gap":1e400,"observed_at_unix_ms":-1}"#,
        br#"{"ready":true,"sync_gap":99999999999999999999}"#,
        &[b'['; 60_000],
        &[b' '; 70_000],
    ];
    for health in healths {
        for status in [0, 200, 204, 301, 500] {
            let stage = Stage { health: answer(status, health), ..Stage::default() };
            let body = CREATED.as_bytes();
            assert!(stage.run(&write(), &[answer(201, body)]).is_ok(), "{}", String::from_utf8_lossy(health));
        }
    }
    let stage = Stage {
        health: Response { status: 200, body: HEALTHY.to_vec(), ..Response::default() },
        ..Stage::default()
    };
    assert!(stage.run(&read(), &[answer(200, BALANCES.as_bytes())]).is_ok());
}
