//! The Valkey store, against a real server.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use shardd_wasm::idempotency::conformance::{Subject, check};
use shardd_wasm::idempotency::valkey::{ValkeyError, ValkeyStore};
use shardd_wasm::idempotency::{
    CachedResponse, ExecutionOutcome, FencedOutcome, Fingerprint, IdempotencyEntry, IdempotencyKey,
    IdempotencyStore, InsertResult, Status,
};

use crate::server::Server;

/// A store on a server whose time the test moves: by taking it from what is left of every key.
struct OnServer {
    store: ValkeyStore,
    admin: MultiplexedConnection,
}

const PASS: &str = "
for _, key in ipairs(redis.call('KEYS', '*')) do
  local left = redis.call('PTTL', key)
  if left >= 0 then
    if redis.call('HGET', key, 'lease') then redis.call('HINCRBY', key, 'lease', -ARGV[1]) end
    redis.call('PEXPIRE', key, left - ARGV[1])
  end
end";

impl Subject for OnServer {
    type Store = ValkeyStore;

    fn store(&self) -> &ValkeyStore {
        &self.store
    }

    fn tick_ms(&self) -> u64 {
        60_000
    }

    async fn pass(&self, ms: u64) {
        let mut admin = self.admin.clone();
        redis::cmd("EVAL").arg(PASS).arg(0).arg(ms).exec_async(&mut admin).await.unwrap();
    }
}

async fn admin(server: &Server) -> MultiplexedConnection {
    let client = redis::Client::open(server.url()).unwrap();
    client.get_multiplexed_async_connection().await.unwrap()
}

async fn store(url: &str) -> ValkeyStore {
    ValkeyStore::with_url(url).prefix("billing").try_build().await.unwrap()
}

async fn ask<T: redis::FromRedisValue>(admin: &MultiplexedConnection, words: &str) -> T {
    let mut command = redis::Cmd::new();
    words.split(' ').for_each(|word| {
        command.arg(word);
    });
    command.query_async(&mut admin.clone()).await.unwrap()
}

fn key(name: &str) -> IdempotencyKey {
    IdempotencyKey::new(name).unwrap()
}

fn entry() -> IdempotencyEntry<shardd_wasm::idempotency::Processing> {
    IdempotencyEntry::new(Fingerprint::new(1 << 100)).with_lease(Duration::from_secs(3600))
}

#[tokio::test]
async fn holds_the_table() {
    let Some(server) = Server::start(&[]) else { return };
    let checked = check(&OnServer { store: store(&server.url()).await, admin: admin(&server).await }).await;
    assert_eq!(checked.unwrap_or_else(|failure| panic!("{failure}")).skipped, 0);
}

#[tokio::test]
async fn holds_it_for_a_user_without_dangerous_rights() {
    let Some(server) = Server::start(&[]) else { return };
    let admin = admin(&server).await;
    ask::<()>(&admin, "ACL SETUSER app on >secret ~billing:* +@all -@dangerous -@admin").await;
    let url = format!("redis://app:secret@127.0.0.1:{}", server.port);
    let checked = check(&OnServer { store: store(&url).await, admin }).await;
    assert_eq!(checked.unwrap_or_else(|failure| panic!("{failure}")).skipped, 0);
}

#[tokio::test]
async fn holds_it_on_a_cluster() {
    let Some(server) = Server::start(&["--cluster-enabled", "yes"]) else { return };
    let admin = admin(&server).await;
    ask::<()>(&admin, "CLUSTER ADDSLOTSRANGE 0 16383").await;
    while !ask::<String>(&admin, "CLUSTER INFO").await.contains("cluster_state:ok") {}
    let checked = check(&OnServer { store: store(&server.url()).await, admin }).await;
    assert_eq!(checked.unwrap_or_else(|failure| panic!("{failure}")).skipped, 0);
}

#[tokio::test]
async fn leaves_what_the_library_leaves() {
    let Some(server) = Server::start(&[]) else { return };
    let (store, admin) = (store(&server.url()).await, admin(&server).await);
    let key = key("order 1/2").scoped("charge").unwrap();
    let Ok(InsertResult::Claimed { fencing_token, entry }) = store.try_insert(&key, entry()).await else {
        panic!()
    };
    let names: Vec<String> = ask(&admin, "KEYS *").await;
    assert_eq!(names, ["billing:order 1:2F2/charge"], "one key, and no counter");
    let fields = async || {
        let mut command = redis::cmd("HGETALL");
        command.arg(&names[0]).query_async::<HashMap<String, Vec<u8>>>(&mut admin.clone()).await.unwrap()
    };
    let held = fields().await;
    let text = |name: &str| String::from_utf8(held[name].clone()).unwrap();
    assert_eq!(
        held.keys().map(String::as_str).collect::<BTreeSet<_>>(),
        ["data", "fp", "ft", "run_id", "status"].into()
    );
    assert_eq!((text("status").as_str(), text("ft").as_str()), ("in_progress", "1"));
    assert_eq!(text("run_id"), format!("{:016x}", fencing_token.run_id));
    assert_eq!(text("fp"), (1_u128 << 100).to_string());
    assert_eq!(held["data"][..2], [1, 1], "the shared layout, in progress");
    let expiry: i64 = redis::cmd("PTTL").arg(&names[0]).query_async(&mut admin.clone()).await.unwrap();
    assert!((3_540_000..=3_600_000).contains(&expiry), "{expiry}");

    let completed = entry.complete(CachedResponse::from("done"));
    assert_eq!(store.complete(&key, completed, fencing_token).await.unwrap(), FencedOutcome::Applied);
    let done = fields().await;
    assert_eq!((done["status"].as_slice(), &done["data"][..2]), (&b"complete"[..], &[1, 0][..]));
    assert_eq!(done["ft"], held["ft"], "the token stays");
}

#[tokio::test]
async fn tokens_are_the_servers_time() {
    let Some(server) = Server::start(&[]) else { return };
    let (store, admin) = (store(&server.url()).await, admin(&server).await);
    let server_ms = async || {
        let (seconds, micros): (u64, u64) = ask(&admin, "TIME").await;
        seconds * 1000 + micros / 1000
    };
    let before_ms = server_ms().await;
    let Ok(InsertResult::Claimed { fencing_token, .. }) = store.try_insert(&key("k"), entry()).await else {
        panic!()
    };
    let issued_ms = fencing_token.run_id >> 16;
    assert!(before_ms <= issued_ms && issued_ms <= server_ms().await, "{issued_ms}");
}

#[tokio::test]
async fn sends_the_text_of_a_script_once() {
    let Some(server) = Server::start(&[]) else { return };
    let (store, admin) = (store(&server.url()).await, admin(&server).await);
    let calls = async |command: &str| {
        let stats: String = ask(&admin, "INFO commandstats").await;
        let start = format!("cmdstat_{command}:calls=");
        let line = stats.lines().find_map(|line| line.strip_prefix(start.as_str()).map(str::to_owned));
        line.map_or(0, |line| line.split(',').next().unwrap().parse::<u64>().unwrap())
    };
    let all_four = async |name: &str| {
        let key = key(name);
        let Ok(InsertResult::Claimed { fencing_token, entry }) = store.try_insert(&key, entry()).await else {
            panic!()
        };
        for outcome in [
            store.touch(&key, fencing_token, Duration::from_secs(60)).await,
            store.complete(&key, entry.complete(CachedResponse::from("x")), fencing_token).await,
            store.remove(&key, fencing_token).await,
        ] {
            assert_eq!(outcome.unwrap(), FencedOutcome::Applied);
        }
    };
    all_four("first").await;
    all_four("second").await;
    assert_eq!((calls("evalsha").await, calls("eval").await), (8, 4), "the names of the scripts are right");
    ask::<()>(&admin, "SCRIPT FLUSH").await;
    all_four("third").await;
    assert_eq!((calls("evalsha").await, calls("eval").await), (12, 8), "a server may forget them");
}

#[tokio::test]
async fn what_is_not_ours_is_an_error_until_purged() {
    let Some(server) = Server::start(&[]) else { return };
    let (store, admin) = (store(&server.url()).await, admin(&server).await);
    for foreign in [
        "SET billing:k text",
        "HSET billing:k status in_progress data {} run_id 00 ft 1 fp 1",
        "HSET billing:k status complete data x run_id 00 ft 1 fp 1",
        "HSET billing:k status nonsense data x run_id zz ft minus fp 1",
        "HSET billing:k status in_progress data x run_id 00 ft 1 fp 1 lease soon",
    ] {
        ask::<()>(&admin, foreign).await;
        let claimed = store.try_insert(&key("k"), entry()).await;
        assert!(claimed.is_err(), "{foreign}: {claimed:?}");
        assert!(store.get(&key("k")).await.is_err(), "{foreign}");
        store.purge(&key("k")).await.unwrap();
        assert!(matches!(store.try_insert(&key("k"), entry()).await, Ok(InsertResult::Claimed { .. })));
        store.purge(&key("k")).await.unwrap();
    }
    // A hash of somebody else's without data is overwritten whole.
    ask::<()>(&admin, "HSET billing:k lease 99999999999999 keep 7 status complete").await;
    assert!(matches!(store.try_insert(&key("k"), entry()).await, Ok(InsertResult::Claimed { .. })));
    assert_eq!(store.get(&key("k")).await.unwrap().unwrap().status, Status::Processing);
}

#[tokio::test]
async fn a_lease_ends_by_the_servers_own_clock() {
    let Some(server) = Server::start(&[]) else { return };
    let (store, key) = (store(&server.url()).await, key("k"));
    for keep in [0, 3600] {
        let short = || entry().with_lease(Duration::from_millis(40)).with_keep(Duration::from_secs(keep));
        let Ok(InsertResult::Claimed { fencing_token: first, .. }) = store.try_insert(&key, short()).await
        else {
            panic!()
        };
        // As often as the server answers, until it grants the key again.
        let second = loop {
            if let InsertResult::Claimed { fencing_token, entry } =
                store.try_insert(&key, short()).await.unwrap()
            {
                assert_eq!(entry.lapsed().is_some(), keep > 0);
                break fencing_token;
            }
        };
        assert!(first < second);
        store.purge(&key).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_connections_one_claims() {
    let Some(server) = Server::start(&[]) else { return };
    let mut stores = Vec::new();
    for _ in 0..4 {
        stores.push(store(&server.url()).await);
    }
    for round in 0..100 {
        let claims: Vec<_> = (0..12)
            .map(|number| {
                let (store, key) = (stores[number % 4].clone(), key(&round.to_string()));
                tokio::spawn(async move { store.try_insert(&key, entry()).await })
            })
            .collect();
        let mut granted = 0;
        for claim in claims {
            granted += usize::from(matches!(claim.await.unwrap(), Ok(InsertResult::Claimed { .. })));
        }
        assert_eq!(granted, 1);
    }
}

#[tokio::test]
async fn runs_once_across_connections() {
    let Some(server) = Server::start(&[]) else { return };
    let (ours, theirs) = (store(&server.url()).await, store(&server.url()).await);
    let lease = Duration::from_secs(3600);
    let claim = |store: &ValkeyStore| store.claim_owned(key("k"), lease).fingerprint("POST /", b"");
    let twice = async |_| Ok(CachedResponse::from("twice"));
    let mut waiting = None;
    let first = claim(&ours).execute_or_replay(lease, async |_| {
        let told = claim(&theirs).execute_or_replay(lease, twice).await?;
        assert!(matches!(told, ExecutionOutcome::InFlight { retry_after } if retry_after <= lease));
        waiting = Some(tokio::spawn(claim(&theirs).wait(lease).execute_or_replay(lease, twice)));
        Ok(CachedResponse::from("once"))
    });
    assert_eq!(first.await.unwrap(), ExecutionOutcome::Executed("once".into()));
    let waited = waiting.unwrap().await.unwrap();
    assert_eq!(waited.unwrap(), ExecutionOutcome::Replayed("once".into()));
}

#[tokio::test]
async fn says_what_is_wrong() {
    let Some(server) = Server::start(&[]) else { return };
    store(&server.url()).await.ping().await.unwrap();
    for prefix in ["a:b", "a/b", "a\n"] {
        let refused = ValkeyStore::with_url(server.url()).prefix(prefix).try_build().await;
        assert!(matches!(refused, Err(ValkeyError::InvalidPrefix)));
    }
    assert!(ValkeyStore::with_url("nonsense").try_build().await.is_err());
    let store = store(&server.url()).await;
    drop(server);
    let gone = store.try_insert(&key("k"), entry()).await;
    assert!(matches!(gone, Err(ValkeyError::Connection(_))), "{gone:?}");
}
