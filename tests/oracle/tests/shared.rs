//! One server, workers of both libraries: whoever is asked, the answer is that of one store.

use std::time::Duration;

use idempotency_oracle::command::{Command, Said, commands};
use idempotency_oracle::ours::NOBODY;
use idempotency_oracle::{ours, theirs};
use shardd_wasm::idempotency::memory::MemoryStore;
use shardd_wasm::platform::sim::Random;

#[path = "../../idempotency/server.rs"]
mod server;
use server::Server;

/// An hour a step, so that a slow machine changes nothing.
const UNIT_MS: u64 = 3_600_000;

/// Time passes on the server by being taken from what is left of every key.
const PASS: &str = "
for _, key in ipairs(redis.call('KEYS', 'shared:key-*')) do
  local left = redis.call('PTTL', key)
  if left >= 0 then redis.call('PEXPIRE', key, left - ARGV[1]) end
end";

async fn agree(seed: u64, server: &Server) {
    let mut random = Random::new(seed);
    let commands = commands(&mut random, 60, UNIT_MS);
    let model = MemoryStore::new();
    let our_store =
        shardd_wasm::idempotency::valkey::ValkeyStore::with_url(server.url()).prefix("shared").try_build();
    let their_store = idempotent::valkey::ValkeyStore::with_url(server.url()).prefix("shared").try_build();
    let (our_store, their_store) = (our_store.await.unwrap(), their_store.await.unwrap());
    let client = redis::Client::open(server.url()).unwrap();
    let mut admin = client.get_multiplexed_async_connection().await.unwrap();
    redis::cmd("FLUSHALL").exec_async(&mut admin).await.unwrap();

    let (mut tokens, mut model_tokens) = (vec![None; commands.len()], vec![None; commands.len()]);
    for (place, command) in commands.iter().enumerate() {
        let held = match *command {
            Command::Pass { ms } => {
                redis::cmd("EVAL").arg(PASS).arg(0).arg(ms).exec_async(&mut admin).await.unwrap();
                tokio::time::pause();
                tokio::time::advance(Duration::from_millis(ms)).await;
                tokio::time::resume();
                continue;
            }
            Command::Complete { claim, .. } | Command::Touch { claim, .. } | Command::Remove { claim, .. } => claim,
            _ => place,
        };
        let (token, model_token) = (tokens[held].unwrap_or(NOBODY), model_tokens[held].unwrap_or(NOBODY));
        let by_us = random.chance(50);
        let (said, token) = match by_us {
            true => ours::run(&our_store, command, token).await,
            false => theirs::run(&their_store, command, token).await,
        };
        let (expected, model_token) = ours::run(&model, command, model_token).await;
        assert_eq!(said, expected, "seed {seed}, command {place}, by us: {by_us}: {command:?}\nof {commands:#?}");
        if said == Said::Claimed {
            assert!(!tokens.contains(&token), "seed {seed}, command {place}: a token came twice");
        }
        (tokens[place], model_tokens[place]) = (token, model_token);
    }
}

#[tokio::test]
async fn agree_on_everything() {
    let Some(server) = Server::start(&[]) else { return };
    for seed in 0..150 {
        agree(seed, &server).await;
    }
}
