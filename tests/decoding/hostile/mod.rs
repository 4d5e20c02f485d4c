//! Answers that no ledger gives, to a read and to a write: what the caller is told, and what it is told of the write.

mod bodies;
mod fields;
mod figures;
mod refusals;

use shardd_wasm::json::Integers;
use shardd_wasm::{Answer, Code, Outcome, ShardError};

use crate::stage::{KEY, Stage, answer, read, write};
use crate::tree::Tree;

const BALANCES: &str = r#"{"accounts":[{"bucket":"mine","account":"alice","balance":7,"available_balance":7,"active_hold_total":0,"reserved_by_origin":{},"event_count":1}],"total_balance":7}"#;
const CREATED: &str = r#"{"event":{"event_id":"e-1","origin_node_id":"n-1","origin_epoch":1,"origin_seq":2,"created_at_unix_ms":3,"type":"standard","bucket":"mine","account":"alice","amount":-5,"note":null,"idempotency_nonce":"nonce-1","void_ref":null,"hold_amount":0,"hold_expires_at_unix_ms":0},"emitted_events":[],"balance":7,"available_balance":7,"deduplicated":false,"acks":{"received":0,"requested":0,"timeout":false}}"#;
/// What both of the above have in them.
const BALANCE: &str = r#""available_balance":7"#;

/// What a caller is told of a failure: of a read, and of a write.
type Told = (Code, Outcome);
const GARBLED: [Told; 2] = [(Code::Decode, Outcome::Rejected), (Code::Decode, Outcome::Unknown)];

/// JSON that is wrong beside the event, which proves the write.
const SPOILT: [Told; 2] = [(Code::Decode, Outcome::Rejected), (Code::Decode, Outcome::Applied)];

fn run_in(integers: Integers, status: u16, body: &[u8]) -> [Result<Answer, ShardError>; 2] {
    let stage = Stage { integers, max_attempts: 2, ..Stage::default() };
    [read(), write()].map(|operation| stage.run(&operation, &[answer(status, body)]))
}

fn told(name: &str, results: [Result<Answer, ShardError>; 2], want: [Told; 2]) {
    for (result, want) in results.into_iter().zip(want) {
        let error = result.expect_err(name);
        assert_eq!((error.code, error.outcome), want, "{name}: {error}");
        let unclear =
            matches!(want.0, Code::Timeout | Code::Network | Code::ServiceUnavailable | Code::RateLimited);
        let garbled = want == (Code::Decode, Outcome::Unknown);
        assert_eq!(error.is_retryable(), unclear || garbled, "{name}");
        for secret in [KEY, "<html", "s3cret", "__bucket_", "\u{0}", "\n"] {
            assert!(!error.message.contains(secret), "{name}: {}", error.message);
        }
    }
}

/// The answer to a read or a write of which `balance` took the place of its available balance.
fn with(balance: &str) -> [Vec<u8>; 2] {
    [BALANCES, CREATED].map(|body| body.replace(BALANCE, balance).into_bytes())
}

fn run_with(integers: Integers, balance: &str) -> [Result<Answer, ShardError>; 2] {
    let [balances, created] = with(balance);
    let [read, _] = run_in(integers, 200, &balances);
    let [_, write] = run_in(integers, 201, &created);
    [read, write]
}

/// The row or result that the available balance is in.
fn holder(result: Result<Answer, ShardError>, name: &str) -> Tree {
    let tree = Tree::parse(result.expect(name).json.as_bytes()).expect(name);
    match tree.get("accounts") {
        Some(Tree::List(rows)) => rows[0].clone(),
        _ => tree,
    }
}
