//! What Valkey and Redis are told and say, as far as it is more than words: scripts, and entries in the layout that is shared with programs in
//! other languages. Words and commands are JavaScript's.
//!
//! Clients decode replies as text, and those over HTTP send text only; entries are bytes. So around each script goes another that
//! unescapes its arguments and escapes its reply: what is not printable ASCII travels as `%` and two hexadecimal digits.

use std::time::Duration;

use shardd_wasm::idempotency::codec::shared::{self, Stored};
use shardd_wasm::idempotency::codec::{CorruptRecord, response};
use shardd_wasm::idempotency::valkey::script::{self, Script};
use shardd_wasm::idempotency::{Fingerprint, IdempotencyEntry, Status};
use wasm_bindgen::prelude::*;

use crate::number::Terms;
use crate::operation::{CLAIM, COMPLETE, REMOVE, Said, TOUCH, answer};

const BEFORE: &str = "local function run(KEYS, ARGV)\n";
const AFTER: &str = r#"
end
local words = {}
for at, word in ipairs(ARGV) do
  words[at] = (string.gsub(word, '%%(%x%x)', function(digits) return string.char(tonumber(digits, 16)) end))
end
local reply = run(KEYS, words)
if type(reply) == 'table' then
  for at, word in ipairs(reply) do
    if type(word) == 'string' then
      reply[at] = (string.gsub(word, '[^ -$&-~]', function(byte) return string.format('%%%02X', string.byte(byte)) end))
    end
  end
end
return reply
"#;
/// The SHA-1 of the scripts with the other one around them, by which servers remember them: what they know is not sent again.
const NAMES: [&str; 4] = [
    "f1c3283d05ae12b97bad5b233f5cddefb71bebc4",
    "cb7b8d81a5132df7c0532fa7fdc54ef3efe1ca25",
    "6ef44063ef121528d4d7d04cff5200dc0dad93e6",
    "11d8377d7697393ef54861506296dc4ed8859d47",
];

/// The script of an operation: the name that servers remember it by, the end of a line, and its text.
#[wasm_bindgen(js_name = serverScript)]
pub fn server_script(operation: u32) -> String {
    let [claim, complete, touch, remove] = NAMES;
    let (name, Script { text, .. }) = match operation {
        COMPLETE => (complete, script::COMPLETE),
        TOUCH => (touch, script::TOUCH),
        REMOVE => (remove, script::REMOVE),
        _ => (claim, script::CLAIM),
    };
    [name, "\n", BEFORE, text, AFTER].concat()
}

/// The entry that an operation writes: of an attempt in flight, or of one that ended with this response.
#[wasm_bindgen(js_name = serverEntry)]
pub fn server_entry(operation: u32, terms: &[f64], response: &[u8]) -> Vec<u8> {
    let terms = Terms::read(terms);
    let lasting = |ms| IdempotencyEntry::new(terms.fingerprint).with_lease(Duration::from_millis(ms));
    if operation == CLAIM {
        return shared::encode_processing(&lasting(terms.lease_ms));
    }
    // It is JavaScript's half that wrote it.
    let response = response::decode(response).unwrap_or_else(|CorruptRecord| Vec::new().into());
    let replay = Duration::from_millis(terms.replay_ms);
    shared::encode_completed(&lasting(terms.lease_ms).complete_for(response, replay))
}

/// What a claim or a look found, by the state that the script says and the entry that it found. Tokens and times are JavaScript's to add.
#[wasm_bindgen(js_name = serverFound)]
pub fn server_found(operation: u32, terms: &[f64], state: &str, entry: &[u8]) -> Vec<u8> {
    let said = match state {
        "created" | "taken" => Said::of(answer::CLAIMED),
        "none" => Said::of(answer::FREE),
        _ => match found(state, entry) {
            Err(CorruptRecord) => Said::corrupt(),
            Ok((_, found)) if operation == CLAIM && found != Terms::read(terms).fingerprint => {
                Said::of(answer::MISMATCH)
            }
            Ok((said, _)) => said,
        },
    };
    said.packed()
}

fn found(state: &str, entry: &[u8]) -> Result<(Said, Fingerprint), CorruptRecord> {
    let (fingerprint, status, response) = match (shared::decode(entry)?, state) {
        (Stored::Completed(entry), "complete") => {
            (entry.fingerprint, Status::Completed, Some(entry.into_response()))
        }
        (Stored::Processing(entry), "lapsed") => (entry.fingerprint, Status::Lapsed, None),
        (Stored::Processing(entry), "in_progress") => (entry.fingerprint, Status::Processing, None),
        _ => return Err(CorruptRecord),
    };
    Ok((Said::found(status, fingerprint, response.as_ref()), fingerprint))
}
