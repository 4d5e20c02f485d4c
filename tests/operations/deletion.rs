//! A deletion is a write without a nonce: done once, told apart from the deletion before it, and never moved.

use shardd_wasm::platform::{Platform, Response};
use shardd_wasm::{Code, Outcome};

use crate::stage::Stage;

fn status(status: u16, error: &str) -> Response {
    Response { status, body: format!(r#"{{"error":"{error}"}}"#).into(), ..Response::default() }
}

/// The edges that deletions went to.
fn deletions(stage: &Stage) -> Vec<String> {
    let sent = stage.sim.passages().into_iter().filter(|passage| passage.url.contains("mode=nuke"));
    sent.map(|passage| passage.url[..21].to_owned()).collect()
}

#[test]
fn a_second_deletion_is_refused_however_soon_it_comes() {
    for pause_ms in [0, 1, 100, 499, 500, 900, 999, 1_000, 1_100, 3_000, 70_000] {
        let mut stage = Stage::new();
        stage.credit(500);
        let (client, clock) = (stage.client.clone(), stage.platform.clone());
        let again = async move {
            let first = client.delete_my_bucket("app").await?;
            assert_eq!((first.event_id.is_some(), first.meta.status), (true, 200));
            clock.sleep(pause_ms).await;
            client.delete_my_bucket("app").await
        };
        let error = stage.call_for(80_000, again).unwrap_err();
        assert_eq!(
            (error.code, error.reason, error.status),
            (Code::InvalidInput, Some("bucket_deleted"), Some(400))
        );
        assert_eq!((error.outcome, error.attempts), (Outcome::Rejected, 1), "after {pause_ms} ms");
    }
}

#[test]
fn of_two_deletions_at_once_one_is_done_and_the_other_refused() {
    let mut stage = Stage::new();
    stage.credit(500);
    let second = stage.client.delete_my_bucket("app");
    let clock = stage.platform.clone();
    let later = async move {
        clock.sleep(1).await;
        second.await
    };
    let place = stage.begin(stage.client.delete_my_bucket("app"));
    let error = stage.call(later).unwrap_err();
    assert!(place.take().unwrap().unwrap().event_id.is_some());
    assert_eq!((error.reason, error.outcome), (Some("bucket_deleted"), Outcome::Rejected));
}

#[test]
fn a_deletion_whose_answer_was_lost_is_found_done_by_the_same_call() {
    let mut stage = Stage::new();
    stage.credit(500);
    stage.regions.borrow_mut().answers_to_lose = 1;
    let deleted = stage.call(stage.client.delete_my_bucket("app")).unwrap();
    assert_eq!((deleted.event_id, deleted.bucket.as_str()), (None, "app"));
    // What the edge really said: that the bucket was deleted already.
    assert_eq!((deleted.meta.status, deleted.meta.attempts), (400, 2));
    let edges = deletions(&stage);
    assert_eq!(edges[0], edges[1]);
}

#[test]
fn the_deletion_that_another_call_lost_is_not_this_ones() {
    let mut stage = Stage::of(2, |builder| {
        builder.edges(["http://127.0.0.1:8081", "http://127.0.0.1:8082"]).max_attempts(1)
    });
    stage.credit(500);
    stage.regions.borrow_mut().answers_to_lose = 1;
    let client = stage.client.clone();
    let both = stage.call(async move {
        let lost = client.delete_my_bucket("app").await.unwrap_err();
        Ok((lost, client.delete_my_bucket("app").await.unwrap_err()))
    });
    let (lost, refused) = both.unwrap();
    assert_eq!((lost.code, lost.outcome), (Code::Network, Outcome::Unknown));
    assert_eq!((refused.reason, refused.outcome), (Some("bucket_deleted"), Outcome::Rejected));
}

#[test]
fn a_deletion_in_doubt_is_tried_once_more_where_it_was() {
    let mut stage = Stage::new();
    stage.credit(500);
    stage.regions.borrow_mut().answers_to_lose = 5;
    let error = stage.call(stage.client.delete_my_bucket("app")).unwrap_err();
    assert_eq!((error.code, error.outcome, error.attempts), (Code::Network, Outcome::Unknown, 2));
    let sent: Vec<u64> = stage
        .sim
        .passages()
        .iter()
        .filter(|each| each.url.contains("nuke"))
        .map(|each| each.sent_at_ms)
        .collect();
    assert!(sent[1] - sent[0] >= 1_000, "the settle rule holds for deletions too: {sent:?}");
    let edges = deletions(&stage);
    assert_eq!((edges.len(), &edges[0]), (2, &edges[1]));
}

#[test]
fn a_deletion_that_was_certainly_not_done_is_tried_as_often_as_any_call_and_stays() {
    let mut stage = Stage::new();
    stage.credit(500);
    stage.regions.borrow_mut().instead = Some(status(503, "no libp2p nodes discovered"));
    let error = stage.call(stage.client.delete_my_bucket("app")).unwrap_err();
    assert_eq!((error.outcome, error.attempts), (Outcome::Rejected, 3));
    let edges = deletions(&stage);
    assert!(edges.iter().all(|edge| *edge == edges[0]), "{edges:?}");
}
