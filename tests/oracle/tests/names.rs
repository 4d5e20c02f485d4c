//! Names and fingerprints that workers of both libraries must agree on.

use idempotency_oracle::theirs::number;
use shardd_wasm::idempotency::fingerprint::{DefaultFingerprintStrategy, FingerprintStrategy};
use shardd_wasm::idempotency::{IdempotencyKey, Operation, fingerprint};
use shardd_wasm::platform::sim::Random;

fn text(random: &mut Random, most: u64) -> String {
    const LETTERS: [char; 10] = ['a', 'Z', '2', '%', ':', '/', '\n', '\u{85}', 'é', ' '];
    (0..random.between(0, most)).map(|_| LETTERS[random.draw() as usize % LETTERS.len()]).collect()
}

#[test]
fn what_they_take_keeps_its_name() {
    let mut taken = 0;
    for seed in 0..20_000 {
        let mut random = Random::new(seed);
        let (key, scope) = (text(&mut random, 5), text(&mut random, 5));
        let Ok(theirs) = idempotent::IdempotencyKey::new(key.as_str()) else { continue };
        let ours = IdempotencyKey::new(key.as_str()).unwrap();
        assert_eq!(ours.as_str(), theirs.as_str(), "seed {seed}");
        if let Ok(theirs) = theirs.scoped(&scope) {
            taken += 1;
            assert_eq!(ours.scoped(&scope).unwrap().as_str(), theirs.as_str(), "seed {seed}");
        }
    }
    assert!(taken > 1_000, "{taken}");
    for length in 250..260 {
        let key = "x".repeat(length);
        assert_eq!(
            IdempotencyKey::new(key.as_str()).is_ok(),
            idempotent::IdempotencyKey::new(key.as_str()).is_ok()
        );
        let half = "x".repeat(length / 2);
        let (ours, theirs) = (IdempotencyKey::new(&*half), idempotent::IdempotencyKey::new(half.as_str()));
        let rest = "y".repeat(length - length / 2);
        assert_eq!(ours.unwrap().scoped(&rest).is_ok(), theirs.unwrap().scoped(&rest).is_ok());
    }
}

#[test]
fn requests_have_the_same_fingerprint() {
    use idempotent::fingerprint::FingerprintStrategy as _;
    for seed in 0..3_000 {
        let mut random = Random::new(seed);
        let operation = text(&mut random, 40);
        let body: Vec<u8> = (0..random.between(0, 2_000)).map(|_| random.draw() as u8).collect();
        let ours = DefaultFingerprintStrategy.compute(&operation, &body).value();
        let operation = idempotent::Operation::from(operation.as_str());
        let theirs = idempotent::fingerprint::DefaultFingerprintStrategy.compute(&operation, &body);
        assert_eq!(ours, number(theirs), "seed {seed}");
    }
    let ours = DefaultFingerprintStrategy.compute(&Operation::request("POST", "/charges"), b"{}");
    assert_eq!(ours.value(), 299_732_346_916_009_152_855_928_605_633_619_747_208);
}

#[test]
fn values_have_the_same_digest() {
    #[derive(Hash)]
    struct Request {
        text: String,
        numbers: (u8, u16, u32, u64, u128, usize),
        signed: (i8, i16, i32, i64, i128, isize),
        list: Vec<u32>,
        maybe: Option<bool>,
        letter: char,
    }
    for seed in 0..500 {
        let mut random = Random::new(seed);
        let mut draw = || random.draw();
        let request = Request {
            numbers: (draw() as u8, draw() as u16, draw() as u32, draw(), u128::from(draw()) << 7, draw() as usize),
            signed: (draw() as i8, draw() as i16, draw() as i32, draw() as i64, -i128::from(draw()), draw() as isize),
            list: (0..draw() % 9).map(|_| draw() as u32).collect(),
            maybe: [None, Some(false), Some(true)][draw() as usize % 3],
            letter: 'é',
            text: text(&mut random, 30),
        };
        assert_eq!(fingerprint::body(&request), idempotent::fingerprint::body(&request), "seed {seed}");
    }
}
