//! Holds and reservations: what a debit holds, what blocks, what settles, what expires.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod common;

use common::{Dice, Ledger, held};
use serde_json::{Value, json};

const HOLD_MS: u64 = 600_000;

fn reserve(ledger: &mut Ledger, region: usize, nonce: &str, amount: u64, ttl: u64) -> (u16, Value) {
    let expires = ledger.now + ttl;
    ledger.post(region, nonce, 0, json!({ "hold_amount": amount, "hold_expires_at_unix_ms": expires }))
}

fn reserved(ledger: &mut Ledger, region: usize, nonce: &str, amount: u64, ttl: u64) -> String {
    let (status, answer) = reserve(ledger, region, nonce, amount, ttl);
    assert_eq!(status, 201, "{answer}");
    answer["event"]["event_id"].as_str().unwrap().to_owned()
}

#[test]
fn a_debit_holds_five_times_its_amount_less_what_the_node_holds_already() {
    let mut ledger = Ledger::new(2);
    ledger.done(0, "credit", 10_000, json!({}));
    for (nonce, amount, expected) in [("a", -100, 500), ("b", -100, 0), ("c", -300, 1000), ("d", -10, 0)] {
        let answer = ledger.done(0, nonce, amount, json!({}));
        assert_eq!(held(&answer), expected, "{nonce}: {answer}");
    }
    ledger.wait(200);
    let other = ledger.done(1, "e", -100, json!({}));
    assert_eq!(held(&other), 500, "another node holds again");
}

#[test]
fn the_implicit_hold_never_takes_more_than_there_is() {
    for (credit, debit, overdraft, expected) in
        [(100, -100, 0, 0), (100, -90, 0, 10), (0, -40, 50, 10), (1000, -100, 0, 500)]
    {
        let mut ledger = Ledger::new(1);
        ledger.done(0, "credit", credit, json!({}));
        let answer = ledger.done(0, "debit", debit, json!({ "max_overdraft": overdraft }));
        assert_eq!(held(&answer), expected, "{credit} {debit} {overdraft}");
    }
}

#[test]
fn a_hold_counts_as_held_only_while_a_tenth_of_its_life_is_left() {
    let mut ledger = Ledger::new(1);
    ledger.done(0, "credit", 10_000, json!({}));
    assert_eq!(held(&ledger.done(0, "a", -100, json!({}))), 500);
    ledger.wait(HOLD_MS - HOLD_MS / 10);
    assert_eq!(held(&ledger.done(0, "b", -100, json!({}))), 0, "exactly a tenth is left");
    ledger.wait(1);
    assert_eq!(held(&ledger.done(0, "c", -100, json!({}))), 500, "less is left");
}

#[test]
fn holds_block_later_debits_and_expire_without_an_event() {
    let mut ledger = Ledger::new(1);
    ledger.done(0, "credit", 1000, json!({}));
    ledger.done(0, "a", -100, json!({}));
    for skip_hold in [false, true] {
        let (status, answer) = ledger.post(0, "b", -450, json!({ "skip_hold": skip_hold }));
        assert_eq!(status, 422);
        assert_eq!(answer["available_balance"], 400);
        assert!(answer.get("hold_blocking").is_none());
    }
    let events = ledger.cluster.events(0).len();
    ledger.wait(HOLD_MS);
    assert_eq!(ledger.available(0), 900);
    assert_eq!(ledger.cluster.events(0).len(), events);
    ledger.done(0, "b", -450, json!({}));
}

#[test]
fn a_hold_of_the_callers_that_does_not_fit_is_named() {
    let mut ledger = Ledger::new(1);
    ledger.done(0, "credit", 100, json!({}));
    let hold = json!({ "hold_amount": 1000, "hold_expires_at_unix_ms": ledger.now + 60_000 });
    let (status, answer) = ledger.post(0, "x", -10, hold.clone());
    assert_eq!((status, &answer["hold_blocking"]), (422, &Value::Bool(true)));
    assert!(answer["hint"].as_str().unwrap().contains("skip_hold"));
    let (_, bare) = ledger.post(0, "y", -200, hold);
    assert!(bare.get("hold_blocking").is_none(), "the bare debit would not fit either");
}

#[test]
fn a_reservation_is_settled_once_for_no_more_than_it_holds() {
    let mut ledger = Ledger::new(2);
    ledger.done(0, "credit", 1000, json!({}));
    let id = reserved(&mut ledger, 0, "r", 500, 60_000);
    assert_eq!(ledger.available(0), 500);
    ledger.wait(200);
    let over = ledger.post(1, "over", -501, json!({ "settle_reservation": id }));
    assert_eq!(over, (400, json!({ "error": "settle attempted 501 against a reservation of 500" })));
    let elsewhere = ledger.post(1, "else", -1, json!({ "settle_reservation": id, "account": "z" }));
    assert_eq!(elsewhere.1["error"], format!("reservation '{id}' not found"));
    let answer = ledger.done(1, "s", -300, json!({ "settle_reservation": id }));
    let kinds: Vec<_> =
        answer["emitted_events"].as_array().unwrap().iter().map(|e| e["type"].clone()).collect();
    assert_eq!(kinds, ["standard", "hold_release"]);
    assert_eq!((ledger.balance(1), ledger.available(1)), (700, 700), "the rest is free again");
    let again = ledger.post(1, "s2", -100, json!({ "settle_reservation": id }));
    assert_eq!(again.1["error"], format!("reservation '{id}' has already been released"));
    let replay = ledger.post(1, "s", -300, json!({ "settle_reservation": id }));
    assert_eq!((replay.0, &replay.1["deduplicated"]), (200, &Value::Bool(true)));
}

#[test]
fn settling_skips_the_overdraft_guard() {
    let mut ledger = Ledger::new(1);
    ledger.done(0, "credit", 50, json!({}));
    let id = reserved(&mut ledger, 0, "r", 50, 60_000);
    ledger.done(0, "drain", -30, json!({ "max_overdraft": 100, "skip_hold": true }));
    ledger.done(0, "s", -50, json!({ "settle_reservation": id }));
    assert_eq!(ledger.balance(0), -30);
}

#[test]
fn after_expiry_nothing_can_be_settled_or_released() {
    let mut ledger = Ledger::new(1);
    ledger.done(0, "credit", 100, json!({}));
    let id = reserved(&mut ledger, 0, "r", 50, 5_000);
    ledger.wait(5_000);
    let expired = json!({ "error": format!("reservation '{id}' has expired") });
    assert_eq!(ledger.post(0, "s", -10, json!({ "settle_reservation": id })), (400, expired.clone()));
    assert_eq!(ledger.post(0, "l", 0, json!({ "release_reservation": id })), (400, expired));
    let (status, late) = reserve(&mut ledger, 0, "r2", 50, 0);
    assert_eq!((status, &late["error"]), (400, &json!("hold_expires_at_unix_ms must be in the future")));
}

#[test]
fn the_hold_of_a_debit_can_be_released_like_a_reservation() {
    let mut ledger = Ledger::new(1);
    ledger.done(0, "credit", 1000, json!({}));
    let debit = ledger.done(0, "d", -100, json!({}));
    let id = debit["emitted_events"][0]["event_id"].clone();
    assert_eq!(ledger.available(0), 400);
    ledger.done(0, "l", 0, json!({ "release_reservation": id }));
    assert_eq!(ledger.available(0), 900);
}

#[test]
fn all_amount_zero_modes_share_one_key() {
    let mut ledger = Ledger::new(1);
    ledger.done(0, "credit", 1000, json!({}));
    let id = reserved(&mut ledger, 0, "n", 100, 60_000);
    let (status, other_size) = reserve(&mut ledger, 0, "n", 300, 60_000);
    assert_eq!((status, &other_size["event"]["hold_amount"]), (200, &json!(100)));
    let release = ledger.done(0, "n", 0, json!({ "release_reservation": id }));
    assert_eq!(release["event"]["type"], "reservation_create", "nothing was released");
    assert_eq!(ledger.available(0), 900);
}

#[test]
fn the_expiry_is_checked_by_the_nodes_clock() {
    let mut ledger = Ledger::new(1);
    ledger.done(0, "credit", 1000, json!({}));
    ledger.cluster.set_clock_skew_ms(0, 10_000);
    assert_eq!(reserve(&mut ledger, 0, "r", 10, 10_000).0, 400);
    assert_eq!(reserve(&mut ledger, 0, "r", 10, 10_001).0, 201);
}

#[test]
fn numbers_wrap_as_the_real_ones_do() {
    let mut ledger = Ledger::new(1);
    ledger.done(0, "max", i64::MAX, json!({}));
    ledger.done(0, "one", 1, json!({}));
    assert_eq!(ledger.balance(0), i64::MIN);
    let odd = json!({ "account": "r", "hold_amount": u64::MAX, "hold_expires_at_unix_ms": ledger.now + 9 });
    assert_eq!(ledger.done(0, "odd", 0, odd)["available_balance"], 1);
    let overdraft = ledger.post(0, "over", -5, json!({ "account": "o", "max_overdraft": u64::MAX }));
    assert_eq!((overdraft.0, &overdraft.1["limit"]), (422, &json!(1)));
}

/// Whatever happens, the available balance is the balance less the holds that the row lists, and no accepted debit
/// without a limit leaves it below zero.
#[test]
fn the_books_agree_under_random_operations() {
    for seed in 0..300 {
        println!("seed {seed}");
        let mut dice = Dice(seed);
        let mut ledger = Ledger::new(1);
        let mut reservations: Vec<String> = Vec::new();
        for step in 0..60 {
            let nonce = format!("n{}", dice.roll(50));
            let id = reservations.get(dice.roll(8) as usize).cloned().unwrap_or_default();
            let amount = 1 + dice.roll(200) as i64;
            let (status, answer) = match dice.roll(6) {
                0 => ledger.post(0, &nonce, amount, json!({})),
                1 | 2 => ledger.post(0, &nonce, -amount, json!({})),
                3 => reserve(&mut ledger, 0, &nonce, amount as u64, 5_000 + dice.roll(600_000)),
                4 => ledger.post(0, &nonce, -amount, json!({ "settle_reservation": id })),
                _ => ledger.post(0, &nonce, 0, json!({ "release_reservation": id })),
            };
            assert!(matches!(status, 200 | 201 | 400 | 422), "step {step}: {status} {answer}");
            if status == 201 && answer["event"]["type"] == "reservation_create" {
                reservations.push(answer["event"]["event_id"].as_str().unwrap().into());
            }
            ledger.wait(dice.roll(60_000));
            check_books(&mut ledger, seed, step);
        }
    }
}

fn check_books(ledger: &mut Ledger, seed: u64, step: u64) {
    let balances = ledger.get(0, "/balances");
    let Some(row) = balances["accounts"].get(0) else { return };
    let held: i64 = row["reserved_by_origin"]
        .as_object()
        .unwrap()
        .values()
        .map(|origin| origin["reserved_amount"].as_i64().unwrap())
        .sum();
    let number = |field: &str| row[field].as_i64().unwrap();
    assert_eq!(number("active_hold_total"), held, "seed {seed} step {step}");
    assert_eq!(number("available_balance"), number("balance") - held, "seed {seed} step {step}");
    let sum: i64 = ledger.cluster.events(0).iter().map(|event| event.amount).sum();
    assert_eq!(number("balance"), sum, "seed {seed} step {step}");
    assert!(
        number("balance") >= 0,
        "seed {seed} step {step}: settles stay within reservations, which stay funded"
    );
}
