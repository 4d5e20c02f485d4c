//! One nonce, one write: what moves money makes it, and all else may be said otherwise, as the ledger has it.

use shardd_wasm::platform::Platform;
use shardd_wasm::{Call, Client, Code, CreateEventOptions, CreateEventResult, Outcome};

use crate::stage::{Stage, with_nonce};

const EDGES: [&str; 2] = ["http://127.0.0.1:8081", "http://127.0.0.1:8082"];

/// A charge of five credits under one nonce, with these options beside it.
fn charge(client: &Client, options: CreateEventOptions) -> Call<CreateEventResult> {
    let options = CreateEventOptions { idempotency_nonce: Some("n".into()), ..options };
    client.charge("app", "alice", 5, options)
}

/// All that may differ between a write and its repetition.
fn otherwise() -> Vec<CreateEventOptions> {
    vec![
        CreateEventOptions::default(),
        CreateEventOptions { note: Some("another".into()), ..Default::default() },
        CreateEventOptions { note: Some("order #9821".into()), max_overdraft: Some(7), ..Default::default() },
        CreateEventOptions { skip_hold: Some(true), ..Default::default() },
        CreateEventOptions { skip_hold: Some(false), ack_timeout_ms: Some(50), ..Default::default() },
    ]
}

fn noted() -> CreateEventOptions {
    CreateEventOptions { note: Some("order #9821".into()), max_overdraft: Some(50), ..Default::default() }
}

#[test]
fn a_repetition_that_says_all_else_otherwise_is_one_whenever_it_comes() {
    for pause_ms in [0, 100, 999, 1_001, 30_000] {
        for options in otherwise() {
            let mut stage = Stage::new();
            stage.credit(500);
            let (client, clock) = (stage.client.clone(), stage.platform.clone());
            let both = stage.call_for(40_000, async move {
                let first = charge(&client, noted()).await?;
                clock.sleep(pause_ms).await;
                let again = client.with_api_key("sk_test")?;
                Ok((first, charge(&again, options).await?))
            });
            let (first, again) = both.unwrap();
            assert_eq!((first.deduplicated, again.deduplicated), (false, true), "after {pause_ms} ms");
            assert_eq!(again.event, first.event);
            assert_eq!(again.event.note.as_deref(), Some("order #9821"), "the first one's");
        }
    }
}

#[test]
fn so_is_one_from_a_client_that_knows_nothing_and_one_at_the_same_time() {
    for options in otherwise() {
        let mut stage = Stage::new();
        stage.credit(500);
        let meanwhile = stage.begin(charge(&stage.client, options.clone()));
        let first = stage.call(charge(&stage.client, noted())).unwrap();
        let meanwhile = meanwhile.take().unwrap().unwrap();
        assert_eq!(first.event, meanwhile.event);
        assert!(first.deduplicated != meanwhile.deduplicated);
        let builder = Client::builder().api_key("sk_test").edges(EDGES);
        let stranger = builder.platform(std::rc::Rc::new(stage.platform.clone())).build().unwrap();
        let again = stage.call(charge(&stranger, options)).unwrap();
        assert_eq!((again.deduplicated, again.event), (true, first.event));
    }
}

#[test]
fn a_write_to_ones_own_bucket_is_the_same_write() {
    let mut stage = Stage::new();
    stage.credit(500);
    let client = stage.client.clone();
    let both = stage.call(async move {
        let first = client.create_event("app", "alice", -5, with_nonce("n")).await?;
        Ok((first, client.create_my_bucket_event("app", "alice", -5, with_nonce("n")).await?))
    });
    let (first, again) = both.unwrap();
    assert_eq!((again.deduplicated, again.event), (true, first.event));
}

#[test]
fn a_reservation_is_repeated_by_the_time_it_was_asked_for() {
    let mut stage = Stage::new();
    stage.credit(500);
    let (client, clock) = (stage.client.clone(), stage.platform.clone());
    let both = stage.call(async move {
        let first = client.reserve("app", "alice", 5, 60_000, with_nonce("n")).await?;
        clock.sleep(300).await;
        let noted = CreateEventOptions { note: Some("again".into()), ..with_nonce("n") };
        Ok((first, client.reserve("app", "alice", 5, 60_000, noted).await?))
    });
    let (first, again) = both.unwrap();
    assert_eq!((again.deduplicated, again.expires_at_unix_ms), (true, first.expires_at_unix_ms));
}

type Other = fn(&Client, &str) -> Call<CreateEventResult>;

#[test]
fn what_moves_other_money_is_a_conflict_and_sends_nothing() {
    let others: [Other; 9] = [
        |client, _| client.charge("app", "alice", 6, with_nonce("n")),
        |client, _| client.credit("app", "alice", 5, with_nonce(" n ")),
        |client, _| client.charge("app", "bob", 5, with_nonce("n")),
        |client, _| client.charge("another", "alice", 5, with_nonce("n")),
        |client, _| client.create_my_bucket_event("app", "alice", 5, with_nonce("n")),
        |client, id| client.settle("app", "alice", id, 5, with_nonce("n")),
        |client, id| client.release("app", "alice", id, with_nonce("n")),
        |client, _| client.create_event("app", "alice", 0, with_nonce("n")),
        |client, _| {
            let options = CreateEventOptions {
                hold_amount: Some(9),
                hold_expires_at_unix_ms: Some(4_000_000_000_000),
                ..with_nonce("n")
            };
            client.charge("app", "alice", 5, options)
        },
    ];
    for (at, other) in others.into_iter().enumerate() {
        let mut stage = Stage::new();
        stage.credit(500);
        let id = stage.reserve(20, "r").unwrap().reservation_id;
        let client = stage.client.clone();
        let before = stage.sent();
        let error = stage.call(async move {
            charge(&client, noted()).await?;
            Ok(other(&client.with_api_key("sk_test")?, &id).await.unwrap_err())
        });
        let error = error.unwrap();
        assert_eq!((error.code, error.attempts), (Code::Conflict, 0), "write {at}");
        assert_eq!((error.outcome, stage.sent() - before), (Outcome::Rejected, 1), "write {at}");
    }
}

#[test]
fn so_is_a_reservation_of_another_size_or_time() {
    for (amount, ttl_ms) in [(6, 60_000), (5, 60_001)] {
        let mut stage = Stage::new();
        stage.credit(500);
        let client = stage.client.clone();
        let error = stage.call(async move {
            client.reserve("app", "alice", 5, 60_000, with_nonce("n")).await?;
            Ok(client.reserve("app", "alice", amount, ttl_ms, with_nonce("n")).await.unwrap_err())
        });
        let error = error.unwrap();
        assert_eq!((error.code, error.attempts, stage.sent()), (Code::Conflict, 0, 2));
    }
}
