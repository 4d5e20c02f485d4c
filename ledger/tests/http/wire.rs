//! What only raw bytes show: versions, methods that nobody knows, gateways that spread their requests.

use std::collections::BTreeSet;

use shardd_local::http::ServeConfig;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::{Local, credit};

/// All that comes back until the connection ends.
async fn raw(local: &Local, request: &str) -> String {
    let address = local.running.regions[0].trim_start_matches("http://").to_owned();
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn an_old_request_gets_an_old_answer() {
    let local = Local::start().await;
    let answer = raw(&local, "GET /gateway/health HTTP/1.0\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.0 200 OK\r\n"), "{answer}");
    assert!(answer.contains("access-control-allow-origin: *\r\n"), "{answer}");
}

#[tokio::test]
async fn an_unknown_method_is_not_allowed_and_browsers_may_read_that() {
    let local = Local::start().await;
    for (method, path, status) in
        [("BREW", "/events", 405), ("get", "/events", 405), ("BREW", "/nowhere", 404)]
    {
        let answer =
            raw(&local, &format!("{method} {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
        assert!(answer.contains("access-control-allow-origin: *\r\n"), "{answer}");
        assert_eq!(answer.contains("allow: GET,HEAD,POST\r\n"), status == 405, "{answer}");
    }
}

#[tokio::test]
async fn a_gateway_gives_its_requests_to_all_nodes_where_it_is_told_to() {
    for (spread, nodes) in [(false, 1), (true, 3)] {
        let config = ServeConfig { spread, seed: Some(1), ..ServeConfig::default() };
        let local = Local::with(config).await;
        let mut served = BTreeSet::new();
        for nonce in 0..24 {
            let answer = credit(&mut local.region(0), &nonce.to_string()).await.unwrap();
            served.insert(answer.header("x-shardd-target-node-id").unwrap().to_owned());
        }
        assert_eq!(served.len(), nodes);
    }
}
