//! A way to Valkey or Redis through any client of JavaScript: one function that runs a command.
//!
//! Clients decode replies as text, and those over HTTP send text only; entries are bytes. So around each script goes another that
//! unescapes its arguments and escapes its reply: what is not printable ASCII travels as `%` and two hexadecimal digits.

use js_sys::{Array, Function, Reflect, Uint8Array};
use shardd_wasm::idempotency::valkey::{Connection, Reply};
use wasm_bindgen::{JsCast, JsValue};

use crate::thrown::{Thrown, settled};

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
/// By the names of the scripts, those of the scripts with the other one around them: what servers remember is not sent again.
const AROUND: [(&str, &str); 4] = [
    ("3a80c8335514b9c01af35e6dddbec55941a50de5", "602a27065dc2ebb2e4fb32c4f1dce354bae357c5"),
    ("ed6f5f1515bc4407d0b085392c77b7ab0815404e", "e7dd9a8866b4f75c52452bd9d01f0a4a23f0216e"),
    ("ef4d05bf50ad678c6b03942f2074bfa4a8055e23", "1194404cee561a2225c43063d14240745a832187"),
    ("471d5773a75e333bb1bb60f92f1e5825e138b817", "2b8db9843d348c266e205169492aaeb0ce57ba12"),
];
/// Of the words of a script's command, those before its arguments: `EVAL`, text, 1, key.
const BEFORE_ARGUMENTS: usize = 4;

/// The user's function.
pub(crate) struct Client(pub Function);

impl Connection for Client {
    type Error = Thrown;

    async fn command(&self, words: Vec<Vec<u8>>) -> Result<Reply, Thrown> {
        let text = |word: &[u8]| String::from_utf8_lossy(word).into_owned();
        let script = words.first().filter(|name| matches!(name.as_slice(), b"EVAL" | b"EVALSHA"));
        let word = |(at, word): (usize, &Vec<u8>)| match (script.map(Vec::as_slice), at) {
            (Some(b"EVAL"), 1) => [BEFORE, &text(word), AFTER].concat(),
            (Some(_), 1) => around(&text(word)).into(),
            (Some(_), BEFORE_ARGUMENTS..) => escaped(word),
            _ => text(word),
        };
        let command: Array = words.iter().enumerate().map(word).map(JsValue::from).collect();
        let reply = settled(self.0.call1(&JsValue::UNDEFINED, &command)).await?;
        Ok(read(&reply))
    }

    fn is_unknown_script(error: &Thrown) -> bool {
        // Every client hands on what the server said; some say `ERR` before it.
        let Thrown::Js(thrown) = error else { return false };
        let message = Reflect::get(thrown, &"message".into()).unwrap_or_default();
        message.as_string().or_else(|| thrown.as_string()).is_some_and(|said| said.contains("NOSCRIPT"))
    }
}

/// A name that is not there is one that no server knows.
fn around(sha1: &str) -> &str {
    AROUND.iter().find_map(|(script, name)| (*script == sha1).then_some(*name)).unwrap_or(sha1)
}

fn read(reply: &JsValue) -> Reply {
    if let Some(text) = reply.as_string() {
        Reply::Bytes(unescaped(text.as_bytes()))
    } else if let Some(number) = reply.as_f64() {
        Reply::Integer(number as i64)
    } else if let Some(bytes) = reply.dyn_ref::<Uint8Array>() {
        Reply::Bytes(unescaped(&bytes.to_vec()))
    } else if let Some(items) = reply.dyn_ref::<Array>() {
        Reply::Array(items.iter().map(|item| read(&item)).collect())
    } else if reply.is_bigint() {
        Reply::Integer(i64::try_from(reply.clone()).unwrap_or(0))
    } else {
        Reply::Nil
    }
}

fn escaped(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for byte in bytes {
        match byte {
            b'%' | 0..0x20 | 0x7f.. => {
                let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
                text.extend(['%', digit(byte >> 4), digit(byte & 15)]);
            }
            _ => text.push(char::from(*byte)),
        }
    }
    text
}

fn unescaped(text: &[u8]) -> Vec<u8> {
    let digit = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        match (byte, digit(after.first()), digit(after.get(1))) {
            (b'%', Some(high), Some(low)) => {
                bytes.push((high * 16 + low) as u8);
                rest = after.get(2..).unwrap_or_default();
            }
            _ => bytes.push(*byte),
        }
    }
    bytes
}
