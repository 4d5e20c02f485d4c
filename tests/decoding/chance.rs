//! The decoders against bodies made up by chance, with serde_json as the judge.
//!
//! `FUZZ_SECONDS=600 cargo test --release --test decoding chance -- --nocapture` looks for ten minutes; `FUZZ_SEED=n` begins at that
//! seed. What is found belongs into `tests/corpus`, in a file named for what it shows.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use shardd_wasm::api::Operation;
use shardd_wasm::json::{Integers, transcode};
use shardd_wasm::platform::Response;
use shardd_wasm::platform::sim::Random;

use crate::money::operations;
use crate::mutation::{body, noise};
use crate::oracle::{Findings, picks_alike, reads_alike, tells_the_truth, waits_alike};
use crate::recorded::exchanges;
use crate::stage::{HEALTHY, answer};
use crate::tree::Tree;

/// Enough to meet every rule in a few seconds.
const SEEDS: u64 = 20_000;
const STATUSES: [u16; 24] = [
    0, 200, 200, 200, 201, 201, 201, 204, 301, 400, 401, 402, 403, 404, 408, 409, 422, 422, 422, 429, 500,
    503, 503, 504,
];

/// What the seeds met with.
#[derive(Default)]
struct Tally {
    seeds: AtomicU64,
    promised: AtomicU64,
    calls: AtomicU64,
}

/// The recorded bodies that are JSON, small enough to be worked on thousands of times: those that answer something, each with the
/// index of what it answers, and the rest.
struct Bodies {
    answers: Vec<(Tree, usize)>,
    rest: Vec<Tree>,
}

impl Bodies {
    fn recorded() -> Bodies {
        let mut recorded: Vec<String> = exchanges().into_iter().map(|exchange| exchange.answered).collect();
        recorded.retain(|body| body.len() < 4_000);
        recorded.push(String::from_utf8(HEALTHY.to_vec()).unwrap());
        recorded.sort();
        recorded.dedup();
        let (operations, mut bodies) = (operations(), Bodies { answers: Vec::new(), rest: Vec::new() });
        for body in recorded {
            let Some(tree) = Tree::parse(body.as_bytes()) else { continue };
            let answers = |operation: &Operation| {
                transcode(body.as_bytes(), operation.fields, Integers::Exact, None).is_ok()
            };
            match operations.iter().position(answers) {
                Some(at) => bodies.answers.push((tree, at)),
                None => bodies.rest.push(tree),
            }
        }
        bodies
    }

    /// A body, and the index of an operation that it may be an answer to.
    fn draw(&self, operations: usize, random: &mut Random) -> (Vec<u8>, usize) {
        let any = random.between(0, operations as u64 - 1) as usize;
        match random.between(0, 9) {
            0 => (noise(random), any),
            1 => (body(&self.rest[random.between(0, self.rest.len() as u64 - 1) as usize], random), any),
            _ => {
                let (tree, at) = &self.answers[random.between(0, self.answers.len() as u64 - 1) as usize];
                (body(tree, random), if random.chance(90) { *at } else { any })
            }
        }
    }
}

fn judge(seed: u64, bodies: &Bodies, operations: &[Operation], tally: &Tally) -> Findings {
    let mut random = Random::new(seed);
    let (body, at) = bodies.draw(operations.len(), &mut random);
    let operation = &operations[at];
    let mut findings = Findings::new();
    let promised = reads_alike(&body, operation, &mut findings);
    picks_alike(&body, &mut findings);
    let header = header(&mut random);
    waits_alike(&header, &mut findings);
    if random.chance(if promised { 20 } else { 50 }) {
        let status = STATUSES[random.between(0, STATUSES.len() as u64 - 1) as usize];
        let response = Response { retry_after: Some(header), ..answer(status, &body) };
        let integers = if random.chance(50) { Integers::Number } else { Integers::BigInt };
        tells_the_truth(&response, operation, integers, &mut findings);
        tally.calls.fetch_add(1, Ordering::Relaxed);
    }
    tally.promised.fetch_add(u64::from(promised), Ordering::Relaxed);
    tally.seeds.fetch_add(1, Ordering::Relaxed);
    if !findings.is_empty() {
        findings.push(format!("of {}", String::from_utf8_lossy(&body)));
    }
    findings
}

/// A `Retry-After`, right or nearly so.
fn header(random: &mut Random) -> String {
    let seconds = random.between(0, 253_402_300_799);
    let date = std::time::UNIX_EPOCH + Duration::from_secs(seconds);
    let mut header = match random.between(0, 2) {
        0 => seconds.to_string(),
        _ => httpdate::fmt_http_date(date),
    }
    .into_bytes();
    if random.chance(40) {
        let at = random.between(0, header.len() as u64 - 1) as usize;
        match random.between(0, 2) {
            0 => header[at] = b"0123456789+-: ,JGTx"[random.between(0, 18) as usize],
            1 => header.insert(at, b"0 +x"[random.between(0, 3) as usize]),
            _ => drop(header.remove(at)),
        }
    }
    String::from_utf8(header).unwrap()
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().expect(name))
}

#[test]
fn whatever_comes_is_read_as_serde_json_reads_it() {
    let first = number("FUZZ_SEED").unwrap_or(1);
    let until = number("FUZZ_SECONDS").map(|seconds| Instant::now() + Duration::from_secs(seconds));
    let (next, stop) = (AtomicU64::new(first), AtomicBool::new(false));
    let (bodies, tally) = (Bodies::recorded(), Tally::default());
    assert!(bodies.answers.len() > 100 && bodies.rest.len() > 30, "the recorded bodies are all there");
    let worker = || {
        let operations = operations();
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            let over = until.map_or(seed >= first + SEEDS, |until| Instant::now() >= until);
            if over || stop.load(Ordering::Relaxed) {
                return;
            }
            match catch_unwind(AssertUnwindSafe(|| judge(seed, &bodies, &operations, &tally))) {
                Ok(findings) if findings.is_empty() => {}
                Ok(findings) => {
                    stop.store(true, Ordering::Relaxed);
                    panic!("FUZZ_SEED={seed}:\n{}", findings.join("\n"));
                }
                Err(panic) => {
                    stop.store(true, Ordering::Relaxed);
                    eprintln!("FUZZ_SEED={seed} panics");
                    resume_unwind(panic);
                }
            }
        }
    };
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..cores).map(|_| scope.spawn(worker)).collect();
        for worker in workers {
            if let Err(finding) = worker.join() {
                resume_unwind(finding);
            }
        }
    });
    let (seeds, promised) = (tally.seeds.into_inner(), tally.promised.into_inner());
    let calls = tally.calls.into_inner();
    println!("seeds from {first}: {seeds} bodies, {promised} of them an answer to something, {calls} calls");
    assert!(promised * 5 > seeds, "too few bodies are good ones for the rules about those to be tested");
}
