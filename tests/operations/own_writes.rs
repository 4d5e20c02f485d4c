//! An account that is read after a write: never older than that, and never read without end.

use shardd_wasm::platform::Platform;
use shardd_wasm::{Code, LedgerEvent, Outcome, ShardError};

use crate::stage::Stage;

const EDGES: [&str; 2] = ["http://127.0.0.1:8081", "http://127.0.0.1:8082"];

/// An event that nobody has heard of.
fn to_come(event: &LedgerEvent) -> LedgerEvent {
    LedgerEvent { origin_seq: event.origin_seq + 1_000, ..event.clone() }
}

/// When the account was read.
fn reads_ms(stage: &Stage) -> Vec<u64> {
    let passages = stage.sim.passages();
    passages.iter().filter(|each| each.url.contains("/collapsed/")).map(|each| each.sent_at_ms).collect()
}

fn timed_out(error: &ShardError) {
    assert_eq!((error.code, error.outcome), (Code::Timeout, Outcome::Rejected));
    assert!(error.is_retryable());
}

#[test]
fn an_account_is_read_after_a_write() {
    let mut stage = Stage::new();
    let credit = stage.client.credit("app", "alice", 500, Default::default()).edge("http://127.0.0.1:8081");
    let client = stage.client.clone();
    let both = stage.call(async move {
        let event = credit.await?.event;
        let elsewhere = || client.get_account("app", "alice").edge("http://127.0.0.1:8082");
        Ok((elsewhere().await?.balance, elsewhere().after(&event).await?.balance))
    });
    assert_eq!(both.unwrap(), (0, 500), "the other region has not heard of it yet, and is asked again");
}

#[test]
fn it_is_read_at_most_five_times_again_and_ever_farther_apart() {
    let mut stage = Stage::new();
    let event = to_come(&stage.credit(500).event);
    let call = stage.client.get_account("app", "alice").after(&event);
    let error = stage.call_for(40_000, call).unwrap_err();
    timed_out(&error);
    assert_eq!(error.attempts, 6);
    let account = error.account().unwrap();
    assert_eq!((account.balance, account.available_balance), (500, 500), "what was read");
    let reads_ms = reads_ms(&stage);
    let apart_ms: Vec<u64> = reads_ms.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert_eq!(apart_ms.len(), 5);
    assert!(apart_ms.iter().all(|ms| (100..=2_100).contains(ms)), "{apart_ms:?}");
    assert!(apart_ms.is_sorted() && apart_ms[0] < 150, "{apart_ms:?}");
}

#[test]
fn it_is_not_read_again_where_the_deadline_comes_first() {
    for (timeout_ms, reads) in [(50, 1), (400, 3), (2_000, 5)] {
        let mut stage = Stage::new();
        let event = to_come(&stage.credit(500).event);
        let (clock, begun_ms) = (stage.platform.clone(), stage.platform.now_ms());
        let call = stage.client.get_account("app", "alice").after(&event).timeout_ms(timeout_ms);
        let ended = stage.call(async move { Ok((call.await.unwrap_err(), clock.now_ms() - begun_ms)) });
        let (error, took_ms) = ended.unwrap();
        timed_out(&error);
        assert_eq!(error.account().unwrap().balance, 500);
        assert_eq!(reads_ms(&stage).len(), reads, "within {timeout_ms} ms");
        assert!(took_ms <= timeout_ms);
    }
}

#[test]
fn a_read_that_ran_out_of_time_says_what_was_read_before() {
    let mut stage = Stage::new();
    let event = to_come(&stage.credit(500).event);
    let (regions, clock) = (stage.regions.clone(), stage.platform.clone());
    let call = stage.client.get_account("app", "alice").after(&event).edge(EDGES[0]).timeout_ms(1_000);
    stage.sim.spawn(async move {
        clock.sleep(60).await;
        regions.borrow_mut().silent = vec![0, 1];
    });
    let error = stage.call(call).unwrap_err();
    timed_out(&error);
    assert_eq!(error.account().map(|account| account.balance), Some(500));
}

#[test]
fn what_was_never_read_is_not_told() {
    let mut stage = Stage::new();
    let event = stage.credit(500).event;
    stage.regions.borrow_mut().silent = vec![0, 1];
    let call = stage.client.get_account("app", "alice").after(&event).timeout_ms(1_000);
    let error = stage.call(call).unwrap_err();
    timed_out(&error);
    assert!(error.account().is_none());
    stage.regions.borrow_mut().silent.clear();
    let plain = stage.call(stage.client.charge("app", "alice", 1_000, Default::default())).unwrap_err();
    assert!(plain.account().is_none());
}
