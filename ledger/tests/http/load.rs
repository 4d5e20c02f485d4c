//! Many writers at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use serde_json::json;

use crate::{Client, Local};

/// `SHARDD_WRITES` changes the number of writes.
fn count() -> u64 {
    std::env::var("SHARDD_WRITES").ok().and_then(|n| n.parse().ok()).unwrap_or(3_200)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_four_writers_converge_to_equal_balances() {
    let (local, writes) = (Local::start().await, count());
    write(&local, writes).await;
    let state = local.until("/", |state| state["replication"]["converged"] == true).await;
    assert_eq!(state["storm"], json!(false));
    let mut totals = Vec::new();
    for region in 0..3 {
        let balances = local.region(region).get("/balances").await.unwrap().json();
        totals
            .push((balances["total_balance"].as_u64().unwrap(), balances["accounts"][0]["balance"].clone()));
    }
    assert_eq!(totals[0].0, writes);
    assert!(totals.iter().all(|total| *total == totals[0]), "{totals:?}");
}

/// On one thread: of two, the machine may stop the one that has somebody's answer, for as long as it likes.
#[tokio::test]
async fn of_sixty_four_writers_none_is_left_waiting() {
    let local = Local::start().await;
    let passed_over = write(&local, count()).await;
    // In answers of others, since a time would be the machine's: everybody's turn comes once in 64 of them.
    assert!(passed_over < 25 * 64, "nobody is left waiting: {passed_over} others came first");
}

/// Writes over 64 connections to three regions; gives how many others were answered at most while one waited for its answer.
async fn write(local: &Local, writes: u64) -> u64 {
    let begun = Instant::now();
    let answers = Arc::new(AtomicU64::new(0));
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..64u64 {
        let url = local.running.regions[(writer % 3) as usize].clone();
        let answers = Arc::clone(&answers);
        writers.spawn(async move {
            let mut client = Client::new(&url);
            let mut passed_over = 0;
            for index in (writer..writes).step_by(64) {
                let body = json!({ "bucket": "load", "account": format!("a{}", index % 10), "amount": 1,
                    "idempotency_nonce": format!("w{index}") });
                let sent = answers.load(Ordering::Relaxed);
                assert_eq!(client.post("/events", &body.to_string()).await.unwrap().status, 201);
                passed_over = passed_over.max(answers.fetch_add(1, Ordering::Relaxed) - sent);
            }
            passed_over
        });
    }
    let passed_over = writers.join_all().await.into_iter().max().unwrap();
    let took = begun.elapsed();
    println!(
        "{writes} writes in {took:?}: {:.0}/s, at most {passed_over} others between a write and its answer",
        writes as f64 / took.as_secs_f64()
    );
    passed_over
}
