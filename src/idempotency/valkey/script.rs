//! The scripts that servers run. Their text travels, and the package ships it: what there is to say of them stands here.

/// A script, and the name under which servers remember it.
#[derive(Clone, Copy, Debug)]
pub struct Script {
    /// What spans call it.
    pub name: &'static str,
    /// Its text.
    pub text: &'static str,
    /// The SHA-1 of its text.
    pub sha1: &'static str,
}

/// Holds a key, or says who has it.
///
/// `KEYS[1]` the entry. `ARGV`: mode ("take" also from a lapsed attempt of the same request, "refuse" lapsed ones, "get" only looks),
/// entry bytes, lease in ms, keep in ms, fingerprint (decimal), nonce (4 hex digits).
/// Returns { state, run_id, sequence, data, ms left, fingerprint }; state is created, taken, in_progress, lapsed, complete or none.
/// The token of a fresh entry is the server's time and the nonce: no counter, no INFO, one key, so that it runs anywhere.
pub const CLAIM: Script = Script {
    name: "claim",
    text: include_str!("claim.lua"),
    sha1: "33c62105a40fa48cd96f8bcaf8289b0bcd9e0ed0",
};
/// Stores the response of a claim.
///
/// `KEYS[1]` the entry. `ARGV`: entry bytes, run_id, sequence, replay in ms, fingerprint (decimal).
/// Returns 0 applied, 1 held by another token, 2 not held or completed before, 3 claimed for another request.
pub const COMPLETE: Script = Script {
    name: "complete",
    text: include_str!("complete.lua"),
    sha1: "f1bb0d54f3e3638360e82e67fb48d395c0621d1f",
};
/// Holds a claimed key for a lease from now.
///
/// `KEYS[1]` the entry. `ARGV`: run_id, sequence, lease in ms.
/// Returns 0 applied, 1 held by another token, 2 not held or completed before.
pub const TOUCH: Script = Script {
    name: "touch",
    text: include_str!("touch.lua"),
    sha1: "275a500ea1c52098643f9776152c365b6926794b",
};
/// Forgets a claim, or the response that it stored.
///
/// `KEYS[1]` the entry. `ARGV`: run_id, sequence.
/// Returns 0 applied, 1 held by another token, 2 not held.
pub const REMOVE: Script = Script {
    name: "remove",
    text: include_str!("remove.lua"),
    sha1: "61b40ff6c0381aa235a09c5ca1f03fd3ad02cd7b",
};
