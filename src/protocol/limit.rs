//! Numbers and names that arguments are checked against.

/// The three production edges.
pub const PRODUCTION: [&str; 3] =
    ["https://use1.api.shardd.xyz", "https://euc1.api.shardd.xyz", "https://ape1.api.shardd.xyz"];
/// What the host names of the production edges end in.
pub const PRODUCTION_HOST: &str = "api.shardd.xyz";
/// The most edges of a client.
pub const EDGES_MAX: usize = crate::engine::EDGES_MAX;
/// The longest span that timers take.
pub const SPAN_MAX: u64 = i32::MAX as u64;
/// The most nodes that can be asked for.
pub const ACKS_MAX: u64 = u32::MAX as u64;
/// The longest note, in code points.
pub const NOTE_MAX: usize = 4_096;
/// The longest nonce, in code points.
pub const NONCE_MAX: usize = 128;
/// What the nonces of events begin with that the ledger makes by itself.
pub const NONCE_OWN: [&str; 3] = ["reserve:", "release:", "void:"];
/// `2 × bucket + account + nonce` beyond this overflows the server's index row and takes every write of the same batch with it.
pub const ROW_MAX_BYTES: usize = 2_500;
/// The longest name of an owner: it is a part of every record's name.
pub const OWNER_MAX_BYTES: usize = 256;
/// The longest name of a ledger, which is a part of it too.
pub const LEDGER_MAX_BYTES: usize = 256;
/// The shortest hold: shorter than the way to the ledger and back it would be over on arrival.
pub const TTL_MIN_MS: u64 = 5_000;
/// The longest text of the ledger that goes into a message, in bytes.
pub const TEXT_MAX: usize = 300;
