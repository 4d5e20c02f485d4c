//! The health of one edge: asked once, for as long as a probe may take.

use shardd_wasm::engine::EdgeState;
use shardd_wasm::platform::Platform;
use shardd_wasm::{Call, Client, ClientBuilder, Code, Health, ShardError};

use crate::stage::Stage;

const EDGES: [&str; 2] = ["http://127.0.0.1:8081", "http://127.0.0.1:8082"];

/// How a call of health for the first edge ends where that edge is silent, and after how long.
fn silent(
    set_up: impl FnOnce(ClientBuilder) -> ClientBuilder,
    ask: impl FnOnce(&Client) -> Call<Health>,
) -> (ShardError, u64, Stage) {
    let mut stage = Stage::of(2, |builder| set_up(builder.edges(EDGES)));
    stage.regions.borrow_mut().silent = vec![0];
    let (call, clock) = (ask(&stage.client), stage.platform.clone());
    let begun_ms = clock.now_ms();
    let ended = stage.call_for(40_000, async move {
        let error = call.await.unwrap_err();
        Ok((error, clock.now_ms() - begun_ms))
    });
    let (error, took_ms) = ended.unwrap();
    (error, took_ms, stage)
}

#[test]
fn a_silent_edge_is_asked_once_and_for_as_long_as_a_probe() {
    let named = |client: &Client| client.health(Some(EDGES[0]));
    for (took_ms, end) in [
        (2_000, silent(|builder| builder, named)),
        (700, silent(|builder| builder.probe_timeout_ms(700), named)),
        (15_000, silent(|builder| builder.probe_timeout_ms(15_000), named)),
        (300, silent(|builder| builder, |client| client.health(Some(EDGES[0])).timeout_ms(300))),
        (300, silent(|builder| builder.timeout_ms(300), named)),
        (2_000, silent(|builder| builder, |client| client.health(None).edge(EDGES[0]))),
    ] {
        let (error, ended_ms, stage) = end;
        assert_eq!((error.code, error.attempts, ended_ms), (Code::Timeout, 1, took_ms));
        assert_eq!(error.edge.as_deref(), Some(EDGES[0]));
        let asked = stage.sim.passages().iter().filter(|each| each.url.starts_with(EDGES[0])).count();
        assert_eq!(asked, 1, "it is not watched");
        assert_eq!(stage.client.edge_table()[0].state, EdgeState::Up);
    }
}

#[test]
fn the_first_failure_of_the_named_edge_is_the_answer() {
    let mut stage = Stage::new();
    stage.regions.borrow_mut().probes_to_lose = 1;
    let error = stage.call(stage.client.health(Some(EDGES[1]))).unwrap_err();
    assert_eq!((error.code, error.attempts), (Code::Network, 1));
    assert!(stage.call(stage.client.health(Some(EDGES[1]))).unwrap().ready);
}

#[test]
fn whoever_serves_is_asked_like_anything_else() {
    let mut stage = Stage::new();
    stage.credit(5);
    stage.regions.borrow_mut().silent = vec![0];
    assert!(stage.call(stage.client.health(None)).unwrap().ready, "it moves on");
}
