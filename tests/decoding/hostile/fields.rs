//! Fields: each once, under its own name, as it is meant; what is unknown does no harm.

use shardd_wasm::Code;
use shardd_wasm::json::Integers;

use super::{BALANCE, BALANCES, CREATED, GARBLED, SPOILT, holder, run_in, run_with, told};
use crate::stage::{Stage, answer};
use crate::tree::Tree;

#[test]
fn a_promised_field_comes_once_however_it_is_spelled() {
    for twice in [
        r#""available_balance":7,"available_balance":7"#,
        r#""available_balance":7,"available_balance":8"#,
        r#""available_balance":7,"available\u005fbalance":8"#,
        r#""\u0061vailable_balance":8,"available_balance":7"#,
        r#""available_balance":7,"available_balance":null"#,
        "\"no_balance\":7",
    ] {
        told(twice, run_with(Integers::Number, twice), SPOILT);
    }
    // A replay of another request proves nothing. Where it says so twice, it is not even right in shape.
    let twice = CREATED
        .replace("standard", "hold_release")
        .replace(r#""deduplicated":false"#, r#""deduplicated":false,"deduplicated":true"#);
    let [read, write] = run_in(Integers::Number, 200, twice.as_bytes());
    assert_eq!(read.unwrap_err().code, Code::Decode);
    assert_eq!(write.unwrap_err().code, Code::Decode);
    // Two events are none.
    let two = CREATED.replace(r#"{"event":"#, r#"{"event":{},"event":"#);
    told("two events", run_in(Integers::Number, 201, two.as_bytes()), GARBLED);
}

#[test]
fn the_replay_of_another_request_is_a_conflict_however_it_is_spelled() {
    let foreign = CREATED.replace(r#""deduplicated":false"#, r#""dedupl\u0069cated":true"#);
    let [_, mine] = run_in(Integers::Number, 200, foreign.replace("standard", r"st\u0061ndard").as_bytes());
    assert!(mine.is_ok(), "{mine:?}");
    let [_, other] = run_in(Integers::Number, 200, foreign.replace("standard", "hold_release").as_bytes());
    assert_eq!(other.map(|_| ()).map_err(|error| error.code), Err(Code::Conflict));
    // Also where its figures do not fit a number.
    let beyond = foreign
        .replace("standard", "hold_release")
        .replace(BALANCE, r#""available_balance":9007199254740993"#);
    let [_, other] = run_in(Integers::Number, 200, beyond.as_bytes());
    assert_eq!(other.map(|_| ()).map_err(|error| error.code), Err(Code::Conflict));
}

#[test]
fn half_a_surrogate_pair_is_no_text() {
    for text in [
        r"\ud800",
        r"\udc00",
        r"\udc00\ud800",
        r"\ud800\ud800",
        r"\ud800x",
        r"\ud800\n",
        r"\uD800\u0041",
        r"\uDFFF",
        r"\u12",
        r"\u12G4",
        r"\x41",
        r"\",
        "\t",
        "\u{1f}",
    ] {
        for place in [
            r#""note":"?""#,
            r#""note":null,"new":"?""#,
            r#""note":null,"?":1"#,
            r#""note":null,"new":{"?":[]}"#,
        ] {
            let body = CREATED.replace(r#""note":null"#, &place.replace('?', text));
            let [_, write] = run_in(Integers::Number, 201, body.as_bytes());
            let error = write.expect_err(text);
            assert_eq!((error.code, error.outcome), GARBLED[1], "{body}");
        }
    }
}

#[test]
fn text_is_handed_on_as_it_is_meant() {
    for (written, meant) in [
        (r"a\u0000b", "a\0b"),
        (r"\ud83d\udcb0", "💰"),
        (r#"\"\\\/\b\f\n\r\t"#, "\"\\/\u{8}\u{c}\n\r\t"),
        ("\u{2028}\u{7f}é", "\u{2028}\u{7f}é"),
    ] {
        let body = CREATED.replace(r#""note":null"#, &format!(r#""note":"{written}""#));
        let [_, write] = run_in(Integers::Number, 201, body.as_bytes());
        let result = Tree::parse(write.expect(written).json.as_bytes()).unwrap();
        assert_eq!(result.get("event").unwrap().get("note"), Some(&Tree::Text(meant.into())));
    }
}

#[test]
fn unknown_fields_pass_and_do_no_harm() {
    let long_key = "k".repeat(100_000);
    let nested = format!("{}{}", "[".repeat(50), "]".repeat(50));
    for (unknown, name, want) in [
        (r#""new_thing":{"a_b":[1,2.5,"x",null,true]}"#, "newThing", r#"{"a_b":[1,2.5,"x",null,true]}"#),
        (r#""new":9007199254740991"#, "new", "9007199254740991"),
        (r#""new":-9007199254740992"#, "new", r#""-9007199254740992""#),
        (r#""new":[123456789012345678901234567890]"#, "new", r#"["123456789012345678901234567890"]"#),
        (
            r#""new":{"a":1e400,"b":1e-400,"c":0.1,"d":1E5}"#,
            "new",
            r#"{"a":"1e400","b":"1e-400","c":0.1,"d":1E5}"#,
        ),
        (r#""new":1,"new":2"#, "new", "2"),
        (r#""new":{"__proto__":{"x":1},"\u005f_proto__":1,"y":2}"#, "new", r#"{"y":2}"#),
        (r#""n\u0065w":1"#, "new", "1"),
        (r#""":1"#, "", "1"),
        (&format!(r#""{long_key}":1"#), &long_key, "1"),
        (&format!(r#""new":{nested}"#), "new", &nested),
    ] {
        for result in run_with(Integers::Number, &format!("{BALANCE},{unknown}")) {
            let holder = holder(result, name);
            assert_eq!(holder.get(name).map(Tree::to_string).as_deref(), Some(want), "{unknown}");
            assert_eq!(holder.get("availableBalance"), Some(&Tree::Number("7".into())));
        }
    }
}

#[test]
fn no_unknown_field_takes_the_name_of_a_promised_one() {
    for shadow in [
        r#""availableBalance":8"#,
        r#""availableBalance":1e400"#,
        r#""available__balance":8"#,
        r#""available\u0042alance":8"#,
        r#""__proto__":{"availableBalance":8}"#,
        r#""\u005f_proto__":{"availableBalance":8}"#,
        r#""meta":{"edge":"https://elsewhere.example"}"#,
    ] {
        for balance in [format!("{BALANCE},{shadow}"), format!("{shadow},{BALANCE}")] {
            for result in run_with(Integers::Number, &balance) {
                let holder = holder(result, shadow);
                assert_eq!(holder.get("availableBalance"), Some(&Tree::Number("7".into())), "{balance}");
                let Tree::Object(members) = &holder else { panic!("an object") };
                let mut names: Vec<&String> = members.iter().map(|(name, _)| name).collect();
                assert!(!names.contains(&&"__proto__".to_owned()), "{balance}");
                names.sort();
                names.dedup();
                assert_eq!(names.len(), members.len(), "{balance}");
                let edge = holder.get("meta").and_then(|meta| meta.get("attempts").and(meta.get("edge")));
                assert!(edge.is_none_or(|edge| edge.to_string().contains("127.0.0.1")), "{balance}");
            }
        }
    }
}

#[test]
fn a_key_of_a_map_is_data_and_no_trap() {
    let row =
        r#"{"reserved_amount":1,"reservation_count":1,"next_expiry_unix_ms":5,"latest_expiry_unix_ms":5}"#;
    let body = BALANCES.replace(
        r#""reserved_by_origin":{}"#,
        &format!(r#""reserved_by_origin":{{"__proto__":{row},"constructor":{row},"node_1":{row}}}"#),
    );
    let [read, _] = run_in(Integers::Number, 200, body.as_bytes());
    let Some(Tree::Object(nodes)) = holder(read, "map").get("reservedByOrigin").cloned() else {
        panic!("a map")
    };
    let names: Vec<&str> = nodes.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["constructor", "node_1"]);
}

#[test]
fn the_internal_name_of_a_bucket_is_the_callers() {
    let internal = "user_00000000-0000-4000-8000-000000000001__bucket_6d696e65";
    let event = r#"{"event_id":"e-1","origin_node_id":"n-1","origin_epoch":1,"origin_seq":2,"created_at_unix_ms":3,"type":"standard","bucket":"?","account":"alice","amount":-5,"note":null,"idempotency_nonce":"nonce-1","void_ref":null,"hold_amount":0,"hold_expires_at_unix_ms":0}"#;
    let emitted = |bucket: &str| {
        let events = format!(r#""emitted_events":[{}]"#, event.replace('?', bucket));
        let [_, write] =
            run_in(Integers::Number, 201, CREATED.replace(r#""emitted_events":[]"#, &events).as_bytes());
        let result = Tree::parse(write.unwrap().json.as_bytes()).unwrap();
        let Some(Tree::List(events)) = result.get("emittedEvents").cloned() else { panic!("a list") };
        events[0].get("bucket").unwrap().to_string()
    };
    assert_eq!(emitted(internal), r#""mine""#);
    // What is no internal name is shown as it is: better strange than wrong.
    assert_eq!(emitted("other"), r#""other""#);
    // A read may show buckets of others, where the ledger runs without keys.
    let list = format!(r#"{{"events":[{}]}}"#, event.replace('?', internal));
    let operation = shardd_wasm::api::Operation::list_events("mine").unwrap();
    let result = Stage::default().run(&operation, &[answer(200, list.as_bytes())]).unwrap();
    assert!(result.json.contains(internal));
}
