//! Records as bytes: the shared layout is postcard's, ours holds everything, and no bytes make it panic.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use shardd_wasm::idempotency::codec::shared::{self, Stored};
use shardd_wasm::idempotency::codec::{CorruptRecord, own};
use shardd_wasm::idempotency::{
    CachedResponse, FencingToken, Fingerprint, IdempotencyEntry, Metadata, Record,
};
use shardd_wasm::platform::sim::Random;

use crate::seeds::{bytes, for_seeds, response};

fn hex(text: &str) -> Vec<u8> {
    let digits: String = text.split_whitespace().collect();
    (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap()).collect()
}

#[test]
fn the_vectors_of_the_shared_layout() {
    let processing = IdempotencyEntry::new(Fingerprint::new(1)).with_lease(Duration::from_secs(30));
    let written = hex("01 01 01 1e 00 00");
    assert_eq!(shared::encode_processing(&processing), written);
    assert_eq!(shared::decode(&written), Ok(Stored::Processing(processing)));

    let metadata: Metadata = [("a", "b")].into_iter().collect();
    let completed = IdempotencyEntry::new(Fingerprint::new(1))
        .complete_for(CachedResponse::new(201, metadata, b"ok".to_vec()), Duration::from_secs(60));
    let written = hex("01 00 01 3c 00 01 c901 01 0161 0162 026f6b");
    assert_eq!(shared::encode_completed(&completed), written);
    assert_eq!(shared::decode(&written), Ok(Stored::Completed(completed)));
}

/// The entry as the library derives it.
#[derive(Debug, Serialize, Deserialize)]
struct Wire {
    status: WireStatus,
    fingerprint: u128,
    ttl: Duration,
    response: Option<WireResponse>,
}

#[derive(Debug, Serialize, Deserialize)]
enum WireStatus {
    Complete,
    Processing,
}

#[derive(Debug, Serialize, Deserialize)]
struct WireResponse {
    status_code: u16,
    metadata: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
}

fn wire(stored: &Stored) -> Wire {
    match stored {
        Stored::Processing(entry) => Wire {
            status: WireStatus::Processing,
            fingerprint: entry.fingerprint.value(),
            ttl: entry.ttl,
            response: None,
        },
        Stored::Completed(entry) => Wire {
            status: WireStatus::Complete,
            fingerprint: entry.fingerprint.value(),
            ttl: entry.ttl,
            response: Some(WireResponse {
                status_code: entry.response().status_code,
                metadata: entry.response().metadata.iter().map(|(n, v)| (n.to_owned(), v.to_vec())).collect(),
                body: entry.response().body.clone(),
            }),
        },
    }
}

fn number(random: &mut Random) -> u64 {
    random.draw() >> random.between(0, 63)
}

fn stored(random: &mut Random) -> Stored {
    let fingerprint = Fingerprint::new(u128::from(number(random)) << random.between(0, 64));
    let ttl = Duration::new(number(random), random.between(0, 999_999_999) as u32);
    let entry = IdempotencyEntry::new(fingerprint).with_lease(ttl);
    if random.chance(50) {
        Stored::Processing(entry)
    } else {
        Stored::Completed(entry.complete_for(response(random), ttl))
    }
}

#[test]
fn the_shared_layout_is_postcard() {
    for_seeds(5_000, |_, random| {
        let stored = stored(random);
        let ours = match &stored {
            Stored::Processing(entry) => shared::encode_processing(entry),
            Stored::Completed(entry) => shared::encode_completed(entry),
        };
        let theirs = [vec![1], postcard::to_allocvec(&wire(&stored)).unwrap()].concat();
        assert_eq!(ours, theirs);
        assert_eq!(shared::decode(&theirs), Ok(stored));
    });
}

#[test]
fn what_postcard_refuses_is_refused() {
    for_seeds(30_000, |_, random| {
        let mut written = [vec![1], postcard::to_allocvec(&wire(&stored(random))).unwrap()].concat();
        spoil(&mut written, random);
        if let Ok(read) = shared::decode(&written) {
            assert_eq!(written[0], 1);
            let theirs: Wire = postcard::from_bytes(&written[1..]).expect("postcard reads it too");
            assert_eq!(postcard::to_allocvec(&theirs).unwrap(), postcard::to_allocvec(&wire(&read)).unwrap());
        }
    });
}

/// Cuts, lengthens or changes something.
fn spoil(bytes: &mut Vec<u8>, random: &mut Random) {
    match random.between(0, 3) {
        0 => bytes.truncate(random.between(0, bytes.len() as u64) as usize),
        1 => bytes.push(random.draw() as u8),
        _ => {
            for _ in 0..random.between(1, 3) {
                let at = random.draw() as usize % bytes.len();
                bytes[at] = random.draw() as u8;
            }
        }
    }
}

fn record(random: &mut Random) -> Record {
    Record {
        fingerprint: Fingerprint::new(u128::from(random.draw()) << 64 | u128::from(random.draw())),
        token: FencingToken::new(random.draw(), number(random)),
        ttl_ms: number(random),
        lease_until_ms: number(random),
        keep_ms: number(random),
        expires_at_ms: number(random),
        memo: bytes(random, 300),
        response: if random.chance(50) { Some(response(random)) } else { None },
    }
}

#[test]
fn our_layout_holds_everything() {
    for_seeds(5_000, |_, random| {
        let record = record(random);
        let written = own::encode(&record);
        assert_eq!(own::is_completed(&written), record.response.is_some());
        assert_eq!(own::decode(&written), Ok(record));
    });
}

#[test]
fn our_layout_does_not_change() {
    let record = Record {
        fingerprint: Fingerprint::new(1),
        token: FencingToken::new(2, 3),
        ttl_ms: 4,
        lease_until_ms: 5,
        keep_ms: 6,
        expires_at_ms: 7,
        memo: b"m".to_vec(),
        response: Some(CachedResponse::new(201, [("a", "b")].into_iter().collect(), b"ok".to_vec())),
    };
    let written =
        hex("02 01 01000000000000000000000000000000 0200000000000000 0300000000000000 0400000000000000 \
         0500000000000000 0600000000000000 0700000000000000 016d c901 01 0161 0162 026f6b");
    assert_eq!(own::encode(&record), written);
}

#[test]
fn damaged_and_foreign_bytes_are_one_clear_error() {
    for foreign in
        [&b""[..], b"{}", b"\x01\x01\x01\x1e\x00\x00", b"\x02", b"\x02\x02", &[2; 66], &[0xff; 200]]
    {
        assert_eq!(own::decode(foreign), Err(CorruptRecord));
    }
    for foreign in [&b""[..], b"{}", b"\x01\x01\x01\x1e\x00\x01", b"\x01\x00\x01\x1e\x00\x00", &[1; 9]] {
        assert_eq!(shared::decode(foreign), Err(CorruptRecord));
    }
    for_seeds(30_000, |_, random| {
        let record = record(random);
        let written = own::encode(&record);
        let cut = random.between(0, written.len() as u64 - 1) as usize;
        assert_eq!(own::decode(&written[..cut]), Err(CorruptRecord), "cut at {cut}");
        let longer = [written.as_slice(), &[0]].concat();
        assert_eq!(own::decode(&longer), Err(CorruptRecord));
        let mut spoiled = written.clone();
        spoil(&mut spoiled, random);
        if let Ok(read) = own::decode(&spoiled) {
            assert_eq!(own::decode(&own::encode(&read)), Ok(read));
        }
        let noise = bytes(random, 200);
        let (_own, _shared) = (own::decode(&noise), shared::decode(&noise));
    });
}

#[test]
fn a_length_that_lies_reserves_no_memory() {
    let mut written =
        own::encode(&Record { memo: Vec::new(), response: None, ..record(&mut Random::new(1)) });
    written.truncate(66);
    // A memo of 2^63 bytes.
    written.extend([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]);
    assert_eq!(own::decode(&written), Err(CorruptRecord));
}
